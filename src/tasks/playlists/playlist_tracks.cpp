// Tracks as playlists name them.
#include <optional>
#include <utility>

#include "hearken/playlist.h"
#include "search/index/track_names.h"

namespace hearken {

PlaylistTracks tracks_of_playlist(const Library& library, const std::filesystem::path& file) {
  search::TrackPaths paths(library);
  PlaylistTracks out;
  for (PlaylistEntry& entry : read_playlist(file)) {
    const auto id = entry.path.empty() ? std::nullopt : paths.at(entry.path);
    if (id)
      out.ids.push_back(*id);
    else
      out.unknown.push_back(std::move(entry));
  }
  return out;
}

}  // namespace hearken
