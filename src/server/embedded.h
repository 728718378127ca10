// Files that the program carries: the API's description and the page.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace hearken::server {

struct EmbeddedFile {
  std::string_view path;  // "/index.html", "/assets/index-4f2a.js"
  std::string_view bytes;
};

/// Of web/dist as it was when the program was built; without it a page that says how to build it.
std::span<const EmbeddedFile> page_files();
/// Null when there is none.
const EmbeddedFile* page_file(std::string_view path);

std::string openapi_json();

/// text/html of /index.html.
std::string page_type(std::string_view path);

}  // namespace hearken::server
