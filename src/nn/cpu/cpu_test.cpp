// The CPU's layers against plain double-precision sums.
#include "nn/cpu/cpu.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <span>
#include <thread>
#include <vector>

#include "nn/noise.h"

namespace hearken::nn {
namespace {

void expect_near(const Cpu::Tensor& got, const std::vector<double>& want, double tolerance) {
  ASSERT_EQ(got.size(), want.size());
  for (std::size_t i = 0; i < want.size(); ++i) ASSERT_NEAR(got.data[i], want[i], tolerance) << "at " << i;
}

std::vector<double> reference_linear(const std::vector<float>& x, int rows, const std::vector<float>& w,
                                     const std::vector<float>& bias, int in, int out) {
  std::vector<double> y(static_cast<std::size_t>(rows * out));
  for (int r = 0; r < rows; ++r)
    for (int o = 0; o < out; ++o) {
      double sum = bias.empty() ? 0.0 : bias[static_cast<std::size_t>(o)];
      for (int i = 0; i < in; ++i)
        sum += static_cast<double>(x[static_cast<std::size_t>(r * in + i)]) * w[static_cast<std::size_t>(o * in + i)];
      y[static_cast<std::size_t>(r * out + o)] = sum;
    }
  return y;
}

// Odd sizes on purpose: no block of a kernel divides them.
struct LinearCase {
  int rows, in, out;
};
class Linear : public testing::TestWithParam<LinearCase> {};

TEST_P(Linear, EqualsTheSumWithEveryEpilogue) {
  const auto [rows, in, out] = GetParam();
  const auto x = noise(static_cast<std::size_t>(rows * in), 1), w = noise(static_cast<std::size_t>(out * in), 2),
             bias = noise(static_cast<std::size_t>(out), 3), start = noise(static_cast<std::size_t>(rows * out), 4);
  const auto layer = Cpu::make_linear({w.data(), out, in}, bias, ProductType::f32);
  const auto want = reference_linear(x, rows, w, bias, in, out);
  const double tolerance = 1e-5 * in;

  Cpu cpu;
  const auto input = cpu.input({x.data(), rows, in});
  expect_near(cpu.linear(input, layer), want, tolerance);

  const auto sum = cpu.input({start.data(), rows, out});
  cpu.add_linear(sum, input, layer);
  auto added = want;
  for (std::size_t i = 0; i < added.size(); ++i) added[i] += start[i];
  expect_near(sum, added, tolerance);

  const auto activated = [&](auto function) {
    auto out_values = want;
    for (double& v : out_values) v = function(v);
    return out_values;
  };
  expect_near(cpu.linear(input, layer, Activation::gelu),
              activated([](double v) { return 0.5 * v * (1.0 + std::erf(v / std::sqrt(2.0))); }), tolerance);
  expect_near(cpu.linear(input, layer, Activation::relu), activated([](double v) { return std::max(v, 0.0); }),
              tolerance);
  expect_near(cpu.linear(input, layer, Activation::tanh), activated([](double v) { return std::tanh(v); }), tolerance);
}

INSTANTIATE_TEST_SUITE_P(Shapes, Linear,
                         testing::Values(LinearCase{1, 384, 527}, LinearCase{7, 33, 65}, LinearCase{248, 192, 576},
                                         LinearCase{3, 527, 512}, LinearCase{19, 256, 192}));

TEST(Linear, WithoutBias) {
  const auto x = noise(2 * 48, 1), w = noise(16 * 48, 2);
  Cpu cpu;
  expect_near(cpu.linear(cpu.input({x.data(), 2, 48}), Cpu::make_linear({w.data(), 16, 48}, {}, ProductType::f32)),
              reference_linear(x, 2, w, {}, 48, 16), 1e-4);
}

TEST(Linear, InBfloat16IsTheProductOfTheRoundedNumbers) {
  const auto rounded = [](std::vector<float> v) {
    for (float& x : v) {
      auto bits = std::bit_cast<std::uint32_t>(x);
      bits = (bits + 0x7FFF + (bits >> 16 & 1)) & 0xFFFF0000U;
      x = std::bit_cast<float>(bits);
    }
    return v;
  };
  for (const auto& [rows, in, out] : {LinearCase{1, 768, 768}, LinearCase{5, 33, 65}, LinearCase{64, 96, 288}}) {
    const auto x = noise(static_cast<std::size_t>(rows * in), 1), w = noise(static_cast<std::size_t>(out * in), 2),
               bias = noise(static_cast<std::size_t>(out), 3);
    Cpu cpu;
    const auto layer = Cpu::make_linear({w.data(), out, in}, bias, ProductType::bf16);
    const bool rounds = layer.inputs() == ProductType::bf16;  // else this CPU multiplies float32 faster
    expect_near(cpu.linear(cpu.input({x.data(), rows, in}), layer),
                reference_linear(rounds ? rounded(x) : x, rows, rounded(w), bias, in, out), 1e-5 * in);
  }
}

TEST(SelfAttention, EqualsItsDefinition) {
  constexpr int kTokens = 37, kWidth = 96, kHeads = 3, kHead = kWidth / kHeads;
  const auto qkv = noise(kTokens * 3 * kWidth, 5);
  const auto at = [&](int part, int token, int column) {
    return static_cast<double>(qkv[static_cast<std::size_t>(token * 3 * kWidth + part * kWidth + column)]);
  };
  std::vector<double> want(kTokens * kWidth);
  for (int h = 0; h < kHeads; ++h)
    for (int t = 0; t < kTokens; ++t) {
      std::vector<double> p(kTokens);
      double total = 0;
      for (int s = 0; s < kTokens; ++s) {
        double dot = 0;
        for (int d = 0; d < kHead; ++d) dot += at(0, t, h * kHead + d) * at(1, s, h * kHead + d);
        p[static_cast<std::size_t>(s)] = std::exp(dot / std::sqrt(static_cast<double>(kHead)));
        total += p[static_cast<std::size_t>(s)];
      }
      for (int d = 0; d < kHead; ++d) {
        double sum = 0;
        for (int s = 0; s < kTokens; ++s) sum += p[static_cast<std::size_t>(s)] / total * at(2, s, h * kHead + d);
        want[static_cast<std::size_t>(t * kWidth + h * kHead + d)] = sum;
      }
    }
  Cpu cpu;
  expect_near(cpu.self_attention(cpu.input({qkv.data(), kTokens, 3 * kWidth}), kHeads), want, 1e-4);
}

TEST(LayerNorm, EqualsItsDefinition) {
  constexpr int kRows = 3, kCols = 197;
  const auto x = noise(kRows * kCols, 6), gamma = noise(kCols, 7), beta = noise(kCols, 8);
  std::vector<double> want(x.size());
  for (std::size_t r = 0; r < kRows; ++r) {
    double mean = 0, square = 0;
    for (std::size_t i = 0; i < kCols; ++i) mean += x[r * kCols + i] / double{kCols};
    for (std::size_t i = 0; i < kCols; ++i) square += std::pow(x[r * kCols + i] - mean, 2) / kCols;
    for (std::size_t i = 0; i < kCols; ++i)
      want[r * kCols + i] = (x[r * kCols + i] - mean) / std::sqrt(square + 1e-6) * gamma[i] + beta[i];
  }
  Cpu cpu;
  expect_near(cpu.layer_norm(cpu.input({x.data(), kRows, kCols}), Cpu::make_norm(gamma, beta, 1e-6F)), want, 1e-5);
}

TEST(PatchRows, CutsAnImageIntoSquaresRowByRow) {
  const std::vector<float> image{0, 1, 2, 3, 4, 10, 11, 12, 13, 14, 20, 21, 22, 23, 24, 30, 31, 32, 33, 34};  // [4, 5]
  Cpu cpu;
  // The fifth column fills no patch and is left out.
  expect_near(cpu.patch_rows(cpu.input({image.data(), 4, 5}), 2, 2),
              {0, 1, 10, 11, 2, 3, 12, 13, 20, 21, 30, 31, 22, 23, 32, 33}, 0);
}

TEST(SoftmaxRows, SurvivesLargeValues) {
  const std::vector<float> x{1000, 999, -1000};
  Cpu cpu;
  const auto y = cpu.input({x.data(), 1, 3});
  cpu.softmax_rows(y, 2.0F);
  const double e = std::exp(-2.0);
  expect_near(y, {1 / (1 + e), e / (1 + e), 0}, 1e-6);
}

TEST(NormalizeRows, LeavesAZeroRowAlone) {
  const std::vector<float> x{3, 4, 0, 0};
  Cpu cpu;
  const auto y = cpu.input({x.data(), 2, 2});
  cpu.normalize_rows(y);
  expect_near(y, {0.6, 0.8, 0, 0}, 1e-7);
}

TEST(Linear, InInt8IsTheProductOfTheQuantizedNumbers) {
  if (!has_products(ProductType::int8)) GTEST_SKIP() << "this CPU has no products of int8";
  // Each row by its own largest value, as whole numbers from -127 to 127.
  const auto quantized = [](std::vector<float> v, int cols) {
    for (std::size_t first = 0; first < v.size(); first += static_cast<std::size_t>(cols)) {
      const auto row = std::span(v).subspan(first, static_cast<std::size_t>(cols));
      float highest = 0;
      for (const float x : row) highest = std::max(highest, std::abs(x));
      for (float& x : row) x = std::nearbyint(x * (127 / highest)) * (highest / 127);
    }
    return v;
  };
  for (const auto& [rows, in, out] :
       {LinearCase{1, 768, 768}, LinearCase{5, 33, 65}, LinearCase{64, 96, 288}, LinearCase{130, 1024, 700}}) {
    const auto x = noise(static_cast<std::size_t>(rows * in), 1), w = noise(static_cast<std::size_t>(out * in), 2),
               bias = noise(static_cast<std::size_t>(out), 3);
    Cpu cpu;
    expect_near(
        cpu.linear(cpu.input({x.data(), rows, in}), Cpu::make_linear({w.data(), out, in}, bias, ProductType::int8)),
        reference_linear(quantized(x, in), rows, quantized(w, in), bias, in, out), 1e-5 * in);
  }
}

// A Swin block and a merge over a grid of 16 × 16 tokens.
std::vector<float> swin(Cpu& cpu, ProductType type, std::span<const float> tokens, int batch) {
  constexpr int kWidth = 64, kHidden = 4 * kWidth, kWindow = 4, kOffsets = 2 * kWindow - 1, kHeads = 2;
  const auto linear = [&](int out, int in, unsigned seed) {
    auto w = noise(static_cast<std::size_t>(out * in), seed);
    for (float& v : w) v *= 0.1F;
    return Cpu::make_linear({w.data(), out, in}, noise(static_cast<std::size_t>(out), seed + 1), type);
  };
  const auto norm = [](int n, unsigned seed) {
    return Cpu::make_norm(noise(static_cast<std::size_t>(n), seed), noise(static_cast<std::size_t>(n), seed + 1),
                          1e-5F);
  };
  const auto table = noise(kOffsets * kOffsets * kHeads, 20);
  const auto bias = Cpu::make_window_bias(
      {WeightType::f32, reinterpret_cast<const std::byte*>(table.data()), kOffsets * kOffsets, kHeads, {}}, kWindow);
  const Cpu::Scope scope(cpu);
  const auto x = cpu.input({tokens.data(), 256 * batch, kWidth}, batch);
  cpu.add_window_attention(x, {16, 16}, norm(kWidth, 30), linear(3 * kWidth, kWidth, 40), bias, true,
                           linear(kWidth, kWidth, 50));
  cpu.add_mlp(x, norm(kWidth, 60), linear(kHidden, kWidth, 70), linear(kWidth, kHidden, 80));
  const auto merged = cpu.merge_patches(x, {16, 16}, norm(4 * kWidth, 90), linear(2 * kWidth, 4 * kWidth, 100));
  const auto y = cpu.mean_rows(cpu.layer_norm(merged, norm(2 * kWidth, 110)));
  return {y.data, y.data + y.size()};
}

class SameBits : public testing::TestWithParam<ProductType> {};

TEST_P(SameBits, ForEveryBatchAndNumberOfThreads) {
  if (!has_products(GetParam())) GTEST_SKIP() << "this CPU has no such products";
  constexpr std::size_t kItem = 256 * 64;
  constexpr int kItems = 5;
  const auto tokens = noise(kItem * kItems, 9);
  Cpu alone;
  std::vector<float> wanted;
  for (std::size_t i = 0; i < kItems; ++i) {
    const auto one = swin(alone, GetParam(), std::span(tokens).subspan(i * kItem, kItem), 1);
    wanted.insert(wanted.end(), one.begin(), one.end());
  }
  const auto equal = [&](const std::vector<float>& got, std::size_t items) {
    return std::memcmp(got.data(), wanted.data(), wanted.size() / kItems * items * sizeof(float)) == 0;
  };
  for (const int threads : {1, 2, 3, 8}) {
    Cpu cpu(threads);
    for (const int batch : {1, 2, kItems})
      EXPECT_TRUE(equal(swin(cpu, GetParam(), tokens, batch), static_cast<std::size_t>(batch)))
          << threads << " threads, " << batch << " items";
  }
  std::vector<std::vector<float>> others(4);
  {
    std::vector<std::jthread> threads;
    for (auto& other : others)
      threads.emplace_back([&] {
        Cpu cpu;
        other = swin(cpu, GetParam(), tokens, kItems);
      });
  }
  for (const auto& other : others) EXPECT_TRUE(equal(other, kItems));
}

INSTANTIATE_TEST_SUITE_P(Types, SameBits, testing::Values(ProductType::f32, ProductType::bf16, ProductType::int8));

TEST(WeightView, WidensEveryType) {
  const std::vector<std::int8_t> q{-128, 0, 127, 4, 1, 2, 3, 4};
  nn::WeightView v{WeightType::i8, reinterpret_cast<const std::byte*>(q.data()), 2, 4, {0.5F}};
  EXPECT_EQ(v.floats(), (std::vector<float>{-64, 0, 63.5, 2, 0.5, 1, 1.5, 2}));
  v.scales = {1, 10};
  EXPECT_EQ(v.floats(), (std::vector<float>{-128, 0, 127, 4, 10, 20, 30, 40}));
  v.scales = {1, 2, 10, 100};  // two groups a row
  EXPECT_EQ(v.floats(), (std::vector<float>{-128, 0, 254, 8, 10, 20, 300, 400}));

  const std::vector<std::uint16_t> halves{0x3C00, 0xC000, 0x0001, 0x7BFF, 0x8000, 0x7C00};
  const nn::WeightView h{WeightType::f16, reinterpret_cast<const std::byte*>(halves.data()), 1, 6, {}};
  EXPECT_EQ(h.floats(), (std::vector<float>{1, -2, 0x1p-24F, 65504, -0.0F, INFINITY}));
  const std::vector<std::uint16_t> brains{0x3F80, 0xC000};
  const nn::WeightView b{WeightType::bf16, reinterpret_cast<const std::byte*>(brains.data()), 1, 2, {}};
  EXPECT_EQ(b.floats(), (std::vector<float>{1, -2}));
}

}  // namespace
}  // namespace hearken::nn
