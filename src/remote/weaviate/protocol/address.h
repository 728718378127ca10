// Where an engine is: what people write behind --cluster.
//
//   weaviate://HOST[:PORT[:GRPC]][,HOST…]/COLLECTION       weaviates:// over TLS
//
// PORT is that of REST (8080; 443 over TLS), GRPC that of gRPC (50051; 443 over TLS). Several hosts are nodes of one
// cluster. COLLECTION is a name of letters, digits and _, the first of them a letter.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace hearken::remote::weaviate {

struct Endpoint {
  std::string host;  // an IPv6 address without its brackets
  int rest_port = 0, grpc_port = 0;
};

struct Address {
  std::vector<Endpoint> endpoints;  // at least one
  bool tls = false;
  std::string collection;  // its first letter is a capital: Weaviate makes it one
  std::string written;     // as it was given
};

/// Throws Error(invalid_argument), naming what is wrong with it.
Address parse_address(std::string_view url);

/// What is not in the address, since addresses are seen by others.
struct Access {
  std::string key;                // HEARKEN_ENGINE_KEY: an API key; empty: none
  std::filesystem::path ca_file;  // HEARKEN_ENGINE_CA: certificates that TLS trusts, PEM; empty: the system's
};
Access access_from_environment();

}  // namespace hearken::remote::weaviate
