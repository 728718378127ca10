// The CPU's layers that move pictures about: patches, spectrograms folded into squares.
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
  const int down = image.item_rows() / patch_rows, across = image.cols / patch_cols;
  const Tensor y = make(image.batch * down * across, patch_rows * patch_cols, image.batch);
  for (int item = 0; item < y.batch; ++item) {
    const Tensor from = image.item(item), to = y.item(item);
    for (int p = 0; p < to.rows; ++p)
      for (int r = 0; r < patch_rows; ++r)
        std::memcpy(to.row(p) + r * patch_cols, from.row(p / across * patch_rows + r) + p % across * patch_cols,
                    bytes(patch_cols));
  }
  return y;
}

Cpu::Tensor Cpu::spectrogram_image(Tensor mel, int size) {
  const Tensor y = make(mel.batch * size, size, mel.batch);
  const int bins = mel.item_rows(), pieces = size / bins;
  const std::vector<Tap> taps = bicubic_taps(mel.cols, size * pieces);
  for (int r = 0; r < y.rows; ++r) {
    const int in_item = r % size, piece = in_item / bins;
    const float* in = mel.item(r / size).row(in_item % bins);
    float* out = y.row(r);
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
