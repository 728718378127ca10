// The CPU's layers that move pictures about: patches, merges, spectrograms folded into squares.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <vector>

#include "nn/cpu/cpu.h"

namespace hearken::nn {
namespace {

std::size_t bytes(int floats) { return static_cast<std::size_t>(floats) * sizeof(float); }

// Where an output frame of a bicubic stretch reads, and with what weights.
struct Tap {
  std::array<int, 4> at;
  std::array<float, 4> weight;
};

// Keys' cubic convolution with a = -0.75, end frames on end frames, edges repeated: PyTorch's
// interpolate(mode="bicubic", align_corners=True), in float32 as there.
std::vector<Tap> bicubic_taps(int from, int to) {
  constexpr float a = -0.75F;
  const auto near = [](float x) { return ((a + 2) * x - (a + 3)) * x * x + 1; };       // |x| <= 1
  const auto far = [](float x) { return ((a * x - 5 * a) * x + 8 * a) * x - 4 * a; };  // 1 < |x| < 2
  const float scale = to > 1 ? static_cast<float>(from - 1) / static_cast<float>(to - 1) : 0.0F;
  std::vector<Tap> taps(static_cast<std::size_t>(to));
  for (int i = 0; i < to; ++i) {
    const float position = scale * static_cast<float>(i);
    const int first = std::min(static_cast<int>(std::floor(position)), from - 1);
    const float t = std::min(std::max(position - static_cast<float>(first), 0.0F), 1.0F);
    Tap& tap = taps[static_cast<std::size_t>(i)];
    tap.weight = {far(t + 1), near(t), near(1 - t), far(2 - t)};
    for (int k = 0; k < 4; ++k) tap.at[static_cast<std::size_t>(k)] = std::clamp(first - 1 + k, 0, from - 1);
  }
  return taps;
}

}  // namespace

Cpu::Tensor Cpu::patch_rows(Tensor image, int patch_rows, int patch_cols) {
  const int down = image.rows / patch_rows, across = image.cols / patch_cols;
  const Tensor y = make(down * across, patch_rows * patch_cols);
  for (int p = 0; p < y.rows; ++p)
    for (int r = 0; r < patch_rows; ++r)
      std::memcpy(y.row(p) + r * patch_cols, image.row(p / across * patch_rows + r) + p % across * patch_cols,
                  bytes(patch_cols));
  return y;
}

Cpu::Tensor Cpu::merge_patches(Tensor x, Grid grid) {
  const Tensor y = make(x.rows / 4, 4 * x.cols);
  const int across = grid.cols / 2;
  for (int t = 0; t < y.rows; ++t) {
    const int first = t / across * 2 * grid.cols + t % across * 2;
    const std::array<int, 4> from = {first, first + grid.cols, first + 1, first + grid.cols + 1};  // column by column
    for (int k = 0; k < 4; ++k)
      std::memcpy(y.row(t) + k * x.cols, x.row(from[static_cast<std::size_t>(k)]), bytes(x.cols));
  }
  return y;
}

Cpu::Tensor Cpu::spectrogram_image(Tensor mel, int size) {
  const Tensor y = make(size, size);
  const int pieces = size / mel.rows;
  const std::vector<Tap> taps = bicubic_taps(mel.cols, size * pieces);
  for (int piece = 0; piece < pieces; ++piece)
    for (int m = 0; m < mel.rows; ++m) {
      const float* in = mel.row(m);
      float* out = y.row(piece * mel.rows + m);
      for (int t = 0; t < size; ++t) {
        const Tap& tap = taps[static_cast<std::size_t>(piece * size + t)];
        float sum = 0;
        for (std::size_t k = 0; k < 4; ++k) sum += tap.weight[k] * in[tap.at[k]];
        out[t] = sum;
      }
    }
  return y;
}

void Cpu::set_columns(Tensor x, Grid grid, Tensor part, Grid part_grid, int first) {
  for (int r = 0; r < part_grid.rows; ++r)
    std::memcpy(x.row(r * grid.cols + first), part.row(r * part_grid.cols), bytes(part_grid.cols * part.cols));
}

}  // namespace hearken::nn
