// float16 and back, against the standard.
#include "library/half.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace hearken::library {
namespace {

// The value of a finite half, from its definition.
double value_of(std::uint16_t half) {
  const int exponent = (half >> 10) & 31, mantissa = half & 1023;
  const double magnitude = exponent == 0 ? std::ldexp(mantissa, -24) : std::ldexp(1024 + mantissa, exponent - 25);
  return half & 0x8000 ? -magnitude : magnitude;
}

TEST(Half, EveryHalfIsReadExactlyAndComesBack) {
  for (int i = 0; i < 65536; ++i) {
    const auto half = static_cast<std::uint16_t>(i);
    const float f = float_from_half(half);
    if (((half >> 10) & 31) < 31) {
      ASSERT_EQ(static_cast<double>(f), value_of(half)) << i;
      ASSERT_EQ(half_from_float(f), half) << i;
    } else if ((half & 1023) == 0) {
      ASSERT_TRUE(std::isinf(f));
      ASSERT_EQ(half_from_float(f), half);
    } else {
      ASSERT_TRUE(std::isnan(f));
      ASSERT_TRUE(std::isnan(float_from_half(half_from_float(f))));
    }
  }
}

// All that lies between two neighbours goes to the nearer one, the middle to the even one.
TEST(Half, RoundsToNearestEvenBetweenAllNeighbours) {
  const float infinity = std::numeric_limits<float>::infinity();
  for (std::uint16_t low = 0; low < 0x7BFF; ++low) {
    const auto high = static_cast<std::uint16_t>(low + 1);
    const auto middle = static_cast<float>((value_of(low) + value_of(high)) / 2);
    const std::uint16_t even = low % 2 == 0 ? low : high;
    for (const std::uint16_t sign : {0, 0x8000}) {
      const float s = sign ? -1.F : 1.F;
      ASSERT_EQ(half_from_float(s * middle), even | sign) << low;
      ASSERT_EQ(half_from_float(s * std::nextafter(middle, 0.F)), low | sign) << low;
      ASSERT_EQ(half_from_float(s * std::nextafter(middle, infinity)), high | sign) << low;
      ASSERT_EQ(half_from_float(s * std::nextafter(float_from_half(low), infinity)), low | sign) << low;
      ASSERT_EQ(half_from_float(s * std::nextafter(float_from_half(high), 0.F)), high | sign) << low;
    }
  }
}

TEST(Half, TheEndsOfTheRange) {
  EXPECT_EQ(half_from_float(65504.F), 0x7BFF);
  EXPECT_EQ(half_from_float(std::nextafter(65520.F, 0.F)), 0x7BFF);
  EXPECT_EQ(half_from_float(65520.F), 0x7C00);
  EXPECT_EQ(half_from_float(-1e30F), 0xFC00);
  EXPECT_EQ(half_from_float(std::numeric_limits<float>::denorm_min()), 0);
  EXPECT_EQ(half_from_float(-0.F), 0x8000);
}

}  // namespace
}  // namespace hearken::library
