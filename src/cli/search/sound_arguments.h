// FILE|DIR|TRACK…: the sounds that a command is asked about, with the library and the model that answer.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "cli/common.h"
#include "cli/progress.h"
#include "library/notes.h"

namespace hearken::cli {

struct SoundArguments {
  std::vector<ScoreInput> inputs;
  /// For files the library need not be there; where it is, they take its model and windows, and what it has heard
  /// already.
  std::optional<Library> library;
  LibraryInfo info;  // of the library, if there is one
  Model model;

  const Library* opened() const { return library ? &*library : nullptr; }
};

/// `needs_library`: also when no track is among the names. Throws Error as Library::open() and load_model().
SoundArguments open_sounds(const CommonOptions& options, std::span<const std::string> names,
                           bool needs_library = false);

/// On standard error: what was left out, and, unless --quiet, what is odd about the rest.
void print_left_out(const CommonOptions& options, std::span<const FileNote> skipped,
                    std::span<const FileNote> warnings);

/// Runs `ask(options)`, which listens to them or takes what the library has heard, with the options that the commands
/// share and a line of progress.
template <class Options, class Ask>
auto answered_about(const SoundArguments& sounds, const CommonOptions& common, const WindowingOptions& windowing,
                    Options options, Ask ask) {
  options.windowing = chosen_windowing(windowing, sounds.info, sounds.model);
  options.threads = common.threads;
  Progress progress(common.quiet);
  options.progress = [&](const IndexProgress& p) { progress.show(p); };
  auto result = ask(options);
  progress.clear();
  print_left_out(common, result.skipped, result.warnings);
  return result;
}

/// Below such a result, for a person: "WHAT in 1.2 s; starter, 10 s every 5 s", with the seconds since `began`.
void print_summary(const CommonOptions& options, const std::string& what, const Model& model,
                   const Windowing& windowing, double began);

/// The JSON of such a result: "results" are `results`.
template <class Result>
nlohmann::json answers_json(const Result& result, const Model& model, nlohmann::json results) {
  return {{"model", model.info().name},
          {"precision", to_string(model.info().precision)},
          {"fingerprint", model.fingerprint(result.windowing)},
          {"window", result.windowing.window_seconds},
          {"hop", result.windowing.hop_seconds},
          {"results", std::move(results)},
          {"skipped", library::notes_json(result.skipped)}};
}

}  // namespace hearken::cli
