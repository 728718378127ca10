// The page that the program carries.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "server/http/http.h"

namespace hearken::server {

struct EmbeddedFile {
  std::string_view path;  // "/index.html", "/assets/index-4f2a.js"
  std::string_view bytes;
  std::string_view gzip;  // the same, packed
};

/// Of web/dist as it was when the program was built; without it a page that says how to build it.
std::span<const EmbeddedFile> page_files();

/// What a GET of a path gets that is no route of the API, packed where the client takes that. Throws HttpError 404.
Response page_response(const Request& request);

}  // namespace hearken::server
