// Sums of products in float64, sixteen by sixteen at once: the inner loop of covariances and distances.
#pragma once

#include <cstddef>

namespace hearken::numerics {

inline constexpr std::size_t kPanel = 16;

/// sums[i][j] += Σ_k left[k][i] · right[k][j] for i, j < 16; both panels are [steps][16], sums is [16][16]. The sums
/// are taken in the order of k: the same bits on every run of one instruction set.
void add_products(const double* left, const double* right, std::size_t steps, double* sums);

inline constexpr std::size_t panels_of(std::size_t count) { return (count + kPanel - 1) / kPanel; }

}  // namespace hearken::numerics
