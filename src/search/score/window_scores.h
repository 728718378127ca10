// A text against the windows of one song: mean, extremes, deviation and the best moment.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace hearken::search {

struct WindowScores {
  double mean = 0, max = 0, min = 0;
  double deviation = 0;  // standard, over the population: sqrt(sum((x - mean)^2) / n)
  std::size_t best = 0;  // the first of the windows that score `max`
};

/// `query` is float32 [dimension]; `windows` is float16 [n, dimension], row-major, n at least 1. All sums in float64
/// and in order: the same bits on every run.
WindowScores window_scores(std::span<const float> query, std::span<const std::uint16_t> windows);

}  // namespace hearken::search
