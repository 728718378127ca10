// The flags of windows: what `hearken clean` found, and what takes no part in votes (table `window_flags`).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "hearken/library.h"

namespace hearken::library {

/// The bits of a window's byte, fixed by docs/LIBRARY.md.
inline constexpr std::uint8_t kSilenceFlag = 1, kClappingFlag = 2, kSpeechFlag = 4;

struct EmbeddingFlags {
  std::int64_t embedding = 0;
  std::vector<std::uint8_t> flags;  // one for each window
};

/// The rows of one model's vectors, by embedding. Throws Error(corrupt) for a row that has not a flag for each window.
std::vector<EmbeddingFlags> window_flags(const Library& library, std::int64_t model_id);

/// Makes these the flags of the model's vectors, in one transaction; all its other windows lose theirs, but those of
/// tracks that are missing keep them. Rows of embeddings that are gone, or have another number of windows by now, are
/// left out. The library is open for writing.
void replace_window_flags(const Library& library, std::int64_t model_id, std::span<const EmbeddingFlags> rows);

/// Takes all flags of all models back. Returns how many windows had one.
std::int64_t clear_window_flags(const Library& library);

}  // namespace hearken::library
