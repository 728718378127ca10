// What is said in ASCII letters whatever the locale: names of formats, hosts, headers, keys.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

namespace hearken {

/// A to Z as a to z; every other byte stays.
inline std::string lower_ascii(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return out;
}

}  // namespace hearken
