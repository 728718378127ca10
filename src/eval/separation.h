// How well classes lie apart among vectors, as figures.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace hearken::eval {

/// Silhouettes are taken of at most so many points, drawn with a fixed seed where there are more.
inline constexpr std::size_t kMostSilhouettes = 4096;

struct ClassSeparation {
  std::int64_t points = 0;
  std::optional<double> silhouette;  // the mean of its points; none where there are no silhouettes
  double nearest_centroid = 0;       // share of its points whose nearest centroid is their class's
};

struct Separation {
  std::int64_t points = 0;   // that have a class
  std::int64_t classes = 0;  // that have a point
  /// The mean silhouette (Rousseeuw 1987) by Euclidean distance, −1 to 1; a point that is its class's only one has 0.
  /// scikit-learn's silhouette_score. None with fewer than two classes, or when every point is a class.
  std::optional<double> silhouette;
  std::int64_t silhouette_points = 0;  // that it was taken of
  /// The share of points whose nearest class centroid (Euclidean; of equal ones the first class) is that of their own
  /// class, which they are part of: scikit-learn's NearestCentroid, fitted and scored on the same points.
  double nearest_centroid = 0;
  std::vector<ClassSeparation> by_class;  // [class_count]
};

/// Of float32 rows [n, dimension], row-major, and their classes: 0 to class_count − 1, or −1 for none, which takes no
/// part. The same bits for any number of threads (0: all cores).
Separation separation(std::span<const float> rows, std::size_t dimension, std::span<const int> classes,
                      std::size_t class_count, int threads = 0);

}  // namespace hearken::eval
