// Spherical k-means on rows of length 1.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace hearken::numerics {

struct KMeans {
  std::vector<float> centres;        // [k, dimension], of length 1
  std::vector<std::size_t> of;       // [n], each row's cluster
  std::vector<double> similarities;  // [n], with its own centre
  std::vector<double> others;        // [n], with the most similar other centre; with its own where there is no other
  double total = 0;                  // of the similarities
};

/// Rows [n, dimension] of float32, row-major, of length 1 (or 0), n ≥ k ≥ 1. Seeded and tried kTries times on at most
/// kSeedRows of them, drawn with a fixed seed; the best of these goes on with all rows until nothing changes, kRounds
/// times at most. No cluster is empty unless fewer than k rows differ. Equal cosines go to the first cluster.
KMeans k_means(std::span<const float> rows, std::size_t dimension, std::size_t k, int threads);
inline constexpr std::size_t kSeedRows = 4096;
inline constexpr int kTries = 16, kRounds = 100;

/// Simplified silhouettes of the rows [n]; zeros of one cluster.
std::vector<double> silhouettes(const KMeans& found);

}  // namespace hearken::numerics
