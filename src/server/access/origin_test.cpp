// Hosts, origins, and what browsers say of the page that asks.
#include "server/access/origin.h"

#include <gtest/gtest.h>

namespace hearken::server {
namespace {

Request with_header(const std::string& name, const std::string& value) {
  Request request;
  request.headers = {{"host", "127.0.0.1:8080"}, {name, value}};
  return request;
}

int status(const std::string& host, const std::string& origin, bool asks) {
  Request request;
  request.headers = {{"host", host}};
  if (!origin.empty()) request.headers.emplace_back("origin", origin);
  const auto refused = refused_by_origin(request, "127.0.0.1", asks, Target::route);
  return refused ? refused->status : 200;
}

TEST(Origin, AddressesAndOwnNamesOnly) {
  for (const char* good : {"127.0.0.1:8080", "localhost", "[::1]:8080", "10.0.0.7", "a.localhost"})
    EXPECT_EQ(status(good, "", false), 200) << good;
  for (const char* wrong : {"evil.example", "127.0.0.1.evil.example:8080", "[evil", "localhost.evil"})
    EXPECT_EQ(status(wrong, "", false), 421) << wrong;
  EXPECT_EQ(status("", "", false), 400);
  EXPECT_EQ(status("music.example", "", true), 200);
}

TEST(Origin, OtherPagesMayNotAsk) {
  EXPECT_EQ(status("localhost:8080", "http://localhost:8080", false), 200);
  EXPECT_EQ(status("music.example", "https://music.example", true), 200);
  for (const char* wrong : {"http://localhost", "http://localhost:8081", "null", "http://evil.example"})
    EXPECT_EQ(status("localhost:8080", wrong, true), 403) << wrong;
}

// The status for a browser's request to localhost:8080 with these headers.
int status_of_fetch(Target target, const std::string& method, Fields headers) {
  Request request;
  request.method = method;
  request.headers = std::move(headers);
  request.headers.emplace_back("host", "localhost:8080");
  const auto refused = refused_by_origin(request, "127.0.0.1", false, target);
  return refused ? refused->status : 200;
}

Fields fetched(const std::string& site, const std::string& mode, const std::string& dest) {
  return {{"sec-fetch-site", site}, {"sec-fetch-mode", mode}, {"sec-fetch-dest", dest}};
}

TEST(FetchMetadata, OwnPageTypedAddressesAndPrograms) {
  for (const Target target : {Target::page, Target::route}) {
    for (const char* method : {"GET", "POST"}) {
      EXPECT_EQ(status_of_fetch(target, method, {}), 200);
      EXPECT_EQ(status_of_fetch(target, method, {{"sec-fetch-mode", "cors"}}), 200);  // as Node.js's fetch
      EXPECT_EQ(status_of_fetch(target, method, fetched("same-origin", "cors", "empty")), 200);
      EXPECT_EQ(status_of_fetch(target, method, fetched("none", "navigate", "document")), 200);
    }
  }
}

TEST(FetchMetadata, OtherPagesMayOnlyLeadToThePage) {
  for (const char* site : {"cross-site", "same-site", "Cross-Site", "something-new"}) {
    EXPECT_EQ(status_of_fetch(Target::page, "GET", fetched(site, "navigate", "document")), 200) << site;
    EXPECT_EQ(status_of_fetch(Target::page, "POST", fetched(site, "navigate", "document")), 403) << site;
    EXPECT_EQ(status_of_fetch(Target::route, "GET", fetched(site, "navigate", "document")), 403) << site;
    EXPECT_EQ(status_of_fetch(Target::page, "GET", {{"sec-fetch-site", site}}), 403) << site;
    for (const auto& [mode, dest] :
         {std::pair("navigate", "iframe"), std::pair("navigate", "frame"), std::pair("navigate", "object"),
          std::pair("no-cors", "image"), std::pair("no-cors", "script"), std::pair("no-cors", "document"),
          std::pair("cors", "empty"), std::pair("websocket", "websocket")})
      for (const Target target : {Target::page, Target::route})
        EXPECT_EQ(status_of_fetch(target, "GET", fetched(site, mode, dest)), 403) << site << mode << dest;
  }
}

TEST(FetchMetadata, DoesNotExcuseAnOrigin) {
  for (const char* origin : {"null", "NULL", "http://evil.example", "http://localhost:8081"}) {
    Fields headers = fetched("none", "navigate", "document");
    headers.emplace_back("origin", origin);
    EXPECT_EQ(status_of_fetch(Target::page, "GET", headers), 403) << origin;
    EXPECT_EQ(status_of_fetch(Target::route, "POST", headers), 403) << origin;
  }
}

constexpr const char* kOldBrowser = "Mozilla/5.0 (X11; Linux x86_64; rv:60.0) Gecko/20100101 Firefox/60.0";

bool writes(const std::string& method, const std::string& path, Fields headers, bool asks = false) {
  Request request;
  request.method = method;
  request.path = path;
  request.headers = std::move(headers);
  request.headers.emplace_back("host", "localhost:8080");
  return !refused_by_referer(request, asks);
}

TEST(Referer, OfElsewhereMayNotWrite) {
  const std::string rest = "/rest/deletePlaylist";
  for (const char* wrong : {"http://evil.example/", "http://localhost:8081/", "http://localhost", "about:blank", "x",
                            "http://evil.example/http://localhost:8080/", "http://localhost:8080.evil.example/"})
    for (const char* method : {"GET", "POST"})
      EXPECT_FALSE(writes(method, rest, {{"referer", wrong}, {"user-agent", kOldBrowser}})) << wrong;
  for (const char* own : {"http://localhost:8080/", "http://localhost:8080", "https://LOCALHOST:8080/library?a=b#c"})
    EXPECT_TRUE(writes("GET", rest, {{"referer", own}, {"user-agent", kOldBrowser}})) << own;
}

TEST(Referer, IsWantedOfBrowsersWhereALinkWrites) {
  const Fields browser = {{"user-agent", kOldBrowser}};
  EXPECT_FALSE(writes("GET", "/rest/deletePlaylist", browser));
  EXPECT_FALSE(writes("POST", "/rest/deletePlaylist", browser));
  EXPECT_FALSE(writes("GET", "/api/v1/some/day", browser));
  EXPECT_TRUE(writes("PUT", "/api/v1/tracks/1/tags", browser));  // the page itself sends no Referer
  EXPECT_TRUE(writes("POST", "/api/v1/playlists", browser));
  for (const char* program : {"", "curl/8.5.0", "DSub", "Mozilla/5.0", "Dalvik/2.1.0 (Linux; U; Android 14)"})
    EXPECT_TRUE(writes("GET", "/rest/deletePlaylist", {{"user-agent", program}})) << program;
}

TEST(Referer, IsNotAskedOfSubsonicsLogins) {
  const Fields headers = {{"user-agent", kOldBrowser}, {"referer", "http://localhost/"}};
  EXPECT_TRUE(writes("GET", "/rest/deletePlaylist", headers, true));
  EXPECT_FALSE(writes("GET", "/api/v1/some/day", headers, true));
}

TEST(Referer, IsNotAskedWhereTheBrowserSaidMore) {
  for (const auto& said : {std::pair("sec-fetch-site", "same-origin"), std::pair("sec-fetch-site", "none"),
                           std::pair("origin", "http://localhost:8080")})
    EXPECT_TRUE(writes("GET", "/rest/deletePlaylist", {said, {"user-agent", kOldBrowser}})) << said.second;
}

TEST(Setup, OnlyWithTheTokenThatWasPrinted) {
  ServeOptions options;
  options.setup_token = "0123456789abcdef0123456789abcdef";
  EXPECT_FALSE(refused_by_setup(with_header("x-hearken-setup", options.setup_token), options));
  for (const char* wrong : {"", "0", "0123456789abcdef0123456789abcdee", "0123456789abcdef0123456789abcdef0"}) {
    const auto refused = refused_by_setup(with_header("x-hearken-setup", wrong), options);
    ASSERT_TRUE(refused) << wrong;
    EXPECT_EQ(refused->status, 403);
    EXPECT_EQ(refused->code, "unauthorized");
    EXPECT_EQ(refused->detail.find(options.setup_token), std::string::npos);
  }
}

TEST(Setup, NeverWhereThereIsNoToken) {
  ServeOptions options;
  EXPECT_EQ(refused_by_setup(with_header("x-hearken-setup", ""), options)->code, "permission_denied");
  options.roots = {"/music"};
  const auto refused = refused_by_setup(with_header("x-hearken-setup", "x"), options);
  EXPECT_EQ(refused->status, 403);
  EXPECT_NE(refused->detail.find("--allow-root"), std::string::npos);
}

}  // namespace
}  // namespace hearken::server
