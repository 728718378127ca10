// Kept playlists in the library's tables.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "hearken/library.h"

namespace hearken::server {

struct KeptList {
  std::int64_t id = 0;
  std::string name;
  std::int64_t added_at = 0, changed_at = 0;  // Unix seconds
  std::int64_t count = 0;                     // of its tracks
  double duration_seconds = 0;                // of all of them
};

std::vector<KeptList> kept_lists(const Library& library);  // by name
/// Throw HttpError 404.
KeptList kept_list(const Library& library, std::int64_t id);
std::vector<std::int64_t> tracks_of_list(const Library& library, std::int64_t id);

/// Those that write take a library opened for writing, and throw Error(busy) when another process writes for long;
/// HttpError 404 for a list or a track that is not there.
std::int64_t make_list(Library& library, const std::string& name, const std::vector<std::int64_t>& tracks);
void change_list(Library& library, std::int64_t id, const std::optional<std::string>& name,
                 const std::optional<std::vector<std::int64_t>>& tracks);
void delete_list(Library& library, std::int64_t id);

}  // namespace hearken::server
