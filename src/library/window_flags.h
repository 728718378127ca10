// The flags of windows (table `window_flags`): those in which nothing is heard, known since they were indexed, and what
// `hearken clean` found. And how many of an embedding's are silent (table `silence`).
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "hearken/library.h"

namespace hearken::library {

/// The bits of a window's byte, fixed by docs/LIBRARY.md.
inline constexpr std::uint8_t kSilenceFlag = 1, kClappingFlag = 2, kSpeechFlag = 4;  // of `hearken clean`
/// Nothing is heard (audio/measure/silence.h). No search finds such a window, and no mean vector holds one.
inline constexpr std::uint8_t kSilentFlag = 8;

inline bool is_silent(std::uint8_t flags) { return (flags & kSilentFlag) != 0; }
/// Of all windows of a track; of flags that are empty it is not.
inline bool all_silent(std::span<const std::uint8_t> flags) {
  return !flags.empty() && std::all_of(flags.begin(), flags.end(), is_silent);
}

struct EmbeddingFlags {
  std::int64_t embedding = 0;
  std::vector<std::uint8_t> flags;  // one for each window
};

/// The rows of one model's vectors, by embedding. Throws Error(corrupt) for a row that has not a flag for each window.
std::vector<EmbeddingFlags> window_flags(const Library& library, std::int64_t model_id);

/// Makes these what `hearken clean` found in the model's vectors, in one transaction; all its other windows lose such
/// flags, but those of tracks that are missing keep them. Silent windows stay so. Rows of embeddings that are gone, or
/// have another number of windows by now, are left out. The library is open for writing.
void replace_window_flags(const Library& library, std::int64_t model_id, std::span<const EmbeddingFlags> rows);

/// Takes all flags of `hearken clean` back, of all models. Returns how many windows had one.
std::int64_t clear_window_flags(const Library& library);

/// Tracks with vectors of the model that are nothing but silence, ascending; missing ones, too.
std::vector<std::int64_t> silent_tracks(const Library& library, std::int64_t model_id);

}  // namespace hearken::library
