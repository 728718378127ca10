// Text for XML, HTML, SVG and WebVTT.
#pragma once

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

}  // namespace hearken
