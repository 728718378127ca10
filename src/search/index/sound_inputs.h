// The windows of songs, wherever they are: files and folders are listened to, tracks of a library read from their rows,
// and so are files whose bytes it has heard before.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "hearken/score.h"
#include "library/catalogue/stored_track.h"
#include "search/hits.h"

namespace hearken::search {

/// Called once for each song that could be read, from one thread, in no particular order. `number` is its place among
/// the songs asked for: ascending numbers are the order of the inputs, a folder's by path.
using InputVisitor = std::function<void(std::size_t number, const EmbeddedSound& song)>;

struct SoundNotes {
  std::vector<FileNote> skipped;   // in the order asked for; what could not be read, or holds no sound
  std::vector<FileNote> warnings;  // likewise; read, but something is odd (a file that ends early)
};

/// Reads every song among `inputs` once. Throws as score() does for its inputs.
SoundNotes visit_inputs(const Library* library, const Model& model, std::span<const ScoreInput> inputs,
                        const ScoreOptions& options, const InputVisitor& visit);

/// Visits a track as it is stored; or says why that cannot be ("id:42": it is not there, or damaged).
std::optional<FileNote> visit_stored(library::TrackReader& reader, std::int64_t id, double window_seconds,
                                     const SoundVisitor& visit);

}  // namespace hearken::search
