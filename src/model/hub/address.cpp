// The tables of IANA's special-purpose addresses, as far as they matter here (RFC 6890 and its successors).
#include "model/hub/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <array>
#include <cstdint>
#include <cstring>

#include "core/text.h"

namespace hearken::model::hub {
namespace {

using Bytes = std::array<std::uint8_t, 16>;

struct Range4 {
  std::uint32_t base;
  int bits;
  AddressKind kind;
};
constexpr Range4 kRanges4[] = {
    {0x00000000, 8, AddressKind::special},      // this network
    {0x0A000000, 8, AddressKind::local},        // 10/8
    {0x64400000, 10, AddressKind::local},       // 100.64/10, between provider and customer
    {0x7F000000, 8, AddressKind::loopback},     // 127/8
    {0xA9FE0000, 16, AddressKind::link_local},  // 169.254/16
    {0xAC100000, 12, AddressKind::local},       // 172.16/12
    {0xC0000000, 24, AddressKind::special},     // 192.0.0/24
    {0xC0000200, 24, AddressKind::special},     // 192.0.2/24, documentation
    {0xC0A80000, 16, AddressKind::local},       // 192.168/16
    {0xC6120000, 15, AddressKind::local},       // 198.18/15, benchmarks; also what some proxies make up
    {0xC6336400, 24, AddressKind::special},     // 198.51.100/24, documentation
    {0xCB007100, 24, AddressKind::special},     // 203.0.113/24, documentation
    {0xE0000000, 3, AddressKind::special},      // multicast and reserved
};

struct Range6 {
  Bytes base;
  int bits;
  AddressKind kind;
};
constexpr Range6 kRanges6[] = {
    {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}, 128, AddressKind::loopback},
    {{0xFC}, 7, AddressKind::local},
    {{0xFE, 0xC0}, 10, AddressKind::local},  // site-local, given up but still private
    {{0xFE, 0x80}, 10, AddressKind::link_local},
    {{0x20, 0x01, 0x0D, 0xB8}, 32, AddressKind::special},           // documentation
    {{0x20, 0x01, 0x00, 0x00}, 23, AddressKind::special},           // protocols, Teredo among them
    {{0x00, 0x64, 0xFF, 0x9B, 0x00, 0x01}, 48, AddressKind::local}  // NAT64 of a local network
};

AddressKind kind4(std::uint32_t address) {
  for (const Range4& range : kRanges4)
    if ((address ^ range.base) >> (32 - range.bits) == 0) return range.kind;
  return AddressKind::open;
}

bool same_prefix(const Bytes& a, const Bytes& b, int bits) {
  for (int i = 0; i < bits; ++i) {
    const auto byte = static_cast<std::size_t>(i / 8);
    const int shift = 7 - i % 8;
    if ((((a[byte] ^ b[byte]) >> shift) & 1) != 0) return false;
  }
  return true;
}

AddressKind kind6(const Bytes& a) {
  const auto inner = [&](std::size_t at) {
    return kind4(static_cast<std::uint32_t>(a[at]) << 24 | static_cast<std::uint32_t>(a[at + 1]) << 16 |
                 static_cast<std::uint32_t>(a[at + 2]) << 8 | a[at + 3]);
  };
  if (same_prefix(a, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF}, 96)) return inner(12);  // mapped
  if (same_prefix(a, {0x00, 0x64, 0xFF, 0x9B}, 96)) return inner(12);                    // NAT64
  if (same_prefix(a, {0x20, 0x02}, 16)) return inner(2);                                 // 6to4
  for (const Range6& range : kRanges6)
    if (same_prefix(a, range.base, range.bits)) return range.kind;
  return same_prefix(a, {0x20}, 3) ? AddressKind::open : AddressKind::special;  // 2000::/3 is all that is given out
}

}  // namespace

AddressKind kind_of(const sockaddr& address) {
  if (address.sa_family == AF_INET) {
    sockaddr_in in{};
    std::memcpy(&in, &address, sizeof in);
    return kind4(ntohl(in.sin_addr.s_addr));
  }
  if (address.sa_family == AF_INET6) {
    sockaddr_in6 in{};
    std::memcpy(&in, &address, sizeof in);
    Bytes bytes{};
    std::memcpy(bytes.data(), &in.sin6_addr, bytes.size());
    return kind6(bytes);
  }
  return AddressKind::special;
}

std::optional<AddressKind> kind_of_host(std::string_view host) {
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  std::string text = lower_ascii(host.substr(0, host.find('%')));  // without an IPv6 zone
  if (text.ends_with('.')) text.pop_back();
  if (text == "localhost" || text.ends_with(".localhost")) return AddressKind::loopback;
  in_addr v4{};
  if (::inet_pton(AF_INET, text.c_str(), &v4) == 1) return kind4(ntohl(v4.s_addr));
  Bytes v6{};
  if (::inet_pton(AF_INET6, text.c_str(), v6.data()) == 1) return kind6(v6);
  return std::nullopt;
}

std::string text_of(const sockaddr& address) {
  char text[INET6_ADDRSTRLEN] = {};
  sockaddr_in in4{};
  sockaddr_in6 in6{};
  if (address.sa_family == AF_INET) {
    std::memcpy(&in4, &address, sizeof in4);
    ::inet_ntop(AF_INET, &in4.sin_addr, text, sizeof text);
  } else if (address.sa_family == AF_INET6) {
    std::memcpy(&in6, &address, sizeof in6);
    ::inet_ntop(AF_INET6, &in6.sin6_addr, text, sizeof text);
  }
  return text;
}

}  // namespace hearken::model::hub
