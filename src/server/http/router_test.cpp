// The table of all routes, beside what describes them.
#include "server/http/router.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "core/text.h"
#include "server/http/embedded.h"

namespace hearken::server {
namespace {

std::string source_of_routes(const char* file) {
  std::ostringstream text;
  text << std::ifstream(std::filesystem::path(HEARKEN_SOURCE_DIR) / "src/server/routes" / file, std::ios::binary)
              .rdbuf();
  return text.str();
}

// tests/web/test_foreign.mjs sends what a page of another site could send to every route. It reads them where this test
// looks, so a route that is missing here would be missing there.
TEST(Routes, AreAllKnownToTheTestOfForeignPages) {
  const auto described = nlohmann::json::parse(openapi_json()).at("paths");
  const std::string openai = source_of_routes("openai_routes.cpp"), subsonic = source_of_routes("subsonic_routes.cpp");
  for (const Route* route : all_routes()) {
    const std::string path = route->path;
    SCOPED_TRACE(std::string(route->method) + " " + path);
    if (path.starts_with("/v1/")) {
      EXPECT_NE(openai.find("{\"" + std::string(route->method) + "\", \"" + path + "\""), std::string::npos);
    } else if (path.starts_with("/rest/")) {
      const std::string name = path.substr(6, path.find('.') == std::string::npos ? path.size() : path.find('.') - 6);
      EXPECT_NE(subsonic.find("HEARKEN_REST(\"" + name + "\""), std::string::npos);
    } else {
      ASSERT_TRUE(described.contains(path));
      EXPECT_TRUE(described.at(path).contains(lower_ascii(route->method)));
    }
  }
}

// Links, images and frames of other pages send GET. Where that is enough to write, the route is one of Subsonic's,
// whose handlers ask Worker::writing().
TEST(Routes, OnlySubsonicsWriteByForm) {
  for (const Route* route : all_routes()) {
    const bool rest = std::string_view(route->path).starts_with("/rest/");
    EXPECT_EQ(route->access == Access::subsonic, rest) << route->path;
    EXPECT_EQ(route->body == Body::form, rest && std::string_view(route->method) == "POST") << route->path;
  }
}

}  // namespace
}  // namespace hearken::server
