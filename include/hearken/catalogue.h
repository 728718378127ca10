// What a library's catalogue says of its tracks besides what was heard: ratings and tags. hearken/rate.h says what
// ratings do to searches, hearken/tag.h how the machine's tags come about.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hearken/library.h"

namespace hearken {

struct Rating {
  std::int64_t track = 0;
  std::filesystem::path path;
  std::string title, artist;  // empty when the file has no tags
  std::string query;          // empty: for any
  bool up = true;
  std::int64_t rated_at = 0;  // Unix time
};

/// Stores a rating of each track, over any it has for the same query; spaces around the query do not count. The library
/// is open for writing. Throws Error(not_found) for a track that is not there, and stores nothing then.
void rate(const Library& library, std::span<const std::int64_t> tracks, bool up, std::string_view query = {});

/// By track, then by query.
std::vector<Rating> ratings(const Library& library);

/// Forgets ratings of these tracks, all or those for one query; of all tracks. Return how many. The library is open for
/// writing.
std::int64_t forget_ratings(const Library& library, std::span<const std::int64_t> tracks,
                            std::optional<std::string_view> query = {});
std::int64_t reset_ratings(const Library& library);

struct Tag {
  std::string label;
  std::string label_set;  // it was found in; empty: a person's own
  double score = 0;       // mean cosine over the windows; 0 of a person's
  double probability = 0;
  double likelihood = 0;   // that it holds (Model::likelihood), 0 to 1: 1 of a person's, 0 of a library's from before
  bool by_person = false;  // added or confirmed
};

struct TaggedTrack {
  std::int64_t id = 0;
  std::filesystem::path path;
  std::string title, artist;
  std::vector<Tag> tags;  // a person's first, then by score; equal ones by label
};

/// Of one track; of all tracks that have any, by number.
std::vector<Tag> tags(const Library& library, std::int64_t track);
std::vector<TaggedTrack> tagged_tracks(const Library& library);

/// What a person says of these tracks: labels that hold, and labels that do not. The library is open for writing.
/// Throws Error: not_found (a track), invalid_argument (a blank label, one in both); nothing is stored then.
void set_tags(const Library& library, std::span<const std::int64_t> tracks, std::span<const std::string> add,
              std::span<const std::string> remove);

}  // namespace hearken
