// By what a recording is known again, whatever its format, level or start.
#pragma once

#include <cstddef>
#include <vector>

#include "audio/listener.h"

namespace hearken::audio {

/// Changes with every change of what a fingerprint holds: one of another version is made again.
inline constexpr int kFingerprintVersion = 1;

/// Makes the fingerprint of what it hears. One thread at a time.
class Fingerprinter final : public Listener {
 public:
  void hear(std::span<const float> interleaved, int channels, int sample_rate_hz) override;

  /// As it is stored. Empty for what is too short to have one.
  std::vector<std::byte> finish();
};

}  // namespace hearken::audio
