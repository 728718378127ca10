// By what a recording is known again, whatever its format, level or start.
//
// The fingerprint is the landmarks of the sound (landmarks.h), found while it is decoded for other purposes.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "audio/decode/sample_sink.h"

namespace hearken::audio {

/// Changes with every change of what a fingerprint holds: one of another version is made again.
inline constexpr int kFingerprintVersion = 1;

/// Makes the fingerprint of what it hears. One thread at a time. The bytes do not depend on how the sound is cut into
/// pieces; they are the same on every run on one instruction set.
class Fingerprinter final : public SampleSink {
 public:
  Fingerprinter();
  ~Fingerprinter() override;
  Fingerprinter(Fingerprinter&&) noexcept;
  Fingerprinter& operator=(Fingerprinter&&) noexcept;

  void consume(std::span<const float> interleaved, int channels, int sample_rate_hz) override;

  /// As it is stored (landmarks.h reads it). Empty for what is too short to have one: less than half a second. Nothing
  /// may be heard after it.
  std::vector<std::byte> finish();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace hearken::audio
