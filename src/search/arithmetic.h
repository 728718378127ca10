// Query arithmetic: several sounds and texts, for or against, become the vectors that search (hearken/like.h says how).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "search/scan/stored_rows.h"

namespace hearken::search {

/// An item of the query as vectors.
struct ItemVectors {
  bool negative = false;
  bool sound = true;                     // false: words
  std::vector<double> starts_seconds;    // [n], of a sound
  std::vector<double> ends_seconds;      // [n]
  std::vector<float> vectors;            // [n, dimension], row-major, unit rows; of words n = 1
  std::vector<std::uint8_t> flags;       // [n] (library/window_flags.h), or empty: none
  std::optional<std::int64_t> left_out;  // a track that must not be found
};

/// Whether the query asks for what sounds like it.
inline bool is_asked_for(const ItemVectors& item) { return item.sound && !item.negative; }

/// The windows that search: those of every sound that counts for, drawn towards and away from the other items.
struct QueryWindows {
  struct Place {
    std::size_t item = 0, window = 0;
  };
  std::vector<Place> places;   // [n]
  std::vector<float> vectors;  // [n, dimension], row-major, unit rows; of a single item bit for bit its own
  std::vector<double> scale;  // [n], 1 / the cosine to the same without words and what counts against; 1 of sounds only
};

/// Throws Error(invalid_argument) when no sound counts for, or when the other items cancel every window. A sum shorter
/// than 0.01 counts as cancelled: rounding makes no less of a sound against itself.
QueryWindows query_windows(std::span<const ItemVectors> items, std::size_t dimension);

/// The one vector [dimension] of the query by mean, of length 1. Throws Error(invalid_argument) when no sound counts
/// for, or when the items cancel each other.
/// `scale`, if wanted, as that of QueryWindows.
std::vector<float> query_mean(std::span<const ItemVectors> items, std::size_t dimension, double* scale = nullptr);

}  // namespace hearken::search
