// Asking the terminal.
#include "cli/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>

#include "core/environment.h"
#include "core/text.h"
#include "text/columns.h"

namespace hearken::cli {
namespace {

constexpr std::size_t kLeast = 10;  // columns of a text that is cut, however narrow the terminal

}  // namespace

std::size_t terminal_columns(int descriptor) {
  winsize size{};
  return ::ioctl(descriptor, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

bool can_redraw(int descriptor) { return ::isatty(descriptor) != 0 && environment("TERM") != "dumb"; }

bool colours(int descriptor) { return can_redraw(descriptor) && environment("NO_COLOR").empty(); }

std::string styled(std::string_view text, Style style) {
  if (text.empty() || !colours(STDOUT_FILENO)) return std::string(text);
  const char* const begin = style == Style::bold   ? "\x1b[1m"
                            : style == Style::dim  ? "\x1b[2m"
                            : style == Style::high ? "\x1b[32m"
                                                   : "\x1b[33m";
  return begin + std::string(text) + "\x1b[0m";
}

std::string fitted(std::string_view text, std::size_t used) {
  const std::size_t width = terminal_columns(STDOUT_FILENO);
  return width == 0 ? std::string(text) : text::cut_to(text, std::max(width, used + kLeast) - used);
}

std::string fitted_path(std::string_view path, std::size_t used) {
  const std::size_t width = terminal_columns(STDOUT_FILENO);
  if (width == 0) return std::string(path);
  const std::size_t room = std::max(width, used + kLeast) - used;
  if (text::columns(path) <= room) return std::string(path);
  while (text::columns(path) > room - 1) path.remove_prefix(first_code_point(path).length);
  return "…" + std::string(path);
}

bool is_narrow() {
  const std::size_t width = terminal_columns(STDOUT_FILENO);
  return width > 0 && width < 80;
}

std::size_t detail_indent() { return is_narrow() ? 5 : 30; }

std::string wrapped(std::string_view text, std::size_t width, std::size_t indent, std::size_t used) {
  std::string out;
  bool line_is_empty = true;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (word.empty()) continue;
    const std::size_t wide = text::columns(word);
    if (!line_is_empty && used + 1 + wide > width) {
      out += "\n" + std::string(indent, ' ');
      used = indent;
      line_is_empty = true;
    }
    if (!line_is_empty) out += ' ', ++used;
    out += word;
    used += wide;
    line_is_empty = false;
  }
  return out;
}

}  // namespace hearken::cli
