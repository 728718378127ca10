// Windows, merges and folded spectrograms against their definitions.
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "nn/cpu/cpu.h"
#include "nn/noise.h"

namespace hearken::nn {
namespace {

std::vector<float> values(Cpu::Tensor x) { return {x.data, x.data + x.size()}; }

// Which third of a side a place of the rolled grid was in before: the roll brings the first `shift` rows to the end.
int region(int at, int side, int window, int shift) { return at < side - window ? 0 : at < side - shift ? 1 : 2; }

// Attention over every pair of tokens, those outside the window forbidden: Swin's without its bookkeeping.
std::vector<double> reference_window_attention(const std::vector<float>& qkv, Grid grid, int width, int heads,
                                               const std::vector<float>& table, int window, int shift) {
  const int tokens = grid.rows * grid.cols, d = width / heads;
  const auto at = [&](int part, int token, int column) {
    return static_cast<double>(qkv[static_cast<std::size_t>(token * 3 * width + part * width + column)]);
  };
  std::vector<double> out(static_cast<std::size_t>(tokens * width));
  for (int h = 0; h < heads; ++h)
    for (int t = 0; t < tokens; ++t) {
      // Where the token stands after the roll.
      const int tr = (t / grid.cols - shift + grid.rows) % grid.rows,
                tc = (t % grid.cols - shift + grid.cols) % grid.cols;
      std::vector<double> p(static_cast<std::size_t>(tokens));
      double total = 0;
      for (int s = 0; s < tokens; ++s) {
        const int sr = (s / grid.cols - shift + grid.rows) % grid.rows,
                  sc = (s % grid.cols - shift + grid.cols) % grid.cols;
        if (tr / window != sr / window || tc / window != sc / window) continue;
        double score = 0;
        for (int i = 0; i < d; ++i) score += at(0, t, h * d + i) * at(1, s, h * d + i);
        score /= std::sqrt(static_cast<double>(d));
        const int row = (tr - sr + window - 1) * (2 * window - 1) + tc - sc + window - 1;
        score += table[static_cast<std::size_t>(row * heads + h)];
        if (shift > 0 && (region(tr, grid.rows, window, shift) != region(sr, grid.rows, window, shift) ||
                          region(tc, grid.cols, window, shift) != region(sc, grid.cols, window, shift)))
          score -= 100;
        total += p[static_cast<std::size_t>(s)] = std::exp(score);
      }
      for (int i = 0; i < d; ++i) {
        double sum = 0;
        for (int s = 0; s < tokens; ++s) sum += p[static_cast<std::size_t>(s)] / total * at(2, s, h * d + i);
        out[static_cast<std::size_t>(t * width + h * d + i)] = sum;
      }
    }
  return out;
}

struct WindowCase {
  Grid grid;
  int heads, shift;
};
class WindowAttention : public testing::TestWithParam<WindowCase> {};

// The norm and the two products around it are checked by their own tests; here they give back what they were given.
TEST_P(WindowAttention, EqualsItsDefinition) {
  constexpr int kWindow = 4, kWidth = 24, kOffsets = 2 * kWindow - 1;
  const auto [grid, heads, shift] = GetParam();
  const int tokens = grid.rows * grid.cols;
  const auto x = noise(static_cast<std::size_t>(tokens * kWidth), 1), w = noise(3 * kWidth * kWidth, 2),
             b = noise(3 * kWidth, 3), gamma = noise(kWidth, 4), beta = noise(kWidth, 5);
  const auto table = noise(static_cast<std::size_t>(kOffsets * kOffsets * heads), 6);
  std::vector<float> same(kWidth * kWidth);
  for (std::size_t i = 0; i < kWidth; ++i) same[i * kWidth + i] = 1;
  const auto norm = Cpu::make_norm(gamma, beta, 1e-5F);
  const auto qkv = Cpu::make_linear({w.data(), 3 * kWidth, kWidth}, b, ProductType::f32);
  const auto projection = Cpu::make_linear({same.data(), kWidth, kWidth}, {}, ProductType::f32);
  const auto bias = Cpu::make_window_bias(
      {WeightType::f32, reinterpret_cast<const std::byte*>(table.data()), kOffsets * kOffsets, heads, {}}, kWindow);

  Cpu cpu;
  const auto got = cpu.input({x.data(), tokens, kWidth}, 1);
  const auto seen = values(cpu.linear(cpu.layer_norm(got, norm), qkv));
  const auto want = reference_window_attention(seen, grid, kWidth, heads, table, kWindow, shift);
  cpu.add_window_attention(got, grid, norm, qkv, bias, shift > 0, projection);
  ASSERT_EQ(got.size(), want.size());
  for (std::size_t i = 0; i < want.size(); ++i) ASSERT_NEAR(got.data[i], want[i] + x[i], 1e-4) << "at " << i;
}

INSTANTIATE_TEST_SUITE_P(Grids, WindowAttention,
                         testing::Values(WindowCase{{4, 4}, 3, 0}, WindowCase{{8, 8}, 1, 2}, WindowCase{{16, 8}, 2, 2},
                                         WindowCase{{20, 12}, 4, 0}, WindowCase{{32, 32}, 4, 2}));

TEST(MergePatches, PutsFourTokensSideBySideColumnByColumn) {
  const std::vector<float> tokens{0, 1, 2, 3, 4, 5, 6, 7};  // a grid of 2 rows and 4 columns, one feature each
  std::vector<float> same(16);
  for (std::size_t i = 0; i < 4; ++i) same[i * 4 + i] = 1;
  const std::vector<float> ones(4, 1), zeros(4);
  const auto norm = Cpu::make_norm(ones, zeros, 0);
  const auto reduction = Cpu::make_linear({same.data(), 4, 4}, {}, ProductType::f32);
  Cpu cpu;
  const auto got = values(cpu.merge_patches(cpu.input({tokens.data(), 8, 1}), {2, 4}, norm, reduction));
  const std::vector<float> side_by_side{0, 4, 1, 5, 2, 6, 3, 7};
  const auto want = values(cpu.layer_norm(cpu.input({side_by_side.data(), 2, 4}), norm));
  ASSERT_EQ(got.size(), want.size());
  for (std::size_t i = 0; i < want.size(); ++i) EXPECT_NEAR(got[i], want[i], 1e-5) << "at " << i;
}

TEST(SetColumns, PutsAPictureIntoAnother) {
  const std::vector<float> part{1, 2, 3, 4};  // 2 rows of 2 tokens
  Cpu cpu;
  const auto x = cpu.zeros(6, 1);
  cpu.set_columns(x, {2, 3}, cpu.input({part.data(), 4, 1}), {2, 2}, 1);
  EXPECT_EQ(values(x), (std::vector<float>{0, 1, 2, 0, 3, 4}));
}

TEST(GatedSum, WeighsBothByTheSigmoid) {
  const std::vector<float> x{1, 1, 1}, y{3, 3, 3}, gate{0, 100, -100};
  Cpu cpu;
  const auto in = [&](const std::vector<float>& v) { return cpu.input({v.data(), 1, 3}); };
  EXPECT_EQ(values(cpu.gated_sum(in(x), in(y), in(gate))), (std::vector<float>{4, 2, 6}));
}

// The stretch is torch.nn.functional.interpolate([0, 1, -2, 5, 3], 8, mode="bicubic", align_corners=True).
TEST(SpectrogramImage, StretchesAndFoldsTheFrames) {
  const std::vector<float> mel{0, 1, -2, 5, 3, 0, 10, -20, 50, 30};  // 2 mel bins, 5 frames -> 4 × 4, 8 frames in all
  const std::vector<double> stretched{0.0, 0.895043, 0.623907, -1.93003, -0.393585, 4.271137, 4.895043, 3.0};
  Cpu cpu;
  const auto image = cpu.spectrogram_image(cpu.input({mel.data(), 2, 5}), 4);
  ASSERT_EQ(image.rows, 4);
  ASSERT_EQ(image.cols, 4);
  for (int piece = 0; piece < 2; ++piece)
    for (int m = 0; m < 2; ++m)
      for (int t = 0; t < 4; ++t)
        EXPECT_NEAR(image.row(piece * 2 + m)[t], stretched[static_cast<std::size_t>(piece * 4 + t)] * (m == 0 ? 1 : 10),
                    1e-4);
}

}  // namespace
}  // namespace hearken::nn
