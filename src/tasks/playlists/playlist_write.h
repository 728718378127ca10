// A playlist as the bytes of a file.
#pragma once

#include <filesystem>
#include <span>
#include <string>

#include "hearken/playlist.h"

namespace hearken::tasks {

/// As write_playlist() writes it; `folder` is where relative paths are seen from. Not of pls.
std::string playlist_text(PlaylistFormat format, std::span<const ListedTrack> tracks, const PlaylistWriting& writing,
                          const std::filesystem::path& folder);

}  // namespace hearken::tasks
