// hearken clean
#include "hearken/clean.h"

#include <fmt/format.h>

#include <cmath>

#include "cli/common.h"
#include "core/paths.h"
#include "library/notes.h"
#include "report/result_json.h"

namespace hearken::cli {
namespace {

struct CleanArguments {
  CommonOptions common;
  CleanOptions clean;
  bool undo = false;
};

struct Count {
  CleanReason reason;
  std::int64_t windows = 0;
};

std::vector<Count> counts(const CleanResult& result) {
  std::vector<Count> out{{CleanReason::silence}, {CleanReason::clapping}, {CleanReason::speech}};
  for (const CleanPassage& passage : result.passages)
    for (Count& count : out)
      if (count.reason == passage.reason) count.windows += passage.windows;
  return out;
}

void print_passages(const CleanResult& result) {
  for (const CleanPassage& passage : result.passages) {
    fmt::print("{:<8}  {:>7}–{:<7}  {}\n", to_string(passage.reason), clock_time(passage.start_seconds),
               clock_time(std::ceil(passage.end_seconds)), label(passage.path, passage.title, passage.artist));
    fmt::print("                           {}  (id:{})\n", short_path(passage.path), passage.id);
  }
}

nlohmann::json clean_json(const CleanArguments& options, const Library& library, const Model& model,
                          const CleanResult& result) {
  auto passages = nlohmann::json::array();
  for (const CleanPassage& passage : result.passages)
    passages.emplace_back(report::track_json(passage))
        .update({{"reason", to_string(passage.reason)},
                 {"start", passage.start_seconds},
                 {"end", passage.end_seconds},
                 {"windows", passage.windows}});
  nlohmann::json by_reason;
  for (const Count& count : counts(result)) by_reason[std::string(to_string(count.reason))] = count.windows;
  return {{"library", display(library.path())},
          {"model", model.info().name},
          {"window", result.windowing.window_seconds},
          {"hop", result.windowing.hop_seconds},
          {"dry_run", options.clean.dry_run},
          {"tracks", result.tracks},
          {"windows", result.windows},
          {"flagged", result.flagged},
          {"by_reason", std::move(by_reason)},
          {"passages", std::move(passages)},
          {"skipped", library::notes_json(result.skipped)}};
}

int undo_clean(const CleanArguments& options) {
  if (options.clean.speech || options.clean.dry_run)
    throw Error(ErrorCode::invalid_argument,
                "clean: --undo takes everything back; it goes with no other option of clean");
  const Library library = Library::open(options.common.library_path(), OpenMode::write);
  const std::int64_t unflagged = clean_undo(library);
  if (options.common.json)
    print_json({{"library", display(library.path())}, {"unflagged", unflagged}});
  else
    fmt::print("{} flagged, and {} again\n", counted(unflagged, "window") + (unflagged == 1 ? " was" : " were"),
               unflagged == 1 ? "votes" : "vote");
  return kDone;
}

int run_clean(const CleanArguments& options) {
  if (options.undo) return undo_clean(options);
  const Library library =
      Library::open(options.common.library_path(), options.clean.dry_run ? OpenMode::read : OpenMode::write);
  const LibraryInfo info = library.info();
  if (needed_from_hub(options.common.model) == options.common.model) check_holds(library, options.common.model);
  const Model model = load_model(options.common, &info);
  const CleanResult result = clean(library, model, options.clean);

  for (const FileNote& note : result.skipped)
    print_error(fmt::format("not measured: {}: {}", short_path(note.path), note.reason));
  if (options.common.json) {
    print_json(clean_json(options, library, model, result));
  } else {
    print_passages(result);
    std::string reasons;
    for (const Count& count : counts(result))
      if (count.windows > 0)
        reasons += fmt::format("{}{} {}", reasons.empty() ? ": " : ", ", to_string(count.reason), count.windows);
    print_note(options.common, fmt::format("{} of {} in {}{}{}", result.flagged, counted(result.windows, "window"),
                                           counted(result.tracks, "track"), reasons,
                                           options.clean.dry_run ? "; nothing was flagged (--dry-run)"
                                           : result.flagged > 0  ? "; they vote no more (hearken clean --undo)"
                                                                 : ""));
  }
  return exit_status(result.skipped);
}

}  // namespace

void add_clean(CLI::App& program, int& status) {
  const auto [command, options] =
      add_command(program, status, "clean", "Keep silence and applause from winning votes", run_clean);
  command.add_flag("--speech", options.clean.speech, "Passages of nothing but speech, too");
  CLI::Option* dry = command.add_flag("--dry-run", options.clean.dry_run, "Only show what would be flagged");
  command.add_flag("--undo", options.undo, "Take all flags back")->excludes(dry);
  add_common_options(command, options.common);
  command.footer(
      R"(Looks through the library for silence and near-silence, clapping, and with --speech passages of nothing but
speech, shows them, and flags their windows. Flagged windows take no part in like; find still finds them.
Nothing that was indexed changes. What is indexed later is looked at by the next clean, which begins anew:
the flags are always those of the last run.

Examples:
  hearken clean --dry-run
  hearken clean
  hearken clean --speech --json
  hearken clean --undo)");
}

}  // namespace hearken::cli
