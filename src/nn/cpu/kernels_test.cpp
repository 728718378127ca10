// The vector kernels against float64, on every instruction set this CPU has; each row ends where memory ends.
#include "nn/cpu/kernels.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <random>
#include <span>
#include <vector>

#include "nn/cpu/test_operands.h"

namespace hearken::nn::kernels {
namespace {

constexpr int kSizes[] = {1, 3, 15, 16, 17, 64, 100, 512, 4096};

// Every 4099th float there is, and those where something happens.
std::vector<float> floats_of_all_kinds() {
  std::vector<float> out = {0.0F, -0.0F, kInfinity, -kInfinity, 6.5703125F, -6.5703125F, 1e-45F, -1e-45F};
  for (std::uint64_t bits = 0; bits < (1ULL << 32U); bits += 4099) {
    const auto x = std::bit_cast<float>(static_cast<std::uint32_t>(bits));
    if (!std::isnan(x)) out.push_back(x);
  }
  for (int i = -32768; i <= 32768; ++i) out.push_back(static_cast<float>(i) / 4096);
  return out;
}

TEST(LayerNorm, IsTheFormula) {
  on_every_target([] {
    for (const int n : kSizes) {
      const Row<float> x(noise_of(n, 1)), gamma(noise_of(n, 2)), beta(noise_of(n, 3)), y(static_cast<std::size_t>(n));
      for (int i = 0; i < n; ++i) x[static_cast<std::size_t>(i)] += 3;  // a mean to take off
      double mean = 0, variance = 0;
      for (const float v : x) mean += v;
      mean /= n;
      for (const float v : x) variance += (v - mean) * (v - mean);
      variance /= n;
      layer_norm(x.data(), n, gamma.data(), beta.data(), 1e-5F, y.data());
      for (std::size_t i = 0; i < static_cast<std::size_t>(n); ++i) {
        const double want = (x[i] - mean) / std::sqrt(variance + 1e-5) * gamma[i] + beta[i];
        ASSERT_NEAR(y[i], want, 4e-6 * (1 + std::abs(want))) << i << " of " << n;
      }
      layer_norm(x.data(), n, gamma.data(), beta.data(), 1e-5F, x.data());
      EXPECT_TRUE(same_bits(x.copy(), y.copy())) << "in place, " << n;
    }
  });
}

TEST(LayerNorm, OfARowWithoutVarianceIsBeta) {
  on_every_target([] {
    const Row<float> x(std::vector<float>(100, 0.5F)), gamma(noise_of(100, 2)), beta(noise_of(100, 3)), y(100);
    layer_norm(x.data(), 100, gamma.data(), beta.data(), 1e-5F, y.data());
    EXPECT_TRUE(same_bits(y.copy(), beta.copy()));
  });
}

double gelu_of(double x) { return x * std::erfc(-x / std::sqrt(2.0)) / 2; }

TEST(AddBias, IsTheActivationOfTheSum) {
  struct Case {
    Activation activation;
    double (*of)(double);
    double tolerance;  // times max(1, |x|)
  };
  const Case cases[] = {{Activation::none, [](double x) { return x; }, 0},
                        {Activation::gelu, gelu_of, 1.5e-7},
                        {Activation::relu, [](double x) { return std::max(x, 0.0); }, 0},
                        {Activation::tanh, [](double x) { return std::tanh(x); }, 1e-6}};
  on_every_target([&] {
    for (const auto& [activation, of, tolerance] : cases)
      for (const int n : kSizes) {
        const Row<float> sums(noise_of(n, 1)), bias(noise_of(n, 2)), y(static_cast<std::size_t>(n));
        for (const bool biased : {true, false}) {
          const float* const or_null = biased ? bias.data() : nullptr;
          const std::vector<float> before = sums.copy();
          add_bias(sums.data(), or_null, n, activation, y.data());
          for (std::size_t i = 0; i < before.size(); ++i) {
            const float x = before[i] + (biased ? bias[i] : 0.0F);
            ASSERT_NEAR(y[i], of(x), tolerance * std::max(1.0F, std::abs(x))) << i << " of " << n;
          }
          add_bias(sums.data(), or_null, n, activation, sums.data());
          EXPECT_TRUE(same_bits(sums.copy(), y.copy())) << "in place, " << n;
          std::copy(before.begin(), before.end(), sums.data());
        }
      }
  });
}

TEST(AddBias, GeluHoldsOnTheWholeLine) {
  const std::vector<float> x = floats_of_all_kinds();
  std::vector<double> want;
  want.reserve(x.size());
  for (const float v : x) want.push_back(std::isinf(v) ? std::max(v, 0.0F) : gelu_of(v));
  on_every_target([&] {
    std::vector<float> y(x.size());
    add_bias(x.data(), nullptr, static_cast<int>(x.size()), Activation::gelu, y.data());
    for (std::size_t i = 0; i < x.size(); ++i) {
      if (want[i] == kInfinity) {
        ASSERT_EQ(y[i], kInfinity);
        continue;
      }
      ASSERT_NEAR(y[i], want[i], 1.5e-7 * std::max(1.0F, std::abs(x[i]))) << x[i];
      if (x[i] >= 0) continue;
      ASSERT_LE(y[i], 0) << x[i];
      const double relative = x[i] > -3 ? 4e-6 : x[i] > -4 ? 2e-5 : x[i] > -5 ? 1e-3 : 1;
      ASSERT_NEAR(y[i], want[i], -want[i] * relative + 1e-44) << x[i];  // or the smallest steps there are
    }
  });
}

TEST(AddBias, TanhHoldsOnTheWholeLine) {
  const std::vector<float> x = floats_of_all_kinds();
  on_every_target([&] {
    std::vector<float> y(x.size());
    add_bias(x.data(), nullptr, static_cast<int>(x.size()), Activation::tanh, y.data());
    for (std::size_t i = 0; i < x.size(); ++i) {
      ASSERT_NEAR(y[i], std::tanh(static_cast<double>(x[i])), 1e-6) << x[i];
      ASSERT_EQ(std::signbit(y[i]), std::signbit(x[i])) << x[i];
    }
  });
}

TEST(AddBias, KeepsNans) {
  on_every_target([] {
    for (const auto activation : {Activation::none, Activation::gelu, Activation::relu, Activation::tanh}) {
      std::vector<float> x(37, 1.0F);
      for (const std::size_t at : {0U, 5U, 36U}) x[at] = at == 5 ? -kNan : kLoadedNan;
      add_bias(x.data(), nullptr, 37, activation, x.data());
      for (std::size_t i = 0; i < x.size(); ++i) EXPECT_EQ(std::isnan(x[i]), i == 0 || i == 5 || i == 36) << i;
    }
  });
}

TEST(Accumulate, AddsBoth) {
  on_every_target([] {
    for (const int n : kSizes)
      for (const bool biased : {true, false}) {
        const Row<float> sums(noise_of(n, 1)), bias(noise_of(n, 2)), y(noise_of(n, 3));
        const std::vector<float> before = y.copy();
        accumulate(sums.data(), biased ? bias.data() : nullptr, n, y.data());
        for (std::size_t i = 0; i < before.size(); ++i)
          ASSERT_NEAR(y[i], static_cast<double>(before[i]) + sums[i] + (biased ? bias[i] : 0.0F), 1e-6) << i;
      }
  });
}

TEST(Dot, SumsTheProducts) {
  on_every_target([&] {
    for (const int n : kSizes) {
      const Row<float> x(noise_of(n, 1)), y(noise_of(n, 2));
      double expected = 0, size = 0;
      for (std::size_t i = 0; i < static_cast<std::size_t>(n); ++i) {
        expected += static_cast<double>(x.data()[i]) * y.data()[i];
        size += std::abs(static_cast<double>(x.data()[i]) * y.data()[i]);
      }
      ASSERT_NEAR(dot(x.data(), y.data(), n), expected, 1e-6 * size) << n;
    }
  });
}

std::uint16_t bf16_of(float x) {
  const auto bits = std::bit_cast<std::uint32_t>(x);
  if (std::isnan(x)) return static_cast<std::uint16_t>(bits >> 16U | 0x40U);
  const std::uint32_t rest = bits & 0xFFFFU, kept = bits >> 16U;
  return static_cast<std::uint16_t>(kept + (rest > 0x8000U || (rest == 0x8000U && (kept & 1U) == 1) ? 1U : 0U));
}

TEST(ToBf16, RoundsToNearestEven) {
  std::vector<float> x = floats_of_all_kinds();
  for (std::uint32_t upper = 0; upper < 0x10000U; upper += 7)
    for (const std::uint32_t lower : {0U, 1U, 0x7FFFU, 0x8000U, 0x8001U, 0xFFFFU})
      x.push_back(std::bit_cast<float>(upper << 16U | lower));  // ties, NaNs of all kinds
  on_every_target([&] {
    std::vector<std::uint16_t> y(x.size());
    to_bf16(x.data(), static_cast<int>(x.size()), y.data());
    for (std::size_t i = 0; i < x.size(); ++i)
      ASSERT_EQ(y[i], bf16_of(x[i])) << std::hex << std::bit_cast<std::uint32_t>(x[i]);
    for (const int n : kSizes) {
      const Row<float> row(noise_of(n, 1));
      const Row<std::uint16_t> out(static_cast<std::size_t>(n));
      to_bf16(row.data(), n, out.data());
      for (std::size_t i = 0; i < static_cast<std::size_t>(n); ++i) ASSERT_EQ(out[i], bf16_of(row[i])) << i;
    }
  });
}

TEST(FromBf16, WidensEveryValue) {
  on_every_target([] {
    const Row<std::uint16_t> x(0x10000);
    const Row<float> y(0x10000);
    for (std::size_t i = 0; i < 0x10000; ++i) x[i] = static_cast<std::uint16_t>(i);
    from_bf16(x.data(), 0x10000, y.data());
    for (std::size_t i = 0; i < 0x10000; ++i)
      ASSERT_EQ(std::bit_cast<std::uint32_t>(y[i]), static_cast<std::uint32_t>(i) << 16U);
    for (const int n : kSizes) {
      const Row<std::uint16_t> row(static_cast<std::size_t>(n));
      const Row<float> out(static_cast<std::size_t>(n));
      std::copy_n(x.data() + 0x3F00, n, row.data());
      from_bf16(row.data(), n, out.data());
      for (std::size_t i = 0; i < static_cast<std::size_t>(n); ++i) ASSERT_EQ(out[i], y[0x3F00 + i]);
    }
  });
}

// Every half there is, against arithmetic on its parts.
TEST(FromF16, IsExact) {
  on_every_target([&] {
    const Row<std::uint16_t> x(0x10000);
    const Row<float> y(0x10000);
    for (std::size_t i = 0; i < 0x10000; ++i) x.data()[i] = static_cast<std::uint16_t>(i);
    from_f16(x.data(), 0x10000, y.data());
    for (std::uint32_t i = 0; i < 0x10000; ++i) {
      const int exponent = static_cast<int>(i >> 10U & 31U);
      const float mantissa = static_cast<float>(i & 0x3FFU), sign = i < 0x8000 ? 1.0F : -1.0F;
      const float got = y.data()[i];
      ASSERT_EQ(std::signbit(got), i >= 0x8000) << i;
      if (exponent == 31) {
        ASSERT_TRUE(mantissa == 0 ? std::isinf(got) : std::isnan(got)) << i;
      } else if (exponent == 0) {
        ASSERT_EQ(got, sign * std::ldexp(mantissa, -24)) << i;
      } else {
        ASSERT_EQ(got, sign * std::ldexp(1024 + mantissa, exponent - 25)) << i;
      }
    }
    for (const int n : kSizes) {
      const Row<float> out(static_cast<std::size_t>(n));
      from_f16(x.data() + 0x3C00, n, out.data());
      for (std::size_t i = 0; i < static_cast<std::size_t>(n); ++i) ASSERT_EQ(out[i], y[0x3C00 + i]);
    }
  });
}

TEST(FromInt8, IsTheScaleTimesEachByte) {
  on_every_target([&] {
    for (const int n : kSizes) {
      const auto count = static_cast<std::size_t>(n);
      const Row<std::int8_t> bytes(count);
      const Row<float> out(count);
      for (std::size_t i = 0; i < count; ++i) bytes.data()[i] = static_cast<std::int8_t>(37 * i - 128);
      from_int8(bytes.data(), n, 0.3F, out.data());
      for (std::size_t i = 0; i < count; ++i) ASSERT_EQ(out[i], static_cast<float>(bytes.data()[i]) * 0.3F);
    }
  });
}

TEST(Quantize, IsBitEqualToTheScalarOne) {
  on_every_target([] {
    for (const int n : kSizes) {
      const Row<float> x(noise_of(n, static_cast<unsigned>(n)));
      const Row<std::uint8_t> y(static_cast<std::size_t>(n));
      float most = 0;
      for (const float v : x) most = std::max(most, std::abs(v));
      EXPECT_EQ(quantize(x.data(), n, y.data()), most / 127.0F);
      const float inverse = 127.0F / most;
      for (std::size_t i = 0; i < static_cast<std::size_t>(n); ++i) {
        const float levels = x[i] * inverse;
        ASSERT_EQ(y[i], 128 + static_cast<int>(std::nearbyint(levels))) << x[i];
      }
    }
  });
}

TEST(Quantize, RoundsTiesToEven) {
  std::vector<float> x = {127, -127, 0.5F, 1.5F, 2.5F, -0.5F, -1.5F, -2.5F, 0.49999997F, -0.49999997F};
  x.resize(40, 126.5F);
  std::vector<std::uint8_t> want = {255, 1, 128, 130, 130, 128, 126, 126, 128, 128};
  want.resize(40, 254);
  on_every_target([&] {
    std::vector<std::uint8_t> y(x.size());
    EXPECT_EQ(quantize(x.data(), static_cast<int>(x.size()), y.data()), 1.0F);
    EXPECT_EQ(y, want);
  });
}

TEST(Quantize, OfZerosAndOfWhatIsNoNumber) {
  on_every_target([] {
    for (const int n : kSizes) {
      std::vector<float> x(static_cast<std::size_t>(n));
      std::vector<std::uint8_t> y(x.size(), 7);
      EXPECT_EQ(quantize(x.data(), n, y.data()), 0.0F);
      EXPECT_EQ(y, std::vector<std::uint8_t>(x.size(), 128));
      x.back() = -1e-40F;  // as good as zeros
      EXPECT_EQ(quantize(x.data(), n, y.data()), 0.0F);
      EXPECT_EQ(y, std::vector<std::uint8_t>(x.size(), 128));
      x.back() = 1e-30F;  // not yet
      EXPECT_EQ(quantize(x.data(), n, y.data()), 1e-30F / 127.0F);
      EXPECT_EQ(y.back(), 255);
      x.back() = std::numeric_limits<float>::max();
      EXPECT_GT(quantize(x.data(), n, y.data()), 1e36F);
      EXPECT_EQ(y.back(), 255);
      for (const float v : {kNan, -kNan, kInfinity, -kInfinity}) {
        x.back() = v;
        EXPECT_TRUE(std::isnan(quantize(x.data(), n, y.data()))) << v;
      }
    }
  });
}

TEST(Dequantize, IsBitEqualToTheScalarOne) {
  on_every_target([] {
    for (const int n : kSizes) {
      std::mt19937 random(static_cast<unsigned>(n));
      std::vector<std::int32_t> sums, col_sums;
      for (int i = 0; i < n; ++i) {
        col_sums.push_back(static_cast<std::int32_t>(random() % 1040000) - 520000);
        sums.push_back(128 * col_sums.back() + static_cast<std::int32_t>(random()) / 32);
      }
      const Row<std::int32_t> sum(sums), col_sum(col_sums);
      const Row<float> scale(noise_of(n, 2)), y(static_cast<std::size_t>(n));
      dequantize(sum.data(), 0.0173F, scale.data(), col_sum.data(), n, y.data());
      for (std::size_t i = 0; i < sums.size(); ++i) {
        const float row_and_col = 0.0173F * scale[i];
        ASSERT_EQ(y[i], row_and_col * static_cast<float>(sums[i] - 128 * col_sums[i])) << i;
      }
    }
  });
}

}  // namespace
}  // namespace hearken::nn::kernels
