// What decoding one file may cost, by its size: far more than an honest file takes, far less than a hostile one asks
// for.
#pragma once

#include <cstdint>

namespace hearken::audio {

struct Budget {
  double cpu_seconds = 0;
  double sound_seconds = 0;      // as long as the sound may be
  double bytes = 0;              // of decoded samples, all channels, float32
  static constexpr std::uint64_t kMemory = std::uint64_t{1536} << 20;  // bytes, whatever the file

  /// The slowest codecs (Monkey's Audio at its highest setting) take about 0.1 s a MiB. Digital silence in FLAC has some
  /// 150 bytes a second at 44.1 kHz, and speech in AMR 600; a sound may have 8, beyond its first hour.
  static constexpr Budget for_file(std::int64_t size) {
    const auto bytes = static_cast<double>(size);
    return {.cpu_seconds = 60 + bytes / (1 << 18), .sound_seconds = 3600 + bytes / 8, .bytes = 4.0 * (1 << 30) + 4096 * bytes};
  }
};

}  // namespace hearken::audio
