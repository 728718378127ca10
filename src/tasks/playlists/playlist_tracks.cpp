// Tracks as playlists name them.
#include <optional>
#include <utility>

#include "hearken/playlist.h"
#include "search/index/track_names.h"

namespace hearken {

PlaylistTracks tracks_of_playlist(const Library& library, const std::filesystem::path& file) {
  library::Tracks tracks(library);
  PlaylistTracks out;
  for (PlaylistEntry& entry : read_playlist(file)) {
    const auto id = entry.path.empty() ? std::nullopt : search::visible_track_at(tracks, entry.path);
    if (id)
      out.ids.push_back(*id);
    else
      out.unknown.push_back(std::move(entry));
  }
  return out;
}

}  // namespace hearken
