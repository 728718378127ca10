// Widths by utf8proc.
#include "text/columns.h"

#include <utf8proc.h>

#include "core/text.h"

namespace hearken::text {
namespace {

std::size_t width_of(const CodePoint& c) noexcept {
  if (!c.well_formed) return 1;
  const int width = utf8proc_charwidth(static_cast<utf8proc_int32_t>(c.value));
  return width < 0 ? 0 : static_cast<std::size_t>(width);
}

}  // namespace

std::size_t columns(std::string_view utf8) noexcept {
  std::size_t sum = 0;
  while (!utf8.empty()) {
    const CodePoint c = first_code_point(utf8);
    sum += width_of(c);
    utf8.remove_prefix(c.length);
  }
  return sum;
}

std::string cut_to(std::string_view utf8, std::size_t width) {
  if (columns(utf8) <= width) return std::string(utf8);
  if (width == 0) return {};
  std::size_t bytes = 0, used = 0;
  while (bytes < utf8.size()) {
    const CodePoint c = first_code_point(utf8.substr(bytes));
    used += width_of(c);
    if (used > width - 1) break;  // one for the "…"
    bytes += c.length;
  }
  while (bytes > 0 && utf8[bytes - 1] == ' ') --bytes;
  return std::string(utf8.substr(0, bytes)) + "…";
}

}  // namespace hearken::text
