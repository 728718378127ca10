// The mean of a track's windows in which something is heard: one product with it is their mean score.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "library/half.h"
#include "library/window_flags.h"

namespace hearken::library {

struct WindowMean {
  std::vector<float> mean;  // [dimension], not normalised
  double length = 0;        // of it, 0 to 1: how alike the windows are
};

/// `vectors` is float16 [windows, dimension], row-major, unit rows; `flags` are those of the windows (window_flags.h),
/// or empty. Silent windows do not count, unless there are no others. Summed in double in the order of the windows,
/// from the rounded values that a search reads again: the same bits on every run.
inline WindowMean mean_of_windows(std::span<const std::uint16_t> vectors, std::size_t dimension,
                                  std::span<const std::uint8_t> flags = {}) {
  const std::size_t windows = vectors.size() / dimension;
  const bool some = !flags.empty() && !all_silent(flags);
  std::vector<double> sum(dimension, 0.0);
  std::size_t counted = 0;
  for (std::size_t w = 0; w < windows; ++w) {
    if (some && is_silent(flags[w])) continue;
    ++counted;
    for (std::size_t i = 0; i < dimension; ++i)
      sum[i] += static_cast<double>(float_from_half(vectors[w * dimension + i]));
  }
  WindowMean out;
  double square = 0;
  for (const double s : sum) {
    const double mean = s / static_cast<double>(counted);
    out.mean.push_back(static_cast<float>(mean));
    square += mean * mean;
  }
  out.length = std::sqrt(square);
  return out;
}

}  // namespace hearken::library
