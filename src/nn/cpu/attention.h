// Attention within groups of tokens: all of a text or a picture, or the windows of a Swin block.
#pragma once

#include <vector>

#include "nn/backend.h"
#include "nn/cpu/arena.h"
#include "nn/weights.h"

namespace hearken::nn {

/// softmax(q·kᵀ/√(d/heads))·v for every head. qkv [tokens, 3·width] holds q, k and v side by side; out [tokens, width].
/// Source: Vaswani et al. 2017.
void attention(const float* qkv, int tokens, int width, int heads, float* out, Arena& arena);

/// A table of relative position biases, looked up once: what is added to the score of each pair of tokens of a window.
class WindowBias {
 public:
  WindowBias() = default;  // of nothing; only to be assigned
  /// table [(2·window - 1)², heads].
  WindowBias(const WeightView& table, int window);

  int window() const noexcept { return window_; }
  int heads() const noexcept { return heads_; }
  const float* data() const noexcept { return pairs_.data(); }  // [heads, window², window²]

 private:
  int window_ = 0, heads_ = 0;
  std::vector<float> pairs_;
};

/// The same within each window × window tokens of the grid, rolled by `shift` as nn/backend.h says. The grid is a
/// multiple of the window both ways. Source: Liu et al., "Swin Transformer" (ICCV 2021).
void window_attention(const float* qkv, Grid grid, int width, const WindowBias& bias, int shift, float* out,
                      Arena& arena);

}  // namespace hearken::nn
