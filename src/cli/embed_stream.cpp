// The stream's signals, and what is said of it at its end.
#include "cli/embed_stream.h"

#include <fmt/format.h>
#include <unistd.h>

#include <atomic>
#include <csignal>

#include "cli/common.h"

namespace hearken::cli {
namespace {

std::atomic<bool> g_stopped{false};
static_assert(std::atomic<bool>::is_always_lock_free);

extern "C" void on_stop(int signal_number) {
  g_stopped = true;
  std::signal(signal_number, SIG_DFL);
}

}  // namespace

int run_stream(const Model& model, StreamOptions options, bool quiet) {
  std::signal(SIGPIPE, SIG_IGN);  // writing says so, too
  std::signal(SIGTERM, on_stop);
  std::signal(SIGINT, on_stop);
  options.cancel = &g_stopped;
  const StreamReport report = embed_rows(model, STDIN_FILENO, STDOUT_FILENO, options);
  if (!quiet && report.errors > 0)
    complain(fmt::format("{} of {} are errors", report.errors, counted(report.rows, "row")));
  if (report.cancelled) {
    complain(fmt::format("stopped; {} written", counted(report.rows, "row")));
    return kFailed;
  }
  return report.errors > 0 ? kSomeSkipped : kDone;
}

}  // namespace hearken::cli
