// The stream's signals, and what is said of it at its end.
#include "cli/understand/embed_stream.h"

#include <fmt/format.h>
#include <unistd.h>

#include <csignal>

#include "cli/common.h"
#include "cli/interrupt.h"

namespace hearken::cli {
int run_stream(const Model& model, StreamOptions options, bool quiet) {
  std::signal(SIGPIPE, SIG_IGN);  // writing says so, too
  const Interrupt interrupt;
  options.cancel = interrupt.flag();
  const StreamReport report = embed_rows(model, STDIN_FILENO, STDOUT_FILENO, options);
  if (!quiet && report.errors > 0)
    print_error(fmt::format("{} of {} are errors", report.errors, counted(report.rows, "row")));
  if (report.cancelled) {
    print_error(fmt::format("stopped; {} written", counted(report.rows, "row")));
    return kFailed;
  }
  return report.errors > 0 ? kSomeSkipped : kDone;
}

}  // namespace hearken::cli
