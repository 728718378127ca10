// How loud a programme is as a whole: EBU R 128's integrated loudness.
#pragma once

#include <memory>
#include <optional>
#include <span>

namespace hearken::audio {

/// Source: ITU-R BS.1770-4 and EBU R 128. One thread at a time.
class Loudness {
 public:
  Loudness();
  ~Loudness();

  /// Channels in FFmpeg's order. Where rate or number of channels change, the measurement goes on over both.
  void consume(std::span<const float> interleaved, int channels, int sample_rate_hz);

  /// LUFS of all that was heard; nothing when it is shorter than a block of 400 ms, nowhere above -70 LUFS, or of a
  /// rate below 4 kHz or above 2.8 MHz.
  std::optional<double> integrated() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace hearken::audio
