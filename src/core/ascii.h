// Digits, letters and names of ASCII, whatever the locale.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace hearken {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
constexpr bool is_alphanumeric(char c) { return is_digit(c) || is_letter(c); }

inline constexpr std::size_t kLongestPlainName = 64;
/// A name that users give to a token or a space: up to 64 letters, digits, '.', '_' and '-'.
constexpr bool is_plain_name(std::string_view name) {
  return !name.empty() && name.size() <= kLongestPlainName &&
         std::ranges::all_of(name, [](char c) { return is_alphanumeric(c) || c == '.' || c == '_' || c == '-'; });
}

}  // namespace hearken
