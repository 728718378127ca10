// hearken info [TRACK]
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <ctime>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/common.h"
#include "core/paths.h"
#include "hearken/tag.h"
#include "report/result_json.h"

namespace hearken::cli {
namespace {

struct InfoArguments {
  CommonOptions common;
  std::string track;
};

nlohmann::json info_json(const LibraryInfo& info) {
  auto models = nlohmann::json::array();
  for (const LibraryModel& m : info.models)
    models.emplace_back(report::library_model_json(m))
        .update({{"silent_windows", m.silent_windows}, {"silent_tracks", m.silent_tracks}});
  auto sources = nlohmann::json::array();
  for (const auto& source : info.sources) sources.push_back(display(source));
  return {{"library", display(info.path)},
          {"tracks", info.tracks},
          {"missing", info.missing},
          {"measured", info.measured},
          {"fingerprinted", info.fingerprinted},
          {"quick_tracks", info.quick_tracks},
          {"windows", info.windows},
          {"silent_windows", info.silent_windows},
          {"bytes", info.bytes},
          {"audio_seconds", info.audio_seconds},
          {"models", std::move(models)},
          {"sources", std::move(sources)}};
}

void print_info(const LibraryInfo& info) {
  fmt::print("library  {} ({:.1f} MB)\n", short_path(info.path), static_cast<double>(info.bytes) / 1e6);
  fmt::print("tracks   {} ({} of sound)", info.tracks, clock_time(info.audio_seconds));
  if (info.missing > 0) fmt::print(", {} more missing", info.missing);
  fmt::print("\n");
  if (info.tracks > 0)
    fmt::print("heard    {} measured, {} with a fingerprint\n", counted(info.measured, "track"), info.fingerprinted);
  for (const LibraryModel& m : info.models) {
    fmt::print("model    {} ({}, {} of {}, {} dimensions, {})\n", m.name, counted(m.tracks, "track"),
               counted(m.windows, "window"), in_words(m.windowing), m.dimension, to_string(m.precision));
    if (m.quick_tracks > 0)
      fmt::print("quick    {} of these by three windows; `hearken index` goes on with the whole\n",
                 counted(m.quick_tracks, "track"));
    if (m.silent_windows > 0)
      fmt::print("silence  {} of these, no answer to anything{}\n", counted(m.silent_windows, "window"),
                 m.silent_tracks > 0 ? fmt::format("; {} of nothing else", counted(m.silent_tracks, "track")) : "");
  }
  for (const auto& source : info.sources) fmt::print("source   {}\n", short_path(source));
}

// ── one track ──

template <class T>
nlohmann::json or_null(const std::optional<T>& value) {
  return value ? nlohmann::json(*value) : nlohmann::json();
}

nlohmann::json facts_json(const TrackFacts& t, const std::vector<Tag>& tags) {
  auto labels = nlohmann::json::array();
  for (const Tag& tag : tags) labels.push_back(tag.label);
  return report::joined(report::track_json(t), {{"album", t.album},
                                                {"genre", t.genre},
                                                {"duration", t.duration_seconds},
                                                {"added", t.added_at},
                                                {"missing", t.missing},
                                                {"windows", t.windows},
                                                {"silent_windows", t.silent_windows},
                                                {"measured", t.measured},
                                                {"fingerprinted", t.fingerprinted},
                                                {"quick", t.quick},
                                                {"loudness", or_null(t.loudness_lufs)},
                                                {"tempo", or_null(t.tempo_bpm)},
                                                {"key", or_null(t.key)},
                                                {"brightness", or_null(t.brightness_hz)},
                                                {"tags", std::move(labels)}});
}

void print_track(const TrackFacts& t, const std::vector<Tag>& tags) {
  fmt::print("track       id:{}\n", t.id);
  fmt::print("file        {}{}\n", short_path(t.path), t.missing ? " (not there at present)" : "");
  for (const auto& [name, value] :
       {std::pair{"title", &t.title}, {"artist", &t.artist}, {"album", &t.album}, {"genre", &t.genre}})
    if (!value->empty()) fmt::print("{:<11} {}\n", name, display(std::string_view(*value)));
  fmt::print("length      {}, {}{}{}\n", clock_time(t.duration_seconds), counted(t.windows, "window"),
             t.silent_windows > 0 ? fmt::format(", {} of them silent", t.silent_windows) : "",
             t.quick ? " (a quick pass)" : "");
  std::string labels;
  for (const Tag& tag : tags) labels += (labels.empty() ? "" : "; ") + display(tag.label);
  if (!labels.empty()) fmt::print("tags        {}\n", labels);
  fmt::print("added       {:%Y-%m-%d}\n", fmt::gmtime(static_cast<std::time_t>(t.added_at)));
  if (!t.measured) return;
  if (t.loudness_lufs) fmt::print("loudness    {:.1f} LUFS\n", *t.loudness_lufs);
  fmt::print("tempo       {}\n", t.tempo_bpm ? fmt::format("{:.1f} beats a minute", *t.tempo_bpm) : "no steady beat");
  fmt::print("key         {}\n", t.key.value_or("undecided"));
  if (t.brightness_hz) fmt::print("brightness  {:.0f} Hz\n", *t.brightness_hz);
}

int run_track(const InfoArguments& options) {
  const Library library = Library::open(options.common.library_path(), OpenMode::read);
  const std::optional<TrackFacts> facts = library.track(track_named(library, options.track));
  if (!facts) throw Error(ErrorCode::not_found, display(options.track) + ": was taken out of the library just now");
  const std::vector<Tag> labels = tags(library, facts->id);
  if (options.common.json) {
    print_json(facts_json(*facts, labels));
    return kDone;
  }
  print_track(*facts, labels);
  if (!facts->measured)
    print_note(options.common, "not measured yet: hearken index listens to it once more, without embedding it again");
  return kDone;
}

int run_info(const InfoArguments& options) {
  if (!options.track.empty()) return run_track(options);
  const LibraryInfo info = Library::open(options.common.library_path(), OpenMode::read).info();
  if (options.common.json) {
    print_json(info_json(info));
  } else {
    print_info(info);
  }
  if (info.tracks == 0 && !options.common.quiet)
    print_error("the library is empty; fill it with: hearken index FOLDER");
  return kDone;
}

}  // namespace

void add_info(CLI::App& program, int& status) {
  const auto [command, options] =
      add_command(program, status, "info", "What is in the library, or what it knows of a track", run_info);
  not_empty(add_positional(command, "TRACK", options.track, "id:42, a path, or a file name that only one track has"));
  add_common_options(command, options.common);
  command.footer(
      R"(Of a track: its tags, its length, and what was measured when it was indexed: loudness, tempo, key, brightness.

Examples:
  hearken info
  hearken info id:42
  hearken info --json ~/Music/song.ogg)");
}

}  // namespace hearken::cli
