// Running the indexer under a progress bar and Ctrl-C.
#include "cli/indexing.h"

#include <fmt/format.h>

#include "cli/interrupt.h"
#include "cli/progress.h"
#include "core/paths.h"

namespace hearken::cli {
IndexReport run_index(Library& library, const Model& model, std::span<const std::filesystem::path> paths,
                      IndexOptions options, bool quiet) {
  Progress progress(quiet);
  options.progress = [&](const IndexProgress& p) { progress.show(p); };
  const Interrupt interrupt;
  options.cancel = interrupt.flag();
  IndexReport report = index(library, model, paths, options);
  progress.clear();
  for (const FileNote& note : report.skipped) complain(fmt::format("skipped {}: {}", friendly(note.path), note.reason));
  if (!quiet)
    for (const FileNote& note : report.warnings) complain(fmt::format("{}: {}", friendly(note.path), note.reason));
  return report;
}

}  // namespace hearken::cli
