// Four formats of playlists, read.
#include "tasks/playlists/playlist_read.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <system_error>
#include <utility>

#include "core/files/descriptor.h"
#include "core/paths.h"
#include "core/text.h"
#include "tasks/playlists/uri.h"

namespace hearken {
namespace tasks {
namespace {

namespace fs = std::filesystem;

constexpr int kDeepestJspf = 32;

// Calls each(line, number) with the trimmed lines that are not empty.
template <class Each>
void for_each_line(std::string_view bytes, const fs::path& shown, Each each) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (bytes.starts_with(kByteOrderMark)) bytes.remove_prefix(kByteOrderMark.size());
  if (bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF"))
    throw bad_playlist(shown, 1, "is UTF-16; save it as UTF-8");
  for (std::size_t number = 1; !bytes.empty(); ++number) {
    const std::size_t end = bytes.find('\n');
    const std::string_view line = trimmed(bytes.substr(0, end));
    bytes.remove_prefix(end == std::string_view::npos ? bytes.size() : end + 1);
    if (line.size() > kLongestLocation) throw bad_playlist(shown, number, "is too long for a line of a playlist");
    if (line.find('\0') != std::string_view::npos)
      throw bad_playlist(shown, number, "has a zero byte in it: this is no text");
    if (!line.empty()) each(line, number);
  }
}

std::vector<FoundLocation> m3u_locations(std::string_view bytes, const fs::path& shown) {
  std::vector<FoundLocation> out;
  for_each_line(bytes, shown, [&](std::string_view line, std::size_t number) {
    if (line.front() == '#') return;
    if (out.size() == kMostEntries) throw bad_playlist(shown, number, "more entries than a playlist may have");
    out.push_back({std::string(line), number});
  });
  return out;
}

std::vector<FoundLocation> pls_locations(std::string_view bytes, const fs::path& shown) {
  std::vector<std::pair<std::uint32_t, FoundLocation>> found;
  bool begun = false;
  for_each_line(bytes, shown, [&](std::string_view line, std::size_t number) {
    if (line.front() == ';' || line.front() == '#') return;
    if (!begun) {
      if (lower_ascii(line) != "[playlist]") throw bad_playlist(shown, number, "[playlist] was expected first");
      begun = true;
      return;
    }
    const std::size_t equals = line.find('=');
    const std::string key = lower_ascii(trimmed(line.substr(0, equals)));
    if (equals == std::string_view::npos || !key.starts_with("file")) return;
    std::uint32_t place = 0;
    const auto [end, error] = std::from_chars(key.data() + 4, key.data() + key.size(), place);
    if (error != std::errc() || end != key.data() + key.size())
      throw bad_playlist(shown, number, "FileN= was expected, N being a number");
    if (found.size() == kMostEntries) throw bad_playlist(shown, number, "more entries than a playlist may have");
    found.push_back({place, {std::string(trimmed(line.substr(equals + 1))), number}});
  });
  if (!begun) throw bad_playlist(shown, 1, "[playlist] was expected first");
  std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<FoundLocation> out;
  for (auto& entry : found) out.push_back(std::move(entry.second));
  return out;
}

std::vector<FoundLocation> jspf_locations(std::string_view bytes, const fs::path& shown) {
  using nlohmann::json;
  json document;
  try {
    document = json::parse(bytes, [&](int depth, json::parse_event_t, json&) {
      if (depth > kDeepestJspf) throw bad_playlist(shown, 0, "is nested too deeply for a playlist");
      return true;
    });
  } catch (const json::parse_error& error) {
    const auto before = bytes.substr(0, std::min(error.byte, bytes.size()));
    const auto line = 1 + static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n'));
    throw bad_playlist(shown, line, "is not JSON");
  } catch (const json::out_of_range&) {
    throw bad_playlist(shown, 0, "has a number in it that is too large");
  }
  const auto member = [](const json& of, const char* name) -> const json& {
    static const json kNone;
    const auto at = of.is_object() ? of.find(name) : of.end();
    return at == of.end() ? kNone : *at;
  };
  const json& tracks = member(member(document, "playlist"), "track");
  if (!tracks.is_array()) throw bad_playlist(shown, 0, "has no playlist.track, a list, as JSPF has");
  if (tracks.size() > kMostEntries) throw bad_playlist(shown, 0, "more entries than a playlist may have");
  std::vector<FoundLocation> out;
  for (const json& track : tracks) {
    const json* location = &member(track, "location");
    if (location->is_array() && !location->empty()) location = &location->front();
    const bool none = location->is_null() || location->is_array();
    if (!none && !location->is_string())
      throw bad_playlist(shown, 0, "track " + std::to_string(out.size() + 1) + ": its location is no text");
    out.push_back({none ? std::string() : location->get<std::string>(), 0});
  }
  return out;
}

// In XSPF and JSPF a location is a URI; in the others a path, or a URI with "://".
fs::path file_at(const std::string& location, bool uris, const fs::path& folder) {
  fs::path path;
  if (const auto file = path_of_file_uri(location); file && (uris || location.find("://") != std::string::npos)) {
    path = *file;
  } else if (uris ? !scheme_of(location).empty() : location.find("://") != std::string::npos) {
    return {};
  } else {
    path = uris ? percent_decoded(location) : location;
  }
  if (path.empty() || path.native().find('\0') != std::string::npos) return {};
  return (folder / path).lexically_normal();
}

}  // namespace

Error bad_playlist(const fs::path& shown, std::size_t line, std::string_view reason) {
  return Error(ErrorCode::corrupt,
               display(shown) + ": " + (line > 0 ? "line " + std::to_string(line) + ": " : "") + std::string(reason));
}

std::vector<PlaylistEntry> parse_playlist(std::string_view bytes, PlaylistFormat format, const fs::path& folder,
                                          const fs::path& shown) {
  std::vector<FoundLocation> found;
  switch (format) {
    case PlaylistFormat::m3u: found = m3u_locations(bytes, shown); break;
    case PlaylistFormat::pls: found = pls_locations(bytes, shown); break;
    case PlaylistFormat::xspf: found = xspf_locations(bytes, shown); break;
    case PlaylistFormat::jspf: found = jspf_locations(bytes, shown); break;
  }
  const bool uris = format == PlaylistFormat::xspf || format == PlaylistFormat::jspf;
  std::vector<PlaylistEntry> out;
  out.reserve(found.size());
  for (FoundLocation& one : found) {
    fs::path path = file_at(one.location, uris, folder);
    out.push_back({std::move(one.location), std::move(path), one.line});
  }
  return out;
}

}  // namespace tasks

std::optional<PlaylistFormat> playlist_format(const std::filesystem::path& path) {
  const std::string ending = lower_ascii(path.extension().native());
  if (ending == ".m3u" || ending == ".m3u8") return PlaylistFormat::m3u;
  if (ending == ".xspf") return PlaylistFormat::xspf;
  if (ending == ".jspf") return PlaylistFormat::jspf;
  if (ending == ".pls") return PlaylistFormat::pls;
  return std::nullopt;
}

std::vector<PlaylistEntry> read_playlist(const std::filesystem::path& file) {
  const std::optional<PlaylistFormat> format = playlist_format(file);
  if (!format) {
    throw Error(ErrorCode::unsupported,
                display(file) + ": not known as a playlist: .m3u, .m3u8, .xspf, .jspf and .pls are");
  }
  const std::string bytes = read_file(file, tasks::kLongestPlaylist);
  if (bytes.size() > tasks::kLongestPlaylist)
    throw Error(ErrorCode::unsupported, display(file) + ": too long for a playlist: 16 MiB at most");
  // Where its folder really is, as the library names its tracks.
  std::error_code ignored;
  std::filesystem::path folder =
      std::filesystem::weakly_canonical(std::filesystem::absolute(file).parent_path(), ignored);
  if (ignored) folder = std::filesystem::absolute(file).parent_path();
  return tasks::parse_playlist(bytes, *format, folder, file);
}

}  // namespace hearken
