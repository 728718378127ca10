// What the golden tests share: their folder and the two ways of comparing.
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <span>

namespace hearken::golden {

inline const std::filesystem::path kFolder = HEARKEN_SOURCE_DIR "/tests/golden";

/// Cosine of two vectors, in double precision.
inline double cosine(std::span<const float> a, std::span<const float> b) {
  EXPECT_EQ(a.size(), b.size());
  double ab = 0, aa = 0, bb = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    ab += double{a[i]} * b[i];
    aa += double{a[i]} * a[i];
    bb += double{b[i]} * b[i];
  }
  return ab / std::sqrt(aa * bb);
}

}  // namespace hearken::golden
