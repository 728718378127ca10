// One pass, element by element.
#include "data/python_list.h"

#include <charconv>

#include "core/text.h"

namespace hearken::data {
namespace {

void skip_space(std::string_view& rest) {
  while (!rest.empty() && (rest.front() == ' ' || rest.front() == '\n' || rest.front() == '\t')) rest.remove_prefix(1);
}

bool taken(std::string_view& rest, char c) {
  skip_space(rest);
  if (!rest.starts_with(c)) return false;
  rest.remove_prefix(1);
  return true;
}

// Behind a backslash.
bool escaped(std::string_view& rest, std::string& out) {
  if (rest.empty()) return false;
  const char c = rest.front();
  rest.remove_prefix(1);
  if (c == '\\' || c == '\'' || c == '"') return out += c, true;
  if (c == 'n') return out += '\n', true;
  if (c == 'r') return out += '\r', true;
  if (c == 't') return out += '\t', true;
  const std::size_t digits = c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
  if (digits == 0 || rest.size() < digits) return false;
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + digits, value, 16);
  if (error != std::errc() || end != rest.data() + digits) return false;
  rest.remove_prefix(digits);
  if (value > 0x10FFFF || (value >= 0xD800 && value < 0xE000)) return false;
  out += to_utf8(value);
  return true;
}

bool element(std::string_view& rest, std::string& out) {
  skip_space(rest);
  if (rest.empty() || (rest.front() != '\'' && rest.front() != '"')) return false;
  const char mark = rest.front();
  rest.remove_prefix(1);
  while (!rest.empty() && rest.front() != mark) {
    const char c = rest.front();
    rest.remove_prefix(1);
    if (c != '\\')
      out += c;
    else if (!escaped(rest, out))
      return false;
  }
  return taken(rest, mark);
}

bool element(std::string_view& rest, std::int64_t& out) {
  skip_space(rest);
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), out);
  if (error != std::errc()) return false;
  rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
  return true;
}

template <class Element>
std::optional<std::vector<Element>> elements(std::string_view rest) {
  std::vector<Element> out;
  skip_space(rest);
  if (rest.empty()) return out;
  if (!taken(rest, '[')) return std::nullopt;
  while (!taken(rest, ']')) {
    if (!element(rest, out.emplace_back())) return std::nullopt;
    if (taken(rest, ',')) continue;
    if (!taken(rest, ']')) return std::nullopt;
    break;
  }
  skip_space(rest);
  if (!rest.empty()) return std::nullopt;
  return out;
}

}  // namespace

std::optional<std::vector<std::string>> python_texts(std::string_view cell) { return elements<std::string>(cell); }

std::optional<std::vector<std::int64_t>> python_integers(std::string_view cell) { return elements<std::int64_t>(cell); }

}  // namespace hearken::data
