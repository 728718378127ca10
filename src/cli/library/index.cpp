// hearken index PATH…
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "cli/common.h"
#include "cli/library/indexing.h"
#include "core/paths.h"
#include "library/notes.h"
#include "report/result_json.h"

namespace hearken::cli {
namespace {

struct IndexArguments {
  CommonOptions common;
  std::vector<std::filesystem::path> paths;
  WindowingOptions windowing;
  bool prune = false;
};

nlohmann::json report_json(const IndexReport& r, const Library& library, const Model& model) {
  const auto ms = [](double seconds) { return seconds * 1000.0; };
  return report::joined(report::index_json(r), {{"listened", r.listened},
                                                {"skipped", library::notes_json(r.skipped)},
                                                {"warnings", library::notes_json(r.warnings)},
                                                {"cancelled", r.cancelled},
                                                {"listened_seconds", r.listened_seconds},
                                                {"library", display(library.path())},
                                                {"model", model.info().name},
                                                {"timings_ms",
                                                 {{"crawl", ms(r.stages.crawl)},
                                                  {"decode", ms(r.stages.decode)},
                                                  {"hearing", ms(r.stages.hearing)},
                                                  {"features", ms(r.stages.features)},
                                                  {"tower", ms(r.stages.tower)},
                                                  {"store", ms(r.stages.store)}}}});
}

void print_report(const IndexReport& r, const Library& library, const Model& model) {
  const std::int64_t valid = r.indexed + r.moved + r.unchanged;
  fmt::print("{} valid of {} files: {} new or changed, {} unchanged", valid, r.found, r.indexed, r.unchanged);
  if (r.moved > 0) fmt::print(", {} moved or copied", r.moved);
  if (r.listened > 0) fmt::print(", {} listened to once more (fingerprints, features)", r.listened);
  if (r.pruned > 0)
    fmt::print(", {} forgotten", r.pruned);
  else if (r.missing > 0)
    fmt::print(", {} missing (--prune forgets them)", r.missing);
  if (!r.skipped.empty()) fmt::print(", {} skipped", r.skipped.size());
  fmt::print("\n");
  if (r.indexed > 0)
    fmt::print("{} of sound in {:.1f} s ({:.0f}x real time)\n", clock_time(r.audio_seconds), r.elapsed_seconds,
               r.audio_seconds / r.elapsed_seconds);
  const LibraryInfo info = library.info();
  fmt::print("library  {} ({})\n", display(info.path), counted(info.tracks, "track"));
  fmt::print("model    {} ({})\n", model.info().name, display(model.info().architecture));
  fmt::print(
      "seconds  crawl {:.2f}, decode {:.2f}, hearing {:.2f}, features {:.2f}, tower {:.2f}, store {:.2f} (summed over "
      "threads)\n",
      r.stages.crawl, r.stages.decode, r.stages.hearing, r.stages.features, r.stages.tower, r.stages.store);
}

// Whether every PATH by itself was skipped, rather than files below it.
bool all_paths_skipped(const std::vector<std::filesystem::path>& paths, const IndexReport& report) {
  return std::all_of(paths.begin(), paths.end(), [&](const std::filesystem::path& path) {
    std::error_code ignored;
    const auto real = std::filesystem::weakly_canonical(path, ignored);
    return std::any_of(report.skipped.begin(), report.skipped.end(),
                       [&](const FileNote& note) { return note.path == path || note.path == real; });
  });
}

int run_index_command(const IndexArguments& options) {
  if (options.paths.empty())
    throw Error(ErrorCode::invalid_argument, "index: which folder or files? For example: hearken index ~/Music");
  const std::filesystem::path library_path = options.common.library_path();
  check_worth_a_library(library_path, options.paths);
  const LibraryInfo before = library_info_if_there(library_path);
  const Model model = load_model(options.common, &before);

  IndexOptions index_options;
  // Refuses what the model does not take before a library is made.
  index_options.windowing = chosen_windowing(options.windowing, before, model);
  Library library = Library::open(library_path, OpenMode::create);
  index_options.prune = options.prune;
  index_options.threads = options.common.threads;
  const IndexReport report = run_index(library, model, options.paths, index_options, options.common.quiet);

  if (options.common.json) {
    print_json(report_json(report, library, model));
  } else {
    print_report(report, library, model);
  }
  if (report.cancelled) {
    print_error("stopped; what was finished is kept, and the same command goes on from here");
    return kFailed;
  }
  const std::int64_t valid = report.indexed + report.moved + report.unchanged;
  if (valid > 0)
    print_note(options.common,
               "next: hearken find \"what it sounds like\"" + options_again(options.common, library.info(), model));
  if (report.found == 0 && report.skipped.empty() && !options.common.quiet)
    for (const auto& path : options.paths) print_error(display(path) + ": no sound files in there");
  if (report.skipped.empty()) return kDone;
  return all_paths_skipped(options.paths, report) ? kFailed : kSomeSkipped;
}

}  // namespace

void add_index(CLI::App& program, int& status) {
  const auto [command, options] = add_command(
      program, status, "index", "Listen to folders and files, so that they can be found", run_index_command);
  add_positional(command, "PATH", options.paths, "Folders (read to the bottom) and files");
  add_windowing_options(command, options.windowing);
  command.add_flag("--prune", options.prune, "Forget tracks under PATH whose files are gone");
  add_common_options(command, options.common);
  command.footer(R"(Files that did not change are not listened to again; files that moved keep their vectors.
Ctrl-C loses nothing: the same command goes on. Vectors of several models stand side by side in a library, and
vectors of one model with several windows; of those, find uses the ones that were indexed last.

Examples:
  hearken index ~/Music
  hearken index --prune ~/Music
  hearken index --model laion/clap-htsat-unfused ~/Music
  hearken index --window 5 --hop 2.5 --library effects.db ~/Samples)");
}

}  // namespace hearken::cli
