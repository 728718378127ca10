// Kept playlists.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "hearken/library.h"

namespace hearken::library {

struct Playlist {
  std::int64_t id = 0;
  std::string name;
  std::int64_t added_at = 0, changed_at = 0;  // Unix seconds
  std::int64_t count = 0;                     // of its tracks
  double duration_seconds = 0;                // of all of them
  std::string owner;                          // the token that it was made with; empty: the owner of the library
};

std::vector<Playlist> playlists(const Library& library);  // by name
/// Throws Error(not_found).
Playlist playlist(const Library& library, std::int64_t id);
/// In their order; none of a list that is not there.
std::vector<std::int64_t> tracks_of_playlist(const Library& library, std::int64_t id);

/// Those that write take a library opened for writing, and throw Error: busy when another process writes for long,
/// not_found ("there is no track 42") for a list or a track that is not there; nothing is changed then.
std::int64_t make_playlist(const Library& library, const std::string& name, std::span<const std::int64_t> tracks,
                           const std::string& owner = {});
void change_playlist(const Library& library, std::int64_t id, const std::optional<std::string>& name,
                     const std::optional<std::vector<std::int64_t>>& tracks);
void delete_playlist(const Library& library, std::int64_t id);

}  // namespace hearken::library
