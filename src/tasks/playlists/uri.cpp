// Percent signs in both directions.
#include "tasks/playlists/uri.h"

#include <algorithm>
#include <cstddef>

#include "core/ascii.h"
#include "core/percent.h"
#include "core/text.h"

namespace hearken::tasks {

std::string path_encoded(std::string_view bytes) { return percent_encoded(bytes, "-._~/"); }

std::string percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = percent_decoded_first(text.substr(i));
    out += byte.value_or(text[i]);
    if (byte) i += 2;
  }
  return out;
}

std::string scheme_of(std::string_view uri) {
  const std::size_t colon = uri.find(':');
  if (colon == std::string_view::npos || colon == 0 || !is_letter(uri[0])) return {};
  const std::string scheme = lower_ascii(uri.substr(0, colon));
  const bool good = std::all_of(scheme.begin(), scheme.end(),
                                [](char c) { return is_alphanumeric(c) || c == '+' || c == '-' || c == '.'; });
  return good ? scheme : std::string();
}

std::optional<std::filesystem::path> path_of_file_uri(std::string_view uri) {
  if (scheme_of(uri) != "file") return std::nullopt;
  uri.remove_prefix(std::string_view("file:").size());
  if (uri.starts_with("//")) {
    uri.remove_prefix(2);
    const std::size_t slash = uri.find('/');
    const std::string_view host = uri.substr(0, slash);
    if (slash == std::string_view::npos || (!host.empty() && host != "localhost")) return std::nullopt;
    uri.remove_prefix(slash);
  }
  std::string path = percent_decoded(uri);
  if (path.empty() || path.find('\0') != std::string::npos) return std::nullopt;
  return path;
}

}  // namespace hearken::tasks
