// Drawing progress.
#include "cli/progress.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "cli/common.h"

namespace hearken::cli {
namespace {

std::size_t terminal_width() {
  winsize size{};
  return ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 20 ? size.ws_col : 80;
}

// The first `width` characters, never cutting a UTF-8 sequence; wide characters count as one, which only shortens.
std::string shortened(const std::string& text, std::size_t width) {
  std::size_t bytes = 0, characters = 0;
  while (bytes < text.size()) {
    std::size_t next = bytes + 1;
    while (next < text.size() && (static_cast<unsigned char>(text[next]) & 0xC0U) == 0x80U) ++next;
    if (++characters > width) break;
    bytes = next;
  }
  return text.substr(0, bytes);
}

std::string remaining(const IndexProgress& p) {
  if (p.files_done == 0 || p.elapsed_seconds < 1) return "";
  const double left =
      p.elapsed_seconds * static_cast<double>(p.files_total - p.files_done) / static_cast<double>(p.files_done);
  return clock_time(left) + " left";
}

}  // namespace

StatusLine::StatusLine(bool quiet) : quiet_(quiet), terminal_(::isatty(STDERR_FILENO) != 0) {}

StatusLine::~StatusLine() { clear(); }

bool StatusLine::due(double seconds) {
  constexpr double kSecondsBetweenLines = 10;
  if (quiet_ || (!terminal_ && seconds - last_line_seconds_ < kSecondsBetweenLines)) return false;
  last_line_seconds_ = seconds;
  return true;
}

void StatusLine::draw(const std::string& line) {
  if (terminal_) {
    fmt::print(stderr, "\r\x1b[K{}", shortened(line, terminal_width() - 1));
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
