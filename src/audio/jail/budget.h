// What decoding one file may cost, by its size: far more than an honest file takes, far less than a hostile one asks
// for.
#pragma once

#include <cstddef>
#include <cstdint>

namespace hearken::audio {

struct Budget {
  double cpu_seconds = 0;    // of a decoder process
  double sound_seconds = 0;  // as long as the sound may be
  double bytes = 0;          // of decoded samples, all channels, float32

  /// The slowest codecs (Monkey's Audio at its highest setting) take about 0.1 s a MiB. Digital silence in FLAC has
  /// some 150 bytes a second at 44.1 kHz, and speech in AMR 600; a sound may have 8, beyond its first hour.
  static constexpr Budget for_file(std::int64_t size) {
    constexpr double kMiB = 1 << 20;
    const auto file = static_cast<double>(size);
    return {.cpu_seconds = 60 + 4 * file / kMiB, .sound_seconds = 3600 + file / 8, .bytes = 4096 * (kMiB + file)};
  }
};

/// Addresses that a decoder process may have, whatever the file: it asks for some 10 MiB beside the program itself.
inline constexpr std::size_t kDecoderMemory = std::size_t{1536} << 20;

}  // namespace hearken::audio
