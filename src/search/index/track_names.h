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

/// Of a visible track at an absolute path, as it is or with its links resolved.
std::optional<std::int64_t> visible_track_at(library::Tracks& tracks, const std::filesystem::path& path);

/// A track that has vectors in a space. Throws Error: not_found (no such track, or its file is not there at
/// present), mismatch (it has other vectors only), naming library and track.
Track searchable_track(const Library& library, const Space& space, std::int64_t id);

}  // namespace hearken::search
