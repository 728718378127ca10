// The windows of songs, wherever they are: files and folders are listened to, tracks of a library read from their rows,
// and so are files whose bytes it has heard before.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "hearken/score.h"

namespace hearken::search {

/// Without its silence (search/scan/sounding.h).
struct EmbeddedSound {
  std::int64_t id = 0;  // of a track that was asked for as such; 0: a file
  std::filesystem::path path;
  std::string title, artist;  // empty when the file has no tags
  double duration_seconds = 0;
  double window_seconds = 0;
  std::span<const double> starts_seconds;  // [windows], ascending
  std::span<const std::uint16_t> vectors;  // float16 [windows, dimension], row-major, unit rows; valid in the call only
};

/// Called once for each song that could be read, from one thread, in no particular order. `number` is its place among
/// the songs asked for: ascending numbers are the order of the inputs, a folder's by path.
using SongVisitor = std::function<void(std::size_t number, const EmbeddedSound& song)>;

struct SoundNotes {
  std::vector<FileNote> skipped;   // in the order asked for; what could not be read, or holds no sound
  std::vector<FileNote> warnings;  // likewise; read, but something is odd (a file that ends early)
};

/// Reads every song among `inputs` once. Throws as score() does for its inputs.
SoundNotes read_songs(const Library* library, const Model& model, std::span<const ScoreInput> inputs,
                      const ScoreOptions& options, const SongVisitor& visit);

}  // namespace hearken::search
