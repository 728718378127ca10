// What is measured of a recording: how loud it is, how fast, in which key, how bright.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>

#include "audio/decode/sample_sink.h"

namespace hearken::audio {

/// Changes with every change of what is measured or how: what another version measured is measured again.
inline constexpr int kFeaturesVersion = 1;

/// Of a whole recording; what it does not have is not there.
struct Features {
  std::optional<double> loudness_lufs;  // integrated, all channels; none of silence and of less than 0.4 s
  std::optional<double> tempo_bpm;      // none without a steady beat
  std::optional<double> brightness_hz;  // the mean frequency of its energy; none of silence
  std::optional<std::string> key;       // "A minor", "C# major"; none when it is undecided

  bool operator==(const Features&) const = default;
};

/// Measures what it hears. One thread at a time. Holds some seconds of sound, and about a kilobyte for each second
/// that was heard. Values are rounded (0.01 LU, 0.1 beats, 1 Hz): the last digits of an instruction set do not show.
class FeatureSink final : public SampleSink {
 public:
  FeatureSink();
  ~FeatureSink() override;

  void consume(std::span<const float> interleaved, int channels, int sample_rate_hz) override;

  /// Once, after the last frame.
  Features finish();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace hearken::audio
