// hearken index PATH…
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <optional>
#include <set>
#include <span>
#include <string>

#include "cli/common.h"
#include "cli/config/settings.h"
#include "cli/guide/definition.h"
#include "cli/interrupt.h"
#include "cli/library/indexing.h"
#include "core/files/mapped_file.h"
#include "core/paths.h"
#include "library/indexing/crawl.h"
#include "library/notes.h"
#include "library/watching/watch.h"
#include "report/result_json.h"
#include "tasks/transfer/read_catalogue.h"

namespace hearken::cli {
namespace {

struct IndexArguments {
  CommonOptions common;
  std::vector<std::filesystem::path> paths;
  WindowingOptions windowing;
  std::filesystem::path metadata;
  std::string quiet_hours;
  bool quick = false, background = false, watch = false, prune = false, verbose = false;
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
                                                  {"hearing", ms(r.stages.analysis)},
                                                  {"features", ms(r.stages.features)},
                                                  {"tower", ms(r.stages.tower)},
                                                  {"store", ms(r.stages.store)}}}});
}

// The numbers add up: what is new, moved, unchanged and skipped are all the files there are.
void print_counts(const IndexReport& r) {
  const std::int64_t valid = r.indexed + r.moved + r.unchanged;
  const std::int64_t noted = static_cast<std::int64_t>(r.skipped.size());
  const std::int64_t left = r.found - valid;  // after Ctrl-C also what was not reached
  const std::int64_t skipped = r.cancelled ? std::min(left, noted) : left;
  fmt::print("{}: {} new or changed, {} unchanged", counted(r.found, "file"), r.indexed - r.completed, r.unchanged);
  if (r.completed > 0) fmt::print(", {} heard whole after a quick pass", r.completed);
  if (r.moved > 0) fmt::print(", {} moved or copied", r.moved);
  if (skipped > 0) fmt::print(", {} skipped", skipped);
  if (left > skipped) fmt::print(", {} not reached", left - skipped);
  fmt::print("\n");
  if (noted > skipped) fmt::print("{} left out (named above)\n", counted(noted - skipped, "other path"));
  if (r.listened > 0) fmt::print("{} listened to once more (fingerprints, features)\n", counted(r.listened, "file"));
  if (r.pruned > 0)
    fmt::print("{} forgotten\n", counted(r.pruned, "missing track"));
  else if (r.missing > 0)
    fmt::print("{} missing (--prune forgets them)\n", counted(r.missing, "track"));
}

