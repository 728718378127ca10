// The header of 44 bytes, and the samples behind it.
#include "audio/decode/wave.h"

namespace hearken::audio {
namespace {

void append(std::string& out, std::uint32_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i) & 0xFF);
}

}  // namespace

std::string wave_file(std::span<const std::int16_t> mono, int sample_rate_hz) {
  constexpr std::uint32_t kPcm = 1, kChannels = 1, kFrameBytes = 2, kBits = 16;
  const auto rate = static_cast<std::uint32_t>(sample_rate_hz);
  const auto bytes = static_cast<std::uint32_t>(mono.size() * kFrameBytes);
  std::string out = "RIFF";
  out.reserve(44 + bytes);
  append(out, 36 + bytes, 4);
  out += "WAVEfmt ";
  append(out, 16, 4);
  append(out, kPcm, 2);
  append(out, kChannels, 2);
  append(out, rate, 4);
  append(out, rate * kFrameBytes, 4);
  append(out, kFrameBytes, 2);
  append(out, kBits, 2);
  out += "data";
  append(out, bytes, 4);
  for (const std::int16_t sample : mono) append(out, static_cast<std::uint16_t>(sample), 2);
  return out;
}

}  // namespace hearken::audio
