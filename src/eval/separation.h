// How well classes lie apart among vectors, as figures.
#pragma once

#include <cstddef>
#include <span>

#include "hearken/map.h"

namespace hearken::eval {

/// Silhouettes are taken of at most so many points, drawn with a fixed seed where there are more.
inline constexpr std::size_t kMostSilhouettes = 4096;

/// Of float32 rows [n, dimension], row-major, and their classes: 0 to class_count − 1, or −1 for none, which takes no
/// part. The same bits for any number of threads (0: all cores).
Separation separation(std::span<const float> rows, std::size_t dimension, std::span<const int> classes,
                      std::size_t class_count, int threads = 0);

}  // namespace hearken::eval
