// What Swin's windows of tokens need beside the attention kernel: biases, masks, and where a window's tokens lie.
//
// Source: Liu et al., "Swin Transformer" (ICCV 2021).
#pragma once

#include <vector>

#include "nn/backend.h"
#include "nn/weights.h"

namespace hearken::nn {

/// A table of relative position biases, looked up once: what is added to the score of each pair of tokens of a window.
class WindowBias {
 public:
  WindowBias() = default;  // of nothing; only to be assigned
  /// table [(2·window - 1)², heads].
  WindowBias(const WeightView& table, int window);

  int window() const noexcept { return window_; }
  int heads() const noexcept { return heads_; }
  const float* head(int h) const noexcept;  // [window², window²]

 private:
  int window_ = 0, heads_ = 0;
  std::vector<float> pairs_;  // [heads, window², window²]
};

/// The windows of a grid, which is a multiple of the window both ways; rolled up and left by half a window, or not.
class WindowGrid {
 public:
  WindowGrid(Grid grid, int window, bool rolled) : grid_(grid), window_(window), roll_(rolled ? window / 2 : 0) {}

  int count() const noexcept { return grid_.rows * grid_.cols / (window_ * window_); }
  int tokens() const noexcept { return window_ * window_; }

  /// The grid's token that stands at place `token` of window w.
  int place(int w, int token) const noexcept;

  /// Which of masks() window w needs; -1: none, all of its tokens are neighbours.
  int mask(int w) const noexcept;

  static constexpr int kMasks = 3;
  /// out [kMasks, tokens, tokens]: 0, or -100 between tokens that the roll brought together from two ends of the grid.
  void write_masks(float* out) const;

 private:
  Grid grid_;
  int window_, roll_;
};

}  // namespace hearken::nn
