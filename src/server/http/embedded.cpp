// The files' bytes stand in the program's read-only data; cmake/embed.cmake writes their table.
#include "server/http/embedded.h"

#include <algorithm>
#include <array>
#include <utility>

#include "server/http/errors.h"

namespace hearken::server {
namespace {

// Null when there is none.
const EmbeddedFile* page_file(std::string_view path) {
  const auto files = page_files();
  const auto at = std::find_if(files.begin(), files.end(), [&](const EmbeddedFile& file) { return file.path == path; });
  return at == files.end() ? nullptr : &*at;
}

// "text/html; charset=utf-8" of /index.html.
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

// Whether `Accept-Encoding: gzip, br` has gzip in it, and not with a weight of 0.
bool takes_gzip(std::string_view accepted) {
  const auto at = accepted.find("gzip");
  return at != std::string_view::npos && !accepted.substr(at).starts_with("gzip;q=0");
}

}  // namespace

// The page is one program for all its addresses: what is no file of it and has no ending is the page itself.
Response page_response(const Request& request) {
  const std::string& path = request.path;
  const EmbeddedFile* file = page_file(path == "/" ? "/index.html" : path);
  const bool is_view = path.find('.') == std::string::npos;
  if (file == nullptr && is_view) file = page_file("/index.html");
  if (file == nullptr) throw HttpError(404, "not_found", "there is no such file");
  Response out;
  out.type = page_type(file->path);
  const bool packed = takes_gzip(request.header("accept-encoding"));
  out.body = std::string(packed ? file->gzip : file->bytes);
  if (packed) out.with("Content-Encoding", "gzip");
  out.with("Vary", "Accept-Encoding");
  out.with("Cache-Control", file->path.starts_with("/assets/") ? "public, max-age=31536000, immutable" : "no-cache");
  return out;
}

}  // namespace hearken::server
