// The layers that move pictures about, on libtorch: patches, spectrograms folded into squares, windows of a grid.
#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

#include "nn/torch/torch.h"

namespace hearken::nn {

using Tensor = Torch::Tensor;

namespace {

// A bicubic stretch of `from` frames to `to` as a matrix [from, to] of Keys' cubic convolution with a = -0.75, end
// frames on end frames, edges repeated: PyTorch's interpolate(mode="bicubic", align_corners=True), whose own gradient
// on CUDA depends on the order of its additions.
at::Tensor bicubic_matrix(int from, int to) {
  constexpr float a = -0.75F;
  const auto near = [](float x) { return ((a + 2) * x - (a + 3)) * x * x + 1; };       // |x| <= 1
  const auto far = [](float x) { return ((a * x - 5 * a) * x + 8 * a) * x - 4 * a; };  // 1 < |x| < 2
  const float scale = to > 1 ? static_cast<float>(from - 1) / static_cast<float>(to - 1) : 0.0F;
  auto matrix = at::zeros({from, to}, at::kFloat);
  float* const weight_of = matrix.data_ptr<float>();
  for (int i = 0; i < to; ++i) {
    const float position = scale * static_cast<float>(i);
    const int first = std::min(static_cast<int>(std::floor(position)), from - 1);
    const float t = std::clamp(position - static_cast<float>(first), 0.0F, 1.0F);
    const float weights[] = {far(t + 1), near(t), near(1 - t), far(2 - t)};
    for (int k = 0; k < 4; ++k)
      weight_of[std::ptrdiff_t{std::clamp(first - 1 + k, 0, from - 1)} * to + i] += weights[k];
  }
  return matrix;
}

}  // namespace

Tensor Torch::patch_rows(const Tensor& image, int patch_rows, int patch_cols) {
  const int down = image.item_rows() / patch_rows, across = image.cols / patch_cols;
  const auto patches = image.value->view({image.batch, image.item_rows(), image.cols})
                           .narrow(1, 0, down * patch_rows)
                           .narrow(2, 0, across * patch_cols)
                           .reshape({image.batch, down, patch_rows, across, patch_cols})
                           .permute({0, 1, 3, 2, 4});
  return of_items(patches.reshape({image.batch * down * across, patch_rows * patch_cols}), image.batch);
}

Tensor Torch::spectrogram_image(const Tensor& mel, int size) {
  const int bins = mel.item_rows(), pieces = size / bins;
  if (!stretch_.defined() || stretch_.size(0) != mel.cols || stretch_.size(1) != size * pieces)
    stretch_ = bicubic_matrix(mel.cols, size * pieces).to(device_);
  const auto stretched = at::mm(*mel.value, stretch_).view({mel.batch, bins, pieces, size});
  return of_items(stretched.transpose(1, 2).reshape({mel.batch * size, size}), mel.batch);
}

void Torch::set_columns(const Tensor& x, Grid grid, const Tensor& part, Grid part_grid, int first) {
  const auto whole = x.value->view({grid.rows, grid.cols, x.cols});
  const int after = first + part_grid.cols;
  const auto joined = at::cat({whole.narrow(1, 0, first), part.value->view({part_grid.rows, part_grid.cols, part.cols}),
                               whole.narrow(1, after, grid.cols - after)},
                              1);
  *x.value = joined.view({x.rows, x.cols});
}

// Source: Liu et al., "Swin Transformer" (ICCV 2021), sections 3.2 and 3.3.
const Torch::Windows& Torch::windows_of(Grid grid, int window, bool rolled) {
  const auto key = std::tuple(grid.rows, grid.cols, window, rolled);
  if (const auto found = windows_.find(key); found != windows_.end()) return found->second;
  const std::int64_t side = window, tokens = side * side, down = grid.rows / side, across = grid.cols / side;
  const auto place = at::arange(std::int64_t{grid.rows} * grid.cols).view({grid.rows, grid.cols});
  const auto in_windows = [&](const at::Tensor& x) {
    return x.view({down, side, across, side}).transpose(1, 2).reshape({down * across, tokens});
  };
  const std::int64_t roll = rolled ? side / 2 : 0;
  Windows made;
  made.order = in_windows(at::roll(place, {-roll, -roll}, {0, 1})).reshape({-1});
  made.back = at::argsort(made.order);
  // Which entry of the bias table a pair of tokens has: i minus j, down and across, from 0 up.
  const auto along = at::arange(side), i = along.view({-1, 1}), j = along.view({1, -1});
  const auto apart = i - j + (side - 1);  // [side, side]
  const auto entry =
      (apart.view({side, 1, side, 1}) * (2 * side - 1) + apart.view({1, side, 1, side})).reshape({1, tokens * tokens});
  const auto entries = at::arange((2 * side - 1) * (2 * side - 1)).view({-1, 1});
  made.pairs = entries.eq(entry).to(at::kFloat).to(device_);
  if (rolled) {
    // Where the roll brought together what is far apart: before, within and after the last half window of a side.
    const auto part = [&](std::int64_t n) {
      const auto at_n = at::arange(n);
      return at_n.ge(n - side).to(at::kLong) + at_n.ge(n - roll).to(at::kLong);
    };
    const auto region = in_windows(part(grid.rows).view({-1, 1}) * 3 + part(grid.cols).view({1, -1}));
    made.mask = region.unsqueeze(1).ne(region.unsqueeze(2)).to(at::kFloat).mul(-100.0).to(device_);
  }
  made.order = made.order.to(device_);
  made.back = made.back.to(device_);
  return windows_.emplace(key, std::move(made)).first->second;
}

}  // namespace hearken::nn
