// Parts of sound files as WAV files.
#pragma once

#include <filesystem>
#include <vector>

namespace hearken::tasks {

inline constexpr int kClipRateHz = 48000;

struct Clip {
  double start_seconds = 0, end_seconds = 0;
  std::filesystem::path to;
};

/// Writes each part of `sound` as 16-bit mono at kClipRateHz. `clips` begin in ascending order; the file is decoded
/// once, and little more than one clip is in memory. Samples beyond full scale are cut off there. A part ends where the
/// sound does; one that begins behind that has no samples. Each appears whole or not at all, in the place of a file
/// that is there. Throws what decoding and writing throw.
void write_clips(const std::filesystem::path& sound, const std::vector<Clip>& clips);

}  // namespace hearken::tasks
