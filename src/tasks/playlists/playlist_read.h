// What stands in a playlist's bytes.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "hearken/error.h"
#include "hearken/playlist.h"

namespace hearken::tasks {

inline constexpr std::size_t kLongestPlaylist = 16 << 20;  // bytes
inline constexpr std::size_t kMostEntries = 100'000;
inline constexpr std::size_t kLongestLocation = 64 << 10;  // bytes, and of a line

/// Any bytes. Relative locations are taken from `folder`; `shown` is what errors name.
///   m3u   lines; those that begin with # say nothing here. A file: URI is taken for its path.
///   pls   the lines FileN=… below [playlist], by N
///   xspf  playlist/trackList/track/location, the first of each track, in any namespace; no DOCTYPE
///   jspf  playlist.track[].location, a text or a list of which the first counts
/// Throws Error(corrupt), naming line and reason.
std::vector<PlaylistEntry> parse_playlist(std::string_view bytes, PlaylistFormat format,
                                          const std::filesystem::path& folder, const std::filesystem::path& shown);

/// XSPF's part of it: the locations and their lines.
struct FoundLocation {
  std::string location;
  std::size_t line = 0;
};
std::vector<FoundLocation> xspf_locations(std::string_view bytes, const std::filesystem::path& shown);

/// "PATH: line 3: REASON"; without a line when that is 0.
Error bad_playlist(const std::filesystem::path& shown, std::size_t line, std::string_view reason);

}  // namespace hearken::tasks
