// How people name a track of the library: "id:42", its path.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string_view>

#include "hearken/library.h"
#include "library/catalogue/tracks.h"
#include "search/space.h"

namespace hearken::search {

/// 42 of "id:42"; nothing for anything else, which is a path. Throws Error(invalid_argument) for "id:" with something
/// behind it that is no number of a track; a file of such a name is written ./id:x.
std::optional<std::int64_t> track_number(std::string_view name);

/// Tracks by path. One thread at a time; the library must outlive it.
class TrackPaths {
 public:
  explicit TrackPaths(const Library& library) : tracks_(library) {}

  /// Of a visible track at an absolute path, as it is or with its links resolved.
  std::optional<std::int64_t> at(const std::filesystem::path& path);

 private:
  std::optional<std::int64_t> exactly(const std::filesystem::path& path);

  library::Tracks tracks_;
};

/// A track that has vectors in a space. Throws Error: not_found (no such track, or its file is not there at
/// present), mismatch (it has other vectors only), naming library and track.
Track searchable_track(const Library& library, const Space& space, std::int64_t id);

}  // namespace hearken::search
