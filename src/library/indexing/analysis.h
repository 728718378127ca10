// What is kept of a file's sound besides its vectors: the fingerprint it is known again by, and what is measured.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "audio/decode/sample_sink.h"
#include "audio/measure/features.h"
#include "audio/measure/fingerprint.h"

namespace hearken::library {

struct SoundAnalysis {
  std::vector<std::byte> fingerprint;  // of audio::kFingerprintVersion
  audio::Features features;            // of audio::kFeaturesVersion
};

/// Makes both from one decoding. One thread at a time.
class SoundAnalyser final : public audio::SampleSink {
 public:
  void consume(std::span<const float> interleaved, int channels, int sample_rate_hz) override;

  /// Once, after the last frame.
  SoundAnalysis finish();

  /// Of sound, so far.
  double seconds() const { return seconds_; }
  /// CPU time of the thread that it took so far.
  double cpu_seconds() const { return cpu_seconds_; }

 private:
  void pass_on();

  audio::Fingerprinter fingerprinter_;
  audio::FeatureSink features_;
  std::vector<float> waiting_;  // decoders give some thousand samples at a time: too few to look at the clock for
  int channels_ = 0, sample_rate_hz_ = 0;
  double seconds_ = 0, cpu_seconds_ = 0;
};

}  // namespace hearken::library
