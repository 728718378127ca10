// Text for XML, HTML, SVG and WebVTT.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace hearken {

/// For between tags; with `quotes`, for an attribute's value, too.
inline std::string escaped_markup(std::string_view text, bool quotes = false) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += quotes ? "&quot;" : "\""; break;
      default: out += c;
    }
  }
  return out;
}

/// For XML, which has no place for control characters (spaces stand for them), U+FFFE and U+FFFF (U+FFFD does).
inline std::string escaped_xml(std::string_view text, bool quotes = false) {
  std::string out(text);
  for (char& c : out)
    if (static_cast<unsigned char>(c) < 0x20) c = ' ';
  for (const char* none : {"\xEF\xBF\xBE", "\xEF\xBF\xBF"})
    for (std::size_t at = 0; (at = out.find(none, at)) != std::string::npos;) out.replace(at, 3, "\xEF\xBF\xBD");
  return escaped_markup(out, quotes);
}

}  // namespace hearken
