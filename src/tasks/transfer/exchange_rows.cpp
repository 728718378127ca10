// Rows to JSON and CSV, JSON to rows.
#include "tasks/transfer/exchange_rows.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "core/files/csv.h"
#include "core/paths.h"
#include "core/text.h"

namespace hearken::tasks {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

constexpr int kVersion = 1;

// "SHOWN: line 3".
std::string place(const std::filesystem::path& shown, std::size_t line) {
  return line > 0 ? fmt::format("{}: line {}", display(shown), line) : display(shown);
}

}  // namespace

std::string row_json(const Row& row, ExportBy by) {
  const Track& track = row.track;
  ordered_json out;
  if (by == ExportBy::window) out["chunk_id"] = row.chunk_id;
  out["track_id"] = track.id;
  out["filename"] = display(track.path.filename());
  if (by == ExportBy::window) {
    out["start"] = row.start_seconds;
    out["end"] = row.end_seconds;
  }
  add_path(out, track.path);
  add_facts(out, track);
  out["quick"] = row.quick;
  return out.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string csv_columns(ExportBy by) {
  const std::string rest = "path,title,artist,album,genre,duration,size,mtime_ns,content_hash,quick";
  return (by == ExportBy::window ? "chunk_id,track_id,filename,start,end," : "track_id,filename,") + rest;
}

std::string row_csv(const Row& row, ExportBy by) {
  const Track& track = row.track;
  const auto text = [](std::string_view cell) { return csv_cell(display(cell)); };
  std::string out = by == ExportBy::window ? row.chunk_id + "," : "";
  out += fmt::format("{},{}", track.id, text(track.path.filename().native()));
  if (by == ExportBy::window) out += fmt::format(",{},{}", row.start_seconds, row.end_seconds);
  return out + fmt::format(",{},{},{},{},{},{},{},{},{},{}", text(track.path.native()), text(track.title),
                           text(track.artist), text(track.album), text(track.genre), track.duration_seconds, track.size,
                           track.mtime_ns, to_hex(track.content), row.quick ? "1" : "");
}

Row parse_row(std::string_view line, std::size_t number, const std::filesystem::path& shown) {
  const JsonObject members = row_object(line, place(shown, number));
  Row row;
  row.chunk_id = members.text("chunk_id", kLongestText);
  row.track = parse_track(members);
  row.track.id = members.whole("track_id", 0);
  row.start_seconds = members.number("start", 0, kLongestSeconds);
  row.end_seconds = members.number("end", row.start_seconds, kLongestSeconds);
  row.quick = members.has("quick") && members.boolean("quick");
  return row;
}

std::string manifest_json(const ExportManifest& manifest, std::int64_t tracks) {
  const bool windows = manifest.by == ExportBy::window;
  ordered_json out{{"format", "hearken export"},
                   {"version", kVersion},
                   {"by", windows ? "window" : "track"},
                   {"rows", manifest.rows},
                   {"tracks", tracks}};
  add_origin(out, manifest.origin);
  return out.dump(2, ' ', false, json::error_handler_t::replace) + '\n';
}

ExportManifest parse_manifest(std::string_view text, const std::filesystem::path& shown) {
  const JsonObject members = row_object(text, place(shown, 0));
  if (!members.has("format") || members.text("format", kLongestText) != "hearken export")
    members.fail("is not of hearken export");
  if (members.whole("version", 0) != kVersion) {
    throw Error(ErrorCode::mismatch, fmt::format("{}: of version {} of the format; this program knows {}",
                                                 display(shown), members.whole("version", 0), kVersion));
  }
  ExportManifest out;
  const std::string& by = members.text("by", kLongestText);
  if (by != "window" && by != "track") members.fail("by", "window or track was expected");
  out.by = by == "window" ? ExportBy::window : ExportBy::track;
  out.rows = static_cast<std::size_t>(members.whole("rows", 0));
  out.origin = parse_origin(members);
  return out;
}

}  // namespace hearken::tasks
