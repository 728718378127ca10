// hearken info
#include <fmt/format.h>

#include <memory>

#include "cli/common.h"
#include "core/paths.h"

namespace hearken::cli {
namespace {

nlohmann::json info_json(const LibraryInfo& info) {
  auto models = nlohmann::json::array();
  for (const LibraryModel& m : info.models)
    models.push_back({{"name", m.name},
                      {"fingerprint", m.fingerprint},
                      {"dimension", m.dimension},
                      {"window", m.windowing.window_seconds},
                      {"hop", m.windowing.hop_seconds},
                      {"precision", to_string(m.precision)},
                      {"tracks", m.tracks},
                      {"windows", m.windows}});
  auto sources = nlohmann::json::array();
  for (const auto& source : info.sources) sources.push_back(display(source));
  return {{"library", display(info.path)}, {"tracks", info.tracks},        {"missing", info.missing},
          {"windows", info.windows},       {"bytes", info.bytes},          {"audio_seconds", info.audio_seconds},
          {"models", std::move(models)},   {"sources", std::move(sources)}};
}

void print_info(const LibraryInfo& info) {
  fmt::print("library  {} ({:.1f} MB)\n", friendly(info.path), static_cast<double>(info.bytes) / 1e6);
  fmt::print("tracks   {} ({} of sound)", info.tracks, clock_time(info.audio_seconds));
  if (info.missing > 0) fmt::print(", {} more missing", info.missing);
  fmt::print("\n");
  for (const LibraryModel& m : info.models)
    fmt::print("model    {} ({}, {} of {}, {} dimensions, {})\n", m.name, counted(m.tracks, "track"),
               counted(m.windows, "window"), in_words(m.windowing), m.dimension, to_string(m.precision));
  for (const auto& source : info.sources) fmt::print("source   {}\n", friendly(source));
}

int run(const CommonOptions& options) {
  const LibraryInfo info = Library::open(options.library_path(), OpenMode::read).info();
  if (options.json) {
    print_json(info_json(info));
  } else {
    print_info(info);
  }
  if (info.tracks == 0 && !options.quiet) complain("the library is empty; fill it with: hearken index FOLDER");
  return kDone;
}

}  // namespace

void add_info(CLI::App& program, int& status) {
  const auto options = std::make_shared<CommonOptions>();
  CLI::App* command = program.add_subcommand("info", "What is in the library");
  add_common_options(*command, *options);
  command->footer("Example:\n  hearken info --json");
  command->callback([options, &status] { status = run(*options); });
}

}  // namespace hearken::cli
