// Quoting of CSV cells.
#include "core/files/csv.h"

#include <charconv>
#include <system_error>

namespace hearken {

namespace {

bool is_number(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size();
}

bool is_formula(std::string_view text) {
  constexpr std::string_view kBegin = "=+-@\t\r";
  return !text.empty() && kBegin.find(text.front()) != std::string_view::npos && !is_number(text);
}

}  // namespace

std::string csv_cell(std::string_view text) {
  if (is_formula(text)) {
    const std::string safe = "'" + std::string(text);
    return csv_cell(safe);
  }
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  return out += '"';
}

}  // namespace hearken
