// The table of all routes, beside what describes them.
#include "server/http/router.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <string>

#include "core/carried.h"
#include "core/text.h"

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
  const auto described = nlohmann::json::parse(carried_file("src/server/openapi.json")).at("paths");
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

// Links, images and frames of other pages send GET. Where that is enough to write, the route is one of Subsonic's.
TEST(Routes, OnlySubsonicsWriteByForm) {
  for (const Route* route : all_routes()) {
    const bool rest = std::string_view(route->path).starts_with("/rest/");
    EXPECT_EQ(route->body == Body::form, rest && std::string_view(route->method) == "POST") << route->path;
  }
}

// What is not a GET writes, and needs a right to write, but for those that ask for vectors or answers, and for what a
// client keeps for itself.
TEST(Routes, ThatWriteNeedARight) {
  const std::set<std::string> only_ask = {"POST /api/v1/search",
                                          "POST /api/v1/like",
                                          "POST /api/v1/match",
                                          "POST /api/v1/wordings",
                                          "POST /api/v1/score",
                                          "POST /api/v1/embed",
                                          "POST /api/v1/vectors/search",
                                          "POST /api/v1/classify",
                                          "POST /api/v1/events",
                                          "POST /api/v1/caption",
                                          "POST /api/v1/clusters",
                                          "POST /api/v1/uploads",
                                          "DELETE /api/v1/uploads/{upload}",
                                          "POST /api/v1/session",
                                          "DELETE /api/v1/session",
                                          "DELETE /api/v1/sessions/{session}",
                                          "POST /v1/embeddings",
                                          "POST /mcp"};  // its tools that write look at the right by themselves
  const std::set<std::string> open = {"GET /health", "GET /ready", "GET /openapi.json", "POST /api/v1/session",
                                      "DELETE /api/v1/session"};
  for (const Route* route : all_routes()) {
    const std::string path = route->path, name = std::string(route->method) + " " + path;
    if (path.starts_with("/rest/")) {
      const bool writes =
          path.find("createPl") + path.find("updatePl") + path.find("deletePl") != 3 * std::string::npos;
      const bool says_what_it_is = path.starts_with("/rest/getOpenSubsonicExtensions");
      EXPECT_EQ(route->right, says_what_it_is ? Right::none : writes ? Right::rate : Right::read) << name;
      continue;
    }
    const bool writes = std::string_view(route->method) != "GET" && !only_ask.contains(name);
    EXPECT_TRUE(!writes || route->right >= Right::rate) << name;
    EXPECT_EQ(route->right == Right::none, open.contains(name)) << name;
  }
}

}  // namespace
}  // namespace hearken::server
