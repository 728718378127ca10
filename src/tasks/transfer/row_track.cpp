// Tracks and origins to JSON and back.
#include "tasks/transfer/row_track.h"

#include <algorithm>
#include <limits>
#include <tuple>

#include "core/paths.h"
#include "core/text.h"

namespace hearken::tasks {

using nlohmann::json;
using nlohmann::ordered_json;

namespace {

constexpr std::int64_t kMostDimensions = 65536;

}  // namespace

bool same_track(const Track& a, const Track& b) {
  const auto facts = [](const Track& t) {
    return std::tie(t.path, t.title, t.artist, t.album, t.genre, t.duration_seconds, t.size, t.mtime_ns, t.content);
  };
  return facts(a) == facts(b);
}

// Text where the path is text; its bytes otherwise, because another library must find the file.
void add_path(ordered_json& row, const std::filesystem::path& path) {
  try {
    row["path"] = path.native();
    static_cast<void>(row["path"].dump());
  } catch (const json::type_error&) {
    row["path"] = display(path);
    row["path_hex"] = to_hex(path.native());
  }
}

void add_facts(ordered_json& row, const Track& track) {
  row["title"] = track.title;
  row["artist"] = track.artist;
  row["album"] = track.album;
  row["genre"] = track.genre;
  row["duration"] = track.duration_seconds;
  row["size"] = track.size;
  row["mtime_ns"] = track.mtime_ns;
  row["content_hash"] = to_hex(track.content);
}

Track parse_track(const JsonObject& row) {
  Track track;
  std::string path = row.text("path", kLongestText);
  if (row.has("path_hex")) {
    std::optional<std::string> bytes = from_hex(row.text("path_hex", kLongestText));
    if (!bytes) row.fail("path_hex", "pairs of 0 to 9 and a to f was expected");
    path = std::move(*bytes);
  }
  track.path = path;
  if (!track.path.is_absolute() || path.find('\0') != std::string::npos ||
      track.path.lexically_normal() != track.path || !track.path.has_filename())
    row.fail("path", "the whole path of a file was expected");
  track.title = row.text("title", kLongestText);
  track.artist = row.text("artist", kLongestText);
  track.album = row.text("album", kLongestText);
  track.genre = row.text("genre", kLongestText);
  track.duration_seconds = row.number("duration", 0, kLongestSeconds);
  track.size = row.whole("size", 0);
  track.mtime_ns = row.whole("mtime_ns", std::numeric_limits<std::int64_t>::min());
  const std::optional<std::string> content = from_hex(row.text("content_hash", kLongestText));
  if (!content || content->size() != track.content.size())
    row.fail("content_hash", "32 of 0 to 9 and a to f was expected");
  std::copy(content->begin(), content->end(), track.content.begin());
  return track;
}

void add_origin(ordered_json& row, const VectorOrigin& origin) {
  row["model"] = origin.model;
  row["fingerprint"] = origin.fingerprint;
  row["precision"] = to_string(origin.precision);
  row["dimension"] = origin.dimension;
  row["window"] = origin.windowing.window_seconds;
  row["hop"] = origin.windowing.hop_seconds;
}

VectorOrigin parse_origin(const JsonObject& row) {
  VectorOrigin out;
  out.dimension = static_cast<std::size_t>(row.whole("dimension", 1, kMostDimensions));
  out.model = row.text("model", kLongestText);
  out.fingerprint = row.text("fingerprint", kLongestText);
  try {
    out.precision = parse_precision(row.text("precision", kLongestText));
  } catch (const Error&) {
    row.fail("precision", "fp32, bf16 or int8 was expected");
  }
  if (out.precision == Precision::automatic) row.fail("precision", "fp32, bf16 or int8 was expected");
  constexpr double kLeast = 1e-3, kMost = 86400;
  out.windowing = {row.number("window", kLeast, kMost), row.number("hop", kLeast, kMost)};
  return out;
}

}  // namespace hearken::tasks
