// Whoever wants a file's sound as it was decoded, beside the one who reads it mixed and resampled.
#pragma once

#include <span>

namespace hearken::audio {

/// Called on the thread that reads the stream, in order, with everything that is decoded, once.
class SampleSink {
 public:
  virtual ~SampleSink() = default;

  /// The next frames: float32, nominally -1 to 1, finite, interleaved [frames, channels]. Rate and number of channels
  /// may change between two calls, as they may within a file.
  virtual void consume(std::span<const float> interleaved, int channels, int sample_rate_hz) = 0;
};

}  // namespace hearken::audio
