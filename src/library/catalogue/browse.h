// The catalogue in pages and by its columns, as people leaf through it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hearken/library.h"

namespace hearken::library {

/// Some of the tracks that have vectors.
struct Page {
  std::string sort = "id";  // title, artist, album, genre (untagged ones last either way), duration, added, path, and
                            // what was measured: tempo, key, loudness (those without it last either way)
  bool descending = false;
  bool missing = false;  // those whose files are not there, in place of those whose are
  std::int64_t limit = 0, offset = 0;
  std::optional<std::vector<std::int64_t>> only;  // among these; nothing: among all
};
struct PageOfTracks {
  std::int64_t total = 0;  // of all pages
  std::vector<Track> tracks;
};
PageOfTracks page_of(const Library& library, const Page& page);

/// Tracks whose files are there, with or without vectors, by number.
std::vector<Track> tracks_in_order(const Library& library, std::int64_t limit, std::int64_t offset);
/// At most `limit` of them by chance, of a genre (whatever its case) unless that is empty.
std::vector<Track> random_tracks(const Library& library, const std::string& genre, std::int64_t limit);

struct FacetValue {
  std::string value;
  std::int64_t tracks = 0;  // whose files are there
};
/// The 200 most frequent values of `of` (genre, artist, album or tag), the most frequent first; equal ones by value.
std::vector<FacetValue> facet(const Library& library, std::string_view of);

}  // namespace hearken::library
