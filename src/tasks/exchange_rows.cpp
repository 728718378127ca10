// Rows to JSON and CSV, JSON to rows.
#include "tasks/exchange_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "core/csv.h"
#include "core/paths.h"

namespace hearken::tasks {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

constexpr int kVersion = 1, kDeepest = 16;
constexpr double kLongestSeconds = 1e9;
constexpr std::size_t kLongestText = 8192;
constexpr std::size_t kMostDimensions = 65536;

Error bad(const std::filesystem::path& shown, std::size_t line, std::string_view reason) {
  return Error(ErrorCode::corrupt,
               fmt::format("{}: {}{}", display(shown), line > 0 ? fmt::format("line {}: ", line) : "", reason));
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

std::string hex_of(std::string_view bytes) {
  std::string out;
  for (const char c : bytes) out += fmt::format("{:02x}", static_cast<unsigned char>(c));
  return out;
}

bool from_hex(std::string_view text, std::string& out) {
  if (text.size() % 2 != 0) return false;
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const int high = hex_value(text[i]), low = hex_value(text[i + 1]);
    if (high < 0 || low < 0) return false;
    out += static_cast<char>(high << 4 | low);
  }
  return true;
}

// One JSON object whose members are asked for by name and kind.
class Members {
 public:
  Members(std::string_view text, std::size_t line, const std::filesystem::path& shown) : line_(line), shown_(shown) {
    try {
      value_ = json::parse(text, [&](int depth, json::parse_event_t, json&) {
        if (depth > kDeepest) throw bad(shown, line, "is nested too deeply");
        return true;
      });
    } catch (const json::parse_error&) {
      throw bad(shown, line, "is not JSON");
    }
    if (!value_.is_object()) throw bad(shown, line, "is not a JSON object");
  }

  Error wrong(const char* name, const char* expected) const {
    return bad(shown_, line_, fmt::format("{}: {} was expected", name, expected));
  }
  bool has(const char* name) const { return value_.contains(name); }
  std::string text(const char* name) const {
    const auto at = value_.find(name);
    if (at == value_.end() || !at->is_string()) throw wrong(name, "a text");
    const auto& found = at->get_ref<const std::string&>();
    if (found.size() > kLongestText) throw wrong(name, "a shorter text");
    return found;
  }
  double number(const char* name, double least, double most) const {
    const auto at = value_.find(name);
    if (at == value_.end() || !at->is_number()) throw wrong(name, "a number");
    const auto found = at->get<double>();
    if (!(found >= least && found <= most)) throw wrong(name, "a number that makes sense");
    return found;
  }
  std::int64_t whole(const char* name, std::int64_t least) const {
    const auto at = value_.find(name);
    const bool fits =
        at != value_.end() && at->is_number_integer() &&
        !(at->is_number_unsigned() &&
          at->get<std::uint64_t>() > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()));
    if (!fits || at->get<std::int64_t>() < least) throw wrong(name, "a whole number");
    return at->get<std::int64_t>();
  }

 private:
  json value_;
  std::size_t line_;
  const std::filesystem::path& shown_;
};

}  // namespace

bool RowTrack::operator==(const RowTrack& other) const {
  return path == other.path && tags.title == other.tags.title && tags.artist == other.tags.artist &&
         tags.album == other.tags.album && tags.genre == other.tags.genre &&
         duration_seconds == other.duration_seconds && size == other.size && mtime_ns == other.mtime_ns &&
         content == other.content;
}