void print_report(const IndexReport& r, const Library& library, const Model& model, bool verbose) {
  print_counts(r);
  if (r.indexed > 0)
    fmt::print("{} of sound in {:.1f} s ({:.0f}x real time)\n", clock_time(r.audio_seconds), r.elapsed_seconds,
               r.audio_seconds / r.elapsed_seconds);
  if (r.quick > 0)
    fmt::print("{} of these by three windows: to be found at once; `hearken index` goes on with the whole\n",
               counted(r.quick, "track"));
  const LibraryInfo info = library.info();
  fmt::print("library  {} ({})\n", display(info.path), counted(info.tracks, "track"));
  fmt::print("model    {} ({})\n", model.info().name, display(model.info().architecture));
  if (!verbose) return;
  fmt::print(
      "seconds  crawl {:.2f}, decode {:.2f}, hearing {:.2f}, features {:.2f}, tower {:.2f}, store {:.2f} (summed over "
      "threads)\n",
      r.stages.crawl, r.stages.decode, r.stages.analysis, r.stages.features, r.stages.tower, r.stages.store);
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

// Without PATH: what the library was filled from, and the folders of config.toml.
std::vector<std::filesystem::path> known_sources(const LibraryInfo& library) {
  std::vector<std::filesystem::path> paths = library.sources;
  for (const std::string& folder : setting("folders"))
    if (std::ranges::find(paths, std::filesystem::path(folder)) == paths.end()) paths.emplace_back(folder);
  if (paths.empty())
    throw Error(ErrorCode::invalid_argument,
                "index: which folder or files? The library knows none yet. For example: hearken index ~/Music");
  return paths;
}

// The catalogue of --metadata.
class Catalogue {
 public:
  // Refuses one that cannot be read before the work.
  explicit Catalogue(std::filesystem::path file) : file_(std::move(file)) {
    if (!file_.empty()) MappedFile{file_};
  }

  std::optional<tasks::CatalogueReport> read(const Library& library) {
    if (file_.empty()) return std::nullopt;
    state_ = library::stat_file(file_);
    return tasks::read_catalogue(library, file_);
  }

  // After a run of --watch: where there are new tracks, or it is another than before. What is wrong with it is said,
  // and the watching goes on.
  void read_again(const Library& library, const IndexReport& report) {
    if (file_.empty()) return;
    try {
      if (report.indexed + report.moved > 0 || !library::stat_file(file_).same_content_as(state_)) read(library);
      trouble_.clear();
    } catch (const Error& error) {
      if (trouble_ != error.what()) print_error(error.what());
      trouble_ = error.what();
      state_ = {};
    }
  }

 private:
  std::filesystem::path file_;
  library::FileState state_;
  std::string trouble_;  // said once
};

// Of a run of --watch a line, where anything changed.
class WatchReports {
 public:
  WatchReports(const IndexArguments& options, const Library& library, const Model& model, const IndexReport& first)
      : options_(options), library_(library), model_(model), missing_(first.missing) {
    for (const FileNote& note : first.skipped) told_.insert(key(note));
  }

  void tell(const IndexReport& r) {
    for (const FileNote& note : r.skipped)
      if (told_.insert(key(note)).second) print_skipped(std::span(&note, 1));
    const bool changed = r.indexed + r.moved + r.pruned > 0 || r.missing != missing_;
    missing_ = r.missing;
    if (!changed) return;
    if (options_.common.json) {
      fmt::print("{}\n", report_json(r, library_, model_).dump());
    } else {
      fmt::print("{:%H:%M:%S}  {} new or changed, {} moved or copied, {} missing, {} in all\n",
                 fmt::localtime(std::time(nullptr)), r.indexed, r.moved, r.missing,
                 counted(library_.info().tracks, "track"));
    }
    std::fflush(stdout);
  }

 private:
  static std::string key(const FileNote& note) { return note.path.native() + '\0' + note.reason; }

  const IndexArguments& options_;
  const Library& library_;
  const Model& model_;
  std::int64_t missing_;
  std::set<std::string> told_;  // a file that is bad stays bad: said once
};

int watch_folders(const IndexArguments& options, const library::QuietHours& quiet, Library& library, const Model& model,
                  const IndexOptions& how, const IndexReport& first, Catalogue& catalogue) {
  WatchReports reports(options, library, model, first);
  std::fflush(stdout);
  print_note(options.common, "watching; Ctrl-C ends it");
  const Interrupt interrupt;
  library::be_idle();
  library::watch([&] { return options.paths; }, {quiet, interrupt.flag(), print_error},
                 [&] {
                   const IndexReport report =
                       run_index_untold(library, model, options.paths, how, options.common.quiet);
                   if (report.cancelled) return;
                   catalogue.read_again(library, report);
                   reports.tell(report);
                 });
  return kDone;
}

int run_index_command(IndexArguments options) {
  if (options.background) library::be_idle();
  const library::QuietHours quiet = library::quiet_hours_in(options.quiet_hours);
  if (!options.quiet_hours.empty() && !options.watch)
    throw Error(ErrorCode::invalid_argument, "index: --quiet-hours goes with --watch");
  const std::filesystem::path library_path = options.common.library_path();
  const LibraryInfo before = library_info_if_there(library_path);
  if (options.paths.empty()) options.paths = known_sources(before);
  check_worth_a_library(library_path, options.paths);
  Catalogue catalogue(options.metadata);
  const Model model = load_model(options.common, &before);

  IndexOptions index_options;
  // Refuses what the model does not take before a library is made.
  index_options.windowing = chosen_windowing(options.windowing, before, model);
  Library library = Library::open(library_path, OpenMode::create);
  index_options.prune = options.prune;
  index_options.threads = options.common.threads;
  index_options.quick = options.quick;
  const IndexReport report = run_index(library, model, options.paths, index_options, options.common.quiet);

  std::optional<tasks::CatalogueReport> named;
  if (!report.cancelled) named = catalogue.read(library);
  if (options.common.json) {
    nlohmann::json document = report_json(report, library, model);
    if (named) document["metadata"] = {{"rows", named->rows}, {"tracks", named->tracks}};
    print_json(document);
  } else {
    print_report(report, library, model, options.verbose);
    if (named)
      fmt::print("{} of {} named by {}\n", counted(named->tracks, "track"), counted(named->rows, "row"),
                 short_path(options.metadata));
  }
  if (report.cancelled) {
    print_error("stopped; what was finished is kept, and the same command goes on from here");
    return kFailed;
  }
  index_options.quick = false;  // what is watched is looked at with time
  if (options.watch) return watch_folders(options, quiet, library, model, index_options, report, catalogue);
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
  add_positional(command, "PATH", options.paths, "Folders (read to the bottom) and files; none: those known already");
  add_windowing_options(command, options.windowing);
  command.add_flag(
      "--quick", options.quick,
      "Three windows of each track, to be found at once; the same command without it goes on with the whole");
  command.add_flag("--background", options.background, "At idle priority: whoever works at this computer comes first");
  command.add_flag("--prune", options.prune, "Forget tracks under PATH whose files are gone");
  add_value(command, "--metadata", options.metadata,
            "Titles, artists, albums and genres from this catalogue, see below", "F.csv");
  command.add_flag("--watch", options.watch, "Go on, and look again whenever something changes, until Ctrl-C");
  rare(add_value(command, "--quiet-hours", options.quiet_hours,
                 "With --watch: hours in which it waits, such as 22:00-7:00", "H:MM-H:MM"));
  rare(command.add_flag("--verbose", options.verbose, "Also say what the time went into"));
  add_common_options(command, options.common);
  command.footer(R"(Files that did not change are not listened to again; files that moved keep their vectors.
The newest files come first, and each can be found as soon as it is through, while the others are listened to.
Ctrl-C loses nothing: the same command goes on. Vectors of several models stand side by side in a library, and
vectors of one model with several windows; of those, find uses the ones that were indexed last.

What a file .hearkenignore in a folder names is left out, in the manner of .gitignore. --watch sees changes at once
(inotify), and folders and mounts that go and come back; every ten minutes it looks for what it does not see so, such
as what others change on a network mount. It works at idle priority.

A catalogue is FMA's tracks.csv, or a CSV file with the columns path and any of title, artist, album, genre; paths are
relative to it. What it says of a track replaces what the file's own tags say. With --watch it is read again for new
tracks, and when it was changed.

Examples:
  hearken index ~/Music
  hearken index
  hearken index --quick ~/Music && hearken index --background
  hearken index --watch --quiet-hours 22:00-7:00
  hearken index --prune ~/Music
  hearken index ~/fma/fma_small --metadata ~/fma/fma_metadata/tracks.csv
  hearken index --model laion/clap-htsat-unfused ~/Music
  hearken index --window 5 --hop 2.5 --library effects.db ~/Samples)");
}

}  // namespace hearken::cli
