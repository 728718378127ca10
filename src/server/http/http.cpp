// Queries taken apart, headers looked up.
#include "server/http/http.h"

#include <algorithm>
#include <charconv>

#include "core/percent.h"

namespace hearken::server {
std::optional<std::string> url_decoded(std::string_view text, bool plus_is_space) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%') {
      const auto byte = percent_decoded_first(text.substr(i));
      if (!byte) return std::nullopt;
      out += *byte;
      i += 2;
    } else {
      out += text[i] == '+' && plus_is_space ? ' ' : text[i];
    }
  }
  return out;
}

std::string url_encoded(std::string_view text) { return percent_encoded(text, "-._~"); }

std::optional<Fields> parse_form(std::string_view text) {
  Fields out;
  while (!text.empty()) {
    const std::string_view part = text.substr(0, text.find('&'));
    text.remove_prefix(std::min(text.size(), part.size() + 1));
    if (part.empty()) continue;
    const std::size_t equals = part.find('=');
    auto name = url_decoded(part.substr(0, equals), true);
    auto value = url_decoded(equals == std::string_view::npos ? std::string_view() : part.substr(equals + 1), true);
    if (!name || !value) return std::nullopt;
    out.emplace_back(std::move(*name), std::move(*value));
  }
  return out;
}

std::string_view Request::header(std::string_view name) const {
  const auto at = std::find_if(headers.begin(), headers.end(), [&](const auto& h) { return h.first == name; });
  return at == headers.end() ? std::string_view() : std::string_view(at->second);
}

std::optional<std::string_view> Request::field(std::string_view name) const {
  const auto at = std::find_if(query.begin(), query.end(), [&](const auto& f) { return f.first == name; });
  if (at == query.end()) return std::nullopt;
  return at->second;
}

std::int64_t Request::id(std::size_t parameter) const {
  std::int64_t value = 0;
  const std::string& text = parameters.at(parameter);
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

}  // namespace hearken::server
