// Running the indexer under a progress bar and Ctrl-C.
#include "cli/indexing.h"

#include <fmt/format.h>

#include <atomic>
#include <csignal>

#include "cli/progress.h"
#include "core/paths.h"

namespace hearken::cli {
namespace {

std::atomic<bool> g_interrupted{false};
static_assert(std::atomic<bool>::is_always_lock_free);

extern "C" void on_interrupt(int signal_number) {
  g_interrupted = true;
  std::signal(signal_number, SIG_DFL);
}

}  // namespace

IndexReport run_index(Library& library, const Model& model, std::span<const std::filesystem::path> paths,
                      IndexOptions options, bool quiet) {
  Progress progress(quiet);
  options.progress = [&](const IndexProgress& p) { progress.show(p); };
  options.cancel = &g_interrupted;
  const auto interrupt_before = std::signal(SIGINT, on_interrupt);
  const auto terminate_before = std::signal(SIGTERM, on_interrupt);
  IndexReport report = index(library, model, paths, options);
  std::signal(SIGINT, interrupt_before);
  std::signal(SIGTERM, terminate_before);
  progress.clear();
  for (const FileNote& note : report.skipped) complain(fmt::format("skipped {}: {}", friendly(note.path), note.reason));
  if (!quiet)
    for (const FileNote& note : report.warnings) complain(fmt::format("{}: {}", friendly(note.path), note.reason));
  return report;
}

}  // namespace hearken::cli
