// Drawing progress.
#include "cli/progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "cli/common.h"
#include "cli/terminal.h"
#include "text/columns.h"

namespace hearken::cli {
namespace {

std::string remaining(const IndexProgress& p) {
  if (p.files_done == 0 || p.elapsed_seconds < 1) return "";
  const double left =
      p.elapsed_seconds * static_cast<double>(p.files_total - p.files_done) / static_cast<double>(p.files_done);
  return clock_time(left) + " left";
}

}  // namespace

StatusLine::StatusLine(bool quiet) : quiet_(quiet), terminal_(can_redraw(STDERR_FILENO)) {}

StatusLine::~StatusLine() { clear(); }

bool StatusLine::due(double seconds) {
  constexpr double kSecondsBetweenLines = 10;
  if (quiet_ || (!terminal_ && seconds - last_line_seconds_ < kSecondsBetweenLines)) return false;
  last_line_seconds_ = seconds;
  return true;
}

void StatusLine::draw(const std::string& line) {
  if (terminal_) {
    const std::size_t columns = terminal_columns(STDERR_FILENO);  // 0: it does not say
    fmt::print(stderr, "\r\x1b[K{}", columns == 0 ? line : text::cut_to(line, std::max<std::size_t>(columns, 21) - 1));
    drawn_ = true;
  } else {
    fmt::print(stderr, "{}\n", line);
  }
}

void StatusLine::clear() {
  if (drawn_) std::fputs("\r\x1b[K", stderr);
  drawn_ = false;
}

std::string bar(double done, double total) {
  constexpr std::size_t kBar = 20;
  const double part = total > 0 ? std::clamp(done / total, 0.0, 1.0) : 0;
  const auto filled = static_cast<std::size_t>(part * kBar);
  return "[" + std::string(filled, '#') + std::string(kBar - filled, '.') + "] ";
}

void Progress::show(const IndexProgress& p) {
  if (!line_.due(p.elapsed_seconds)) return;
  std::string line;
  if (p.files_total == 0) {
    line = "reading folders …";
  } else {
    if (line_.terminal()) line = bar(static_cast<double>(p.files_done), static_cast<double>(p.files_total));
    line += fmt::format("{}/{} files", p.files_done, p.files_total);
    if (p.elapsed_seconds > 0.5) line += fmt::format("  {:.0f}x real time", p.audio_seconds_done / p.elapsed_seconds);
    if (const std::string left = remaining(p); !left.empty()) line += "  " + left;
    if (p.skipped > 0) line += fmt::format("  {} skipped", p.skipped);
    if (!p.current.empty()) line += "  " + p.current.substr(p.current.rfind('/') + 1);
  }
  line_.draw(line);
}

}  // namespace hearken::cli
