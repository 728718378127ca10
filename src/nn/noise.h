// Made-up numbers for the tests of the backends.
#pragma once

#include <cstddef>
#include <random>
#include <vector>

namespace hearken::nn {

/// Normally distributed, the same for the same seed.
inline std::vector<float> noise(std::size_t n, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal;
  std::vector<float> out(n);
  for (float& v : out) v = normal(random);
  return out;
}

}  // namespace hearken::nn
