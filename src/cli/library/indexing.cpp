// Running the indexer under a progress bar and Ctrl-C.
#include "cli/library/indexing.h"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>

#include "cli/interrupt.h"
#include "cli/progress.h"
#include "core/paths.h"

namespace hearken::cli {

void check_worth_a_library(const std::filesystem::path& library, std::span<const std::filesystem::path> paths) {
  const auto there = [](const std::filesystem::path& path) {
    std::error_code ignored;
    return std::filesystem::exists(std::filesystem::symlink_status(path, ignored));
  };
  if (paths.empty() || there(library) || std::ranges::any_of(paths, there)) return;
  throw Error(ErrorCode::not_found, display(paths.front()) + ": no such file or folder; no library was made");
}

IndexReport run_index(Library& library, const Model& model, std::span<const std::filesystem::path> paths,
                      IndexOptions options, bool quiet) {
  Progress progress(quiet);
  options.progress = [&](const IndexProgress& p) { progress.show(p); };
  const Interrupt interrupt;
  options.cancel = interrupt.flag();
  IndexReport report = index(library, model, paths, options);
  progress.clear();
  for (const FileNote& note : report.skipped)
    print_error(fmt::format("skipped {}: {}", short_path(note.path), note.reason));
  if (!quiet)
    for (const FileNote& note : report.warnings) print_error(fmt::format("{}: {}", short_path(note.path), note.reason));
  return report;
}

}  // namespace hearken::cli
