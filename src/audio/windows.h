// Cutting a stream into windows: one every hop, the last one ending at the stream's end, short streams repeated.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "audio/decode/decode.h"

namespace hearken::audio {

struct Window {
  std::size_t index = 0;         // 0, 1, 2, … in order of start
  std::size_t start_sample = 0;  // in the stream
  std::vector<float> samples;    // [window_samples]
};

/// Windows of exactly `window_samples`, one at a time, holding little more than one window in memory.
///
/// Starts are 0, hop, 2·hop, … while the window lies inside the stream; when the last of these does not end at the
/// stream's end, one more window does. A stream shorter than a window is repeated as often as it fits whole and the
/// rest is zero (the reference's "repeatpad": transformers, feature_extraction_clap.py). An empty stream has no window.
class WindowCutter {
 public:
  /// The stream must outlive the cutter. Throws Error(invalid_argument) when a length is 0.
  WindowCutter(SampleStream& stream, std::size_t window_samples, std::size_t hop_samples);

  /// The next window, or nothing at the end. Throws what the stream throws.
  std::optional<Window> next();

  /// Samples read so far; after the end, the stream's length.
  std::size_t samples_read() const noexcept { return samples_read_; }

 private:
  /// Moves the window on by up to `count` samples; returns how many the stream still had.
  std::size_t advance(std::size_t count);

  SampleStream& stream_;
  std::size_t window_samples_, hop_samples_;
  std::size_t samples_read_ = 0;
  std::size_t index_ = 0;
  bool ended_ = false;
  std::vector<float> latest_;    // the window_samples before samples_read_
  std::vector<float> incoming_;  // scratch, min(window_samples, hop_samples)
};

}  // namespace hearken::audio
