// RIFF WAVE files in memory.
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace hearken::audio {

/// 16-bit PCM, one channel. At most 2^31 bytes of samples.
std::string wave_file(std::span<const std::int16_t> mono, int sample_rate_hz);

}  // namespace hearken::audio
