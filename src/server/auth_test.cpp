// Tokens, Subsonic's logins, hosts and origins.
#include "server/auth.h"

#include <gtest/gtest.h>

namespace hearken::server {
namespace {

ServeOptions with_token() {
  ServeOptions options;
  options.user = "anna";
  options.token = "sesame";
  return options;
}

Request with_header(const std::string& name, const std::string& value) {
  Request request;
  request.headers = {{"host", "127.0.0.1:8080"}, {name, value}};
  return request;
}

TEST(Token, ByHeaderOrCookie) {
  const ServeOptions options = with_token();
  EXPECT_TRUE(has_token(with_header("authorization", "Bearer sesame"), options));
  EXPECT_TRUE(has_token(with_header("authorization", "bearer sesame"), options));
  EXPECT_TRUE(has_token(with_header("cookie", "a=b; hearken_session=" + session_of("sesame") + "; c=d"), options));
  for (const char* wrong : {"", "sesame", "Bearer", "Bearer sesam", "Bearer sesame2", "Basic sesame"})
    EXPECT_FALSE(has_token(with_header("authorization", wrong), options)) << wrong;
  for (const std::string& wrong :
       {std::string("hearken_session="), std::string("hearken_session=sesame"),
        "xhearken_session=" + session_of("sesame"), "hearken_session=" + session_of("other")})
    EXPECT_FALSE(has_token(with_header("cookie", wrong), options)) << wrong;
  EXPECT_TRUE(has_token(Request(), ServeOptions()));  // none is asked for
}

TEST(Subsonic, LogsInAsItsPagesShow) {
  // The example of the API's description: password sesame, salt c19b2d.
  Request request;
  request.query = {{"u", "anna"}, {"t", "26719a1196d2a940705a59634eb18eab"}, {"s", "c19b2d"}};
  EXPECT_TRUE(logs_in(request, with_token()));
  request.query[2].second = "c19b2e";
  EXPECT_FALSE(logs_in(request, with_token()));
  request.query = {{"u", "anna"}, {"p", "enc:736573616d65"}};
  EXPECT_TRUE(logs_in(request, with_token()));
  request.query[0].second = "bob";
  EXPECT_FALSE(logs_in(request, with_token()));
  EXPECT_TRUE(logs_in(request, ServeOptions()));
}

int status(const std::string& host, const std::string& origin, const ServeOptions& options) {
  Request request;
  request.headers = {{"host", host}};
  if (!origin.empty()) request.headers.emplace_back("origin", origin);
  const auto refused = refused_by_origin(request, options);
  return refused ? refused->status : 200;
}

TEST(Origin, AddressesAndOwnNamesOnly) {
  const ServeOptions open;
  for (const char* good : {"127.0.0.1:8080", "localhost", "[::1]:8080", "10.0.0.7", "a.localhost"})
    EXPECT_EQ(status(good, "", open), 200) << good;
  for (const char* wrong : {"evil.example", "127.0.0.1.evil.example:8080", "[evil", "localhost.evil"})
    EXPECT_EQ(status(wrong, "", open), 421) << wrong;
  EXPECT_EQ(status("", "", open), 400);
  EXPECT_EQ(status("music.example", "", with_token()), 200);
}

TEST(Origin, OtherPagesMayNotAsk) {
  EXPECT_EQ(status("localhost:8080", "http://localhost:8080", {}), 200);
  EXPECT_EQ(status("music.example", "https://music.example", with_token()), 200);
  for (const char* wrong : {"http://localhost", "http://localhost:8081", "null", "http://evil.example"})
    EXPECT_EQ(status("localhost:8080", wrong, with_token()), 403) << wrong;
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