std::string row_json(const Row& row, ExportBy by) {
  const RowTrack& track = row.track;
  ordered_json out;
  if (by == ExportBy::window) out["chunk_id"] = row.chunk_id;
  out["track_id"] = track.id;
  out["filename"] = display(track.path.filename());
  if (by == ExportBy::window) {
    out["start"] = row.start_seconds;
    out["end"] = row.end_seconds;
  }
  // Text where the path is text; its bytes otherwise, because another library must find the file.
  const std::string& path = track.path.native();
  try {
    out["path"] = path;
    static_cast<void>(out["path"].dump());
  } catch (const json::type_error&) {
    out["path"] = display(path);
    out["path_hex"] = hex_of(path);
  }
  out["title"] = track.tags.title;
  out["artist"] = track.tags.artist;
  out["album"] = track.tags.album;
  out["genre"] = track.tags.genre;
  out["duration"] = track.duration_seconds;
  out["size"] = track.size;
  out["mtime_ns"] = track.mtime_ns;
  out["content_hash"] = hex(track.content);
  return out.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string csv_columns(ExportBy by) {
  const std::string rest = "path,title,artist,album,genre,duration,size,mtime_ns,content_hash";
  return (by == ExportBy::window ? "chunk_id,track_id,filename,start,end," : "track_id,filename,") + rest;
}

std::string row_csv(const Row& row, ExportBy by) {
  const RowTrack& track = row.track;
  const auto text = [](std::string_view cell) { return csv_cell(display(cell)); };
  std::string out = by == ExportBy::window ? row.chunk_id + "," : "";
  out += fmt::format("{},{}", track.id, text(track.path.filename().native()));
  if (by == ExportBy::window) out += fmt::format(",{},{}", row.start_seconds, row.end_seconds);
  return out + fmt::format(",{},{},{},{},{},{},{},{},{}", text(track.path.native()), text(track.tags.title),
                           text(track.tags.artist), text(track.tags.album), text(track.tags.genre),
                           track.duration_seconds, track.size, track.mtime_ns, hex(track.content));
}

Row parse_row(std::string_view line, std::size_t number, const std::filesystem::path& shown) {
  const Members members(line, number, shown);
  Row row;
  row.chunk_id = members.text("chunk_id");
  RowTrack& track = row.track;
  track.id = members.whole("track_id", 0);
  std::string path = members.text("path");
  if (members.has("path_hex")) {
    path.clear();
    if (!from_hex(members.text("path_hex"), path)) throw members.wrong("path_hex", "pairs of 0 to 9 and a to f");
  }
  track.path = path;
  if (!track.path.is_absolute() || path.find('\0') != std::string::npos ||
      track.path.lexically_normal() != track.path || !track.path.has_filename())
    throw members.wrong("path", "the whole path of a file");
  track.tags = {members.text("title"), members.text("artist"), members.text("album"), members.text("genre")};
  track.duration_seconds = members.number("duration", 0, kLongestSeconds);
  track.size = members.whole("size", 0);
  track.mtime_ns = members.whole("mtime_ns", std::numeric_limits<std::int64_t>::min());
  std::string content;
  if (!from_hex(members.text("content_hash"), content) || content.size() != track.content.size())
    throw members.wrong("content_hash", "32 of 0 to 9 and a to f");
  std::copy(content.begin(), content.end(), track.content.begin());
  row.start_seconds = members.number("start", 0, kLongestSeconds);
  row.end_seconds = members.number("end", row.start_seconds, kLongestSeconds);
  return row;
}

std::string manifest_json(const ExportManifest& manifest, std::int64_t tracks) {
  const bool windows = manifest.by == ExportBy::window;
  const ordered_json out{{"format", "hearken export"},
                         {"version", kVersion},
                         {"by", windows ? "window" : "track"},
                         {"rows", manifest.rows},
                         {"tracks", tracks},
                         {"dimension", manifest.dimension},
                         {"model", manifest.model},
                         {"fingerprint", manifest.fingerprint},
                         {"precision", to_string(manifest.precision)},
                         {"window", manifest.windowing.window_seconds},
                         {"hop", manifest.windowing.hop_seconds}};
  return out.dump(2, ' ', false, json::error_handler_t::replace) + '\n';
}

ExportManifest parse_manifest(std::string_view text, const std::filesystem::path& shown) {
  const Members members(text, 0, shown);
  if (!members.has("format") || members.text("format") != "hearken export")
    throw bad(shown, 0, "is not of hearken export");
  if (members.whole("version", 0) != kVersion) {
    throw Error(ErrorCode::mismatch, fmt::format("{}: of version {} of the format; this program knows {}",
                                                 display(shown), members.whole("version", 0), kVersion));
  }
  ExportManifest out;
  const std::string by = members.text("by");
  if (by != "window" && by != "track") throw members.wrong("by", "window or track");
  out.by = by == "window" ? ExportBy::window : ExportBy::track;
  out.rows = static_cast<std::size_t>(members.whole("rows", 0));
  out.dimension = static_cast<std::size_t>(members.whole("dimension", 1));
  if (out.dimension > kMostDimensions) throw members.wrong("dimension", "a number that makes sense");
  out.model = members.text("model");
  out.fingerprint = members.text("fingerprint");
  try {
    out.precision = parse_precision(members.text("precision"));
  } catch (const Error&) {
    throw members.wrong("precision", "fp32, bf16 or int8");
  }
  if (out.precision == Precision::automatic) throw members.wrong("precision", "fp32, bf16 or int8");
  constexpr double kLeast = 1e-3, kMost = 86400;
  out.windowing = {members.number("window", kLeast, kMost), members.number("hop", kLeast, kMost)};
  return out;
}

}  // namespace hearken::tasks
