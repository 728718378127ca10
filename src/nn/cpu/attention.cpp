// Swin's windows as index arithmetic.
#include "nn/cpu/attention.h"

#include <cstddef>

namespace hearken::nn {

WindowBias::WindowBias(const WeightView& table, int window) : window_(window), heads_(table.cols) {
  const std::vector<float> entries = table.floats();
  const auto w = static_cast<std::size_t>(window), t = w * w, heads = static_cast<std::size_t>(heads_);
  pairs_.resize(heads * t * t);
  for (std::size_t i = 0; i < t; ++i)
    for (std::size_t j = 0; j < t; ++j) {
      const std::size_t down = i / w + w - 1 - j / w, across = i % w + w - 1 - j % w;  // i minus j, from 0 up
      for (std::size_t head = 0; head < heads; ++head)
        pairs_[(head * t + i) * t + j] = entries[(down * (2 * w - 1) + across) * heads + head];
    }
}

const float* WindowBias::head(int h) const noexcept {
  const std::ptrdiff_t tokens = std::ptrdiff_t{window_} * window_;
  return pairs_.data() + h * tokens * tokens;
}

int WindowGrid::place(int w, int token) const noexcept {
  const int across = grid_.cols / window_;
  const int row = w / across * window_ + token / window_, col = w % across * window_ + token % window_;
  return (row + roll_) % grid_.rows * grid_.cols + (col + roll_) % grid_.cols;
}

int WindowGrid::mask(int w) const noexcept {
  if (roll_ == 0) return -1;
  const int across = grid_.cols / window_, down = grid_.rows / window_;
  return (w / across == down - 1 ? 2 : 0) + (w % across == across - 1 ? 1 : 0) - 1;
}

void WindowGrid::write_masks(float* out) const {
  constexpr float kApart = -100.0F;
  // In the last windows of a side, the places from window - roll on hold what came from the other end.
  const auto far = [&](int place) { return place >= window_ - roll_; };
  const int t = tokens();
  for (int mask = 0; mask < kMasks; ++mask) {
    const bool last_down = ((mask + 1) & 2) != 0, last_across = ((mask + 1) & 1) != 0;
    for (int i = 0; i < t; ++i)
      for (int j = 0; j < t; ++j)
        *out++ =
            (last_down && far(i / window_) != far(j / window_)) || (last_across && far(i % window_) != far(j % window_))
                ? kApart
                : 0.0F;
  }
}

}  // namespace hearken::nn
