// Where the hub may lead: kinds of addresses, redirects, and the address that a connection is really made to.
#include "model/hub/http.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

#include "hearken/error.h"
#include "model/hub/address.h"

namespace hearken::model::hub {
namespace {

AddressKind kind(const char* text) {
  sockaddr_in in{};
  in.sin_family = AF_INET;
  if (::inet_pton(AF_INET, text, &in.sin_addr) == 1) return kind_of(reinterpret_cast<const sockaddr&>(in));
  sockaddr_in6 in6{};
  in6.sin6_family = AF_INET6;
  EXPECT_EQ(::inet_pton(AF_INET6, text, &in6.sin6_addr), 1) << text;
  return kind_of(reinterpret_cast<const sockaddr&>(in6));
}

TEST(HubAddress, PublicOnes) {
  for (const char* text : {"1.1.1.1",      "9.255.255.255", "11.0.0.0",       "100.63.255.255",   "100.128.0.0",
                           "126.0.0.1",    "128.0.0.1",     "169.253.0.1",    "172.15.255.255",   "172.32.0.0",
                           "192.167.0.1",  "192.169.0.1",   "198.17.0.1",     "198.20.0.1",       "223.255.255.255",
                           "2606:4700::1", "2a00::1",       "::ffff:1.1.1.1", "64:ff9b::1.1.1.1", "2002:101:101::1"})
    EXPECT_EQ(kind(text), AddressKind::open) << text;
}

TEST(HubAddress, OthersAreNoPlaceForAHubToLeadTo) {
  for (const char* text : {"127.0.0.1", "127.255.255.255", "::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1"})
    EXPECT_EQ(kind(text), AddressKind::loopback) << text;
  for (const char* text :
       {"10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "100.64.0.1", "198.18.0.1", "198.19.255.255",
        "fc00::1", "fdff::1", "fec0::1", "::ffff:10.0.0.1", "2002:a00:1::", "64:ff9b:1::1"})
    EXPECT_EQ(kind(text), AddressKind::local) << text;
  for (const char* text : {"169.254.169.254", "fe80::1", "febf::1", "::ffff:169.254.1.1"})
    EXPECT_EQ(kind(text), AddressKind::link_local) << text;
  for (const char* text : {"0.0.0.0", "224.0.0.1", "240.0.0.1", "255.255.255.255", "192.0.0.1", "203.0.113.1",
                           "::", "ff02::1", "2001:db8::1", "2001::1", "4000::1"})
    EXPECT_EQ(kind(text), AddressKind::special) << text;
}

TEST(HubAddress, Hosts) {
  EXPECT_EQ(kind_of_host("localhost"), AddressKind::loopback);
  EXPECT_EQ(kind_of_host("a.LocalHost."), AddressKind::loopback);
  EXPECT_EQ(kind_of_host("[fe80::1%25eth0]"), AddressKind::link_local);
  EXPECT_EQ(kind_of_host("10.0.0.1"), AddressKind::local);
  EXPECT_EQ(kind_of_host("cdn.example"), std::nullopt);
}

TEST(HubRedirect, Schemes) {
  EXPECT_NO_THROW(check_redirect_schemes("https://a.example/x", "https://b.example/y"));
  EXPECT_NO_THROW(check_redirect_schemes("https://a.example/x", "/y"));
  EXPECT_NO_THROW(check_redirect_schemes("http://a.example/x", "https://a.example/x"));
  EXPECT_THROW(check_redirect_schemes("https://a.example/x", "http://a.example/x"), Error);
  EXPECT_THROW(check_redirect_schemes("https://a.example/x", "ftp://a.example/x"), Error);
  EXPECT_THROW(check_redirect_schemes("http://a.example/x", "file:///etc/passwd"), Error);
  EXPECT_THROW(check_redirect_schemes("https://a.example/x", "https://user:word@b.example/"), Error);
}

TEST(HubRedirect, UrlsAreEncoded) {
  EXPECT_EQ(url_encoded("refs/pr/1", false), "refs%2Fpr%2F1");
  EXPECT_EQ(url_encoded("a b/ü?#%.pt", true), "a%20b/%C3%BC%3F%23%25.pt");
}

// Listens on loopback and never answers.
struct Listener {
  int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  Listener() {
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    EXPECT_EQ(::bind(socket, reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_EQ(::listen(socket, 1), 0);
    EXPECT_EQ(::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size), 0);
  }
  ~Listener() { ::close(socket); }
  std::string url(const std::string& host) const {
    return "http://" + host + ":" + std::to_string(ntohs(address.sin_port));
  }
  bool somebody_came() const {
    pollfd wanted{socket, POLLIN, 0};
    return ::poll(&wanted, 1, 0) == 1;
  }
};

TEST(HubRedirect, APublicHubThatResolvesToThisMachineIsNotConnectedTo) {
  for (const char* name : {"http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"}) ::unsetenv(name);
  const Listener listener;
  for (const char* host : {"127.0.0.1", "localhost"}) {
    Http http({listener.url(host), false}, "", 1);
    try {
      http.get(listener.url(host) + "/x", 0, {});
      FAIL() << host;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::permission_denied);
      EXPECT_NE(std::string(error.what()).find("HF_ENDPOINT"), std::string::npos) << error.what();
    }
    EXPECT_FALSE(listener.somebody_came());
  }
  // The same place, when the user has chosen it: connected to, and silent.
  Http chosen({listener.url("127.0.0.1"), true}, "", 1);
  EXPECT_EQ(chosen.get(listener.url("127.0.0.1") + "/x", 0, {}).outcome, Outcome::dropped);
  EXPECT_TRUE(listener.somebody_came());
}

}  // namespace
}  // namespace hearken::model::hub
