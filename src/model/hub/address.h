// What kind of network an address belongs to: the hub's answers must not lead a program into the user's own network.
#pragma once

#include <sys/socket.h>

#include <optional>
#include <string>
#include <string_view>

namespace hearken::model::hub {

enum class AddressKind {
  open,        // the public internet
  loopback,    // this machine
  local,       // private networks: RFC 1918, 4193, 6598, 2544
  link_local,  // RFC 3927, 4291: also where clouds keep their machines' credentials
  special,     // unspecified, multicast, reserved, for documentation
};

/// IPv6 forms that carry an IPv4 address (mapped, NAT64, 6to4) are of that address's kind. Not IP at all: special.
AddressKind kind_of(const sockaddr& address);

/// The kind of a host that is written as an address or is `localhost`; nothing for a name that has to be looked up.
/// IPv6 with or without its brackets.
std::optional<AddressKind> kind_of_host(std::string_view host);

/// "192.168.0.1", "fe80::1".
std::string text_of(const sockaddr& address);

}  // namespace hearken::model::hub
