// Windows from a stream: the latest window's samples are kept and pushed along.
#include "audio/windows.h"

#include <algorithm>
#include <utility>

#include "hearken/error.h"

namespace hearken::audio {

WindowCutter::WindowCutter(SampleStream& stream, std::size_t window_samples, std::size_t hop_samples)
    : stream_(stream), window_samples_(window_samples), hop_samples_(hop_samples) {
  if (window_samples == 0) throw Error(ErrorCode::invalid_argument, "a window of 0 samples");
  if (hop_samples == 0) throw Error(ErrorCode::invalid_argument, "a hop of 0 samples");
}

std::optional<Window> WindowCutter::next() {
  if (ended_) return std::nullopt;
  if (index_ == 0) {
    latest_.resize(window_samples_);
    incoming_.resize(std::min(window_samples_, hop_samples_));
    samples_read_ = stream_.read(latest_);
    if (samples_read_ < window_samples_) {
      ended_ = true;
      if (samples_read_ == 0) return std::nullopt;
      std::size_t filled = samples_read_;
      for (; filled + samples_read_ <= window_samples_; filled += samples_read_) {
        std::copy_n(latest_.begin(), samples_read_, latest_.begin() + static_cast<std::ptrdiff_t>(filled));
      }
      std::fill(latest_.begin() + static_cast<std::ptrdiff_t>(filled), latest_.end(), 0.0F);
      return Window{index_++, 0, std::exchange(latest_, {})};
    }
  } else {
    const std::size_t moved = advance(hop_samples_);
    ended_ = moved < hop_samples_;
    if (moved == 0) return std::nullopt;
  }
  return Window{index_++, samples_read_ - window_samples_, latest_};
}

std::size_t WindowCutter::advance(std::size_t count) {
  std::size_t moved = 0;
  while (moved < count) {
    const std::size_t asked = std::min(count - moved, incoming_.size());
    const std::size_t got = stream_.read(std::span(incoming_).first(asked));
    std::move(latest_.begin() + static_cast<std::ptrdiff_t>(got), latest_.end(), latest_.begin());
    std::copy_n(incoming_.begin(), got, latest_.end() - static_cast<std::ptrdiff_t>(got));
    moved += got;
    samples_read_ += got;
    if (got < asked) break;
  }
  return moved;
}

}  // namespace hearken::audio
