// Running the indexer under a progress bar and Ctrl-C.
#include "cli/library/indexing.h"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>
#include <utility>

#include "cli/interrupt.h"
#include "cli/progress.h"
#include "core/paths.h"
#include "core/threads/threads.h"

namespace hearken::cli {

void check_worth_a_library(const std::filesystem::path& library, std::span<const std::filesystem::path> paths) {
  const auto there = [](const std::filesystem::path& path) {
    std::error_code ignored;
    return std::filesystem::exists(std::filesystem::symlink_status(path, ignored));
  };
  if (paths.empty() || there(library) || std::ranges::any_of(paths, there)) return;
  throw Error(ErrorCode::not_found, display(paths.front()) + ": no such file or folder; no library was made");
}

IndexReport run_index_untold(Library& library, const Model& model, std::span<const std::filesystem::path> paths,
                             IndexOptions options, bool quiet) {
  Progress progress(quiet);
  options.progress = [&](const IndexProgress& p) { progress.show(p); };
  const Interrupt interrupt;
  options.cancel = interrupt.flag();
  IndexReport report = index(library, model, paths, options);
  progress.clear();
  return report;
}

IndexReport run_index(Library& library, const Model& model, std::span<const std::filesystem::path> paths,
                      IndexOptions options, bool quiet) {
  IndexReport report = run_index_untold(library, model, paths, std::move(options), quiet);
  print_skipped(report.skipped);
  if (!quiet)
    for (const FileNote& note : report.warnings) print_error(fmt::format("{}: {}", short_path(note.path), note.reason));
  return report;
}

FolderIndexed index_folder(Library& library, const LibraryInfo& info, const Model& model,
                           const std::filesystem::path& folder, const CommonOptions& options) {
  const double began = monotonic_seconds();
  std::error_code ignored;
  if (!std::filesystem::exists(folder, ignored))
    throw Error(ErrorCode::not_found, "--dir: " + display(folder) + ": no such folder");
  FolderIndexed done;
  done.windowing = chosen_windowing({}, info, model);
  IndexOptions index_options;
  index_options.windowing = done.windowing;
  index_options.threads = options.threads;
  const IndexReport report = run_index(library, model, std::span(&folder, 1), index_options, options.quiet);
  if (report.cancelled) throw Error(ErrorCode::cancelled, "stopped before the search; what was finished is kept");
  done.anything = report.found > 0;
  if (!report.skipped.empty()) done.status = done.anything ? kSomeSkipped : kFailed;
  done.seconds = monotonic_seconds() - began;
  if (report.indexed > 0)
    print_note(options, fmt::format("{} indexed in {:.1f} s", counted(report.indexed, "file"), done.seconds));
  return done;
}

}  // namespace hearken::cli
