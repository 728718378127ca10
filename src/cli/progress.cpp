// Drawing progress.
#include "cli/progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "cli/common.h"
#include "cli/terminal.h"
#include "text/columns.h"

namespace hearken::cli {
namespace {

std::string rate(double audio_seconds, double seconds) {
  return seconds > 0.5 && audio_seconds > 0 ? fmt::format("{:.0f}x real time  ", audio_seconds / seconds) : "";
}

// "34 %  1:02 left  120x real time  1:02:10 of about 3:05:00  ": what matters most first, the end may be cut off.
std::string in_sound(const IndexProgress& p) {
  std::string line = fmt::format("{:.0f} %  ", std::floor(100 * p.part_done));
  if (p.seconds_left) line += clock_time(std::ceil(*p.seconds_left)) + " left  ";
  line += rate(p.audio_seconds_done, p.listening_seconds);
  return line + fmt::format("{} of about {}  ", clock_time(p.audio_seconds_done),
                            clock_time(std::max(p.audio_seconds_done, p.audio_seconds_total)));
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
  const bool by_sound = p.part_done > 0 && p.part_done < 1;
  std::string line;
  if (p.files_total == 0) {
    line = "reading folders …";
  } else {
    if (line_.terminal())
      line =
          by_sound ? bar(p.part_done, 1) : bar(static_cast<double>(p.files_done), static_cast<double>(p.files_total));
    line += by_sound ? in_sound(p) : rate(p.audio_seconds_done, p.elapsed_seconds);
    line += fmt::format("{}/{} files", p.files_done, p.files_total);
    if (p.skipped > 0) line += fmt::format("  {} skipped", p.skipped);
    if (!p.current.empty()) line += "  " + p.current.substr(p.current.rfind('/') + 1);
    if (p.files_open > 1) line += fmt::format(" and {} more", p.files_open - 1);
  }
  line_.draw(line);
}

}  // namespace hearken::cli
