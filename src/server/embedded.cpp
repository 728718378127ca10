// The files' bytes stand in the program's read-only data; cmake/embed.cmake writes their table.
#include "server/embedded.h"

#include <algorithm>
#include <array>
#include <utility>

namespace hearken::server {

const EmbeddedFile* page_file(std::string_view path) {
  const auto files = page_files();
  const auto at = std::find_if(files.begin(), files.end(), [&](const EmbeddedFile& file) { return file.path == path; });
  return at == files.end() ? nullptr : &*at;
}

std::string page_type(std::string_view path) {
  static constexpr std::array<std::pair<std::string_view, const char*>, 12> kTypes = {{
      {".html", "text/html; charset=utf-8"},
      {".js", "text/javascript; charset=utf-8"},
      {".css", "text/css; charset=utf-8"},
      {".svg", "image/svg+xml"},
      {".png", "image/png"},
      {".ico", "image/x-icon"},
      {".webp", "image/webp"},
      {".woff2", "font/woff2"},
      {".json", "application/json"},
      {".webmanifest", "application/manifest+json"},
      {".txt", "text/plain; charset=utf-8"},
      {".wasm", "application/wasm"},
  }};
  const auto at =
      std::find_if(kTypes.begin(), kTypes.end(), [&](const auto& type) { return path.ends_with(type.first); });
  return at == kTypes.end() ? "application/octet-stream" : at->second;
}

}  // namespace hearken::server
