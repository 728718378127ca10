// Three formats of playlists, written.
#include "tasks/playlists/playlist_write.h"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <system_error>
#include <utility>

#include "core/ascii.h"
#include "core/files/new_file.h"
#include "core/markup.h"
#include "core/paths.h"
#include "tasks/playlists/uri.h"

namespace hearken {
namespace tasks {
namespace {

namespace fs = std::filesystem;

// The path from the list's folder; empty where they share the root alone, or nothing.
fs::path relative_to(const fs::path& path, const fs::path& folder) {
  const fs::path below = path.relative_path(), beside = folder.relative_path();
  if (below.empty() || beside.empty() || *below.begin() != *beside.begin()) return {};
  return path.lexically_relative(folder);
}

// Whether a line that begins like this could be taken for something other than a path.
bool needs_dot(const std::string& relative) {
  const char c = relative.front();
  const bool plain = is_alphanumeric(c) || c == '.' || c == '_' ||
                     (static_cast<unsigned char>(c) >= 0x80 && !relative.starts_with("\xEF\xBB\xBF"));
  return !plain || relative.find(':') != std::string::npos;
}

// VLC takes a line of an M3U for a URI as far as it can: it decodes %41 and ends at a ? or #. mpv does not. Both
// understand a whole file: URI.
bool reads_as_uri(const std::string& path) {
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (path[i] == '?' || path[i] == '#') return true;
    if (path[i] == '%' && percent_decoded(std::string_view(path).substr(i, 3)).size() == 1) return true;
  }
  return false;
}

struct Place {
  fs::path folder;
  bool absolute = false;

  std::string in_m3u(const fs::path& path) const {
    const std::string& whole = path.native();
    // A line holds no line break, and players trim spaces and guess at what is not UTF-8.
    if (display(whole) != whole || whole.ends_with(' ')) return "file://" + path_encoded(whole);
    const fs::path relative = absolute ? fs::path() : relative_to(path, folder);
    if (reads_as_uri(relative.empty() ? whole : relative.native())) return "file://" + path_encoded(whole);
    if (relative.empty()) return whole;
    return (needs_dot(relative.native()) ? "./" : "") + relative.native();
  }
  std::string as_uri(const fs::path& path) const {
    const fs::path relative = absolute ? fs::path() : relative_to(path, folder);
    return relative.empty() ? "file://" + path_encoded(path.native()) : path_encoded(relative.native());
  }
};

std::string title_of(const ListedTrack& track) {
  return display(track.title.empty() ? track.path.stem().native() : track.title);
}

long long milliseconds(const ListedTrack& track) { return std::llround(track.duration_seconds * 1000); }

std::string m3u(std::span<const ListedTrack> tracks, const std::string& title, const Place& place) {
  std::string out = "#EXTM3U\n";
  if (!title.empty()) out += "#PLAYLIST:" + display(title) + '\n';
  for (const ListedTrack& track : tracks) {
    const std::string artist = track.artist.empty() ? "" : display(track.artist) + " - ";
    out += fmt::format("#EXTINF:{},{}{}\n{}\n", std::llround(track.duration_seconds), artist, title_of(track),
                       place.in_m3u(track.path));
  }
  return out;
}

std::string escaped(const std::string& text) { return escaped_xml(display(text)); }

std::string xspf(std::span<const ListedTrack> tracks, const std::string& title, const Place& place) {
  std::string out =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<playlist version=\"1\" xmlns=\"http://xspf.org/ns/0/\">\n";
  const auto element = [&](const char* name, const std::string& text, const char* indent) {
    if (!text.empty()) out += fmt::format("{}<{}>{}</{}>\n", indent, name, escaped(text), name);
  };
  element("title", title, "  ");
  out += "  <trackList>\n";
  for (const ListedTrack& track : tracks) {
    out += "    <track>\n";
    element("location", place.as_uri(track.path), "      ");
    element("title", title_of(track), "      ");
    element("creator", track.artist, "      ");
    element("album", track.album, "      ");
    out += fmt::format("      <duration>{}</duration>\n    </track>\n", milliseconds(track));
  }
  return out + "  </trackList>\n</playlist>\n";
}

std::string jspf(std::span<const ListedTrack> tracks, const std::string& title, const Place& place) {
  nlohmann::ordered_json list = nlohmann::ordered_json::object();
  if (!title.empty()) list["title"] = display(title);
  list["track"] = nlohmann::ordered_json::array();
  for (const ListedTrack& track : tracks) {
    nlohmann::ordered_json entry{{"location", {place.as_uri(track.path)}}, {"title", title_of(track)}};
    if (!track.artist.empty()) entry["creator"] = display(track.artist);
    if (!track.album.empty()) entry["album"] = display(track.album);
    entry["duration"] = milliseconds(track);
    list["track"].push_back(std::move(entry));
  }
  return nlohmann::ordered_json{{"playlist", std::move(list)}}.dump(2) + '\n';
}

}  // namespace

std::string playlist_text(PlaylistFormat format, std::span<const ListedTrack> tracks, const PlaylistWriting& writing,
                          const std::filesystem::path& folder) {
  const Place place{folder, writing.absolute};
  switch (format) {
    case PlaylistFormat::m3u: return m3u(tracks, writing.title, place);
    case PlaylistFormat::xspf: return xspf(tracks, writing.title, place);
    default: return jspf(tracks, writing.title, place);
  }
}

}  // namespace tasks

void write_playlist(const std::filesystem::path& file, std::span<const ListedTrack> tracks,
                    const PlaylistWriting& writing) {
  const auto format = playlist_format(file);
  if (!format || *format == PlaylistFormat::pls)
    throw Error(ErrorCode::invalid_argument, display(file) + ": a playlist's name ends in .m3u8, .xspf or .jspf");
  std::error_code error;
  std::filesystem::path target = std::filesystem::absolute(file);
  if (std::filesystem::is_symlink(target, error)) target = std::filesystem::weakly_canonical(target, error);
  // The library's paths have no links in their folders, so neither may the folder they are seen from.
  const auto folder = std::filesystem::weakly_canonical(target.parent_path(), error);
  if (error) throw os_error(file, "write", error.value());
  NewFile out(target);
  out.write(tasks::playlist_text(*format, tracks, writing, folder));
  out.finish();
  out.appear();
}

}  // namespace hearken
