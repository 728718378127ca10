// Reading weaviate://HOST[:PORT[:GRPC]][,HOST…]/COLLECTION.
#include "remote/weaviate/protocol/address.h"

#include <algorithm>
#include <charconv>

#include "core/ascii.h"
#include "core/environment.h"
#include "core/paths.h"

namespace hearken::remote::weaviate {
namespace {

constexpr int kRestPort = 8080, kGrpcPort = 50051, kTlsPort = 443;
constexpr std::size_t kLongestCollection = 200;  // the engine takes 255, and names are made of it (collections.h)

class Reader {
 public:
  explicit Reader(std::string_view url) : url_(url) {}

  Address read() const {
    Address out;
    out.written = std::string(url_);
    std::string_view rest = url_;
    if (rest.starts_with("weaviates://")) {
      out.tls = true;
    } else if (!rest.starts_with("weaviate://")) {
      fail("it does not begin with weaviate:// or weaviates://");
    }
    rest.remove_prefix(rest.find("://") + 3);

    const std::size_t slash = rest.find('/');
    if (slash == std::string_view::npos) fail("no /COLLECTION follows the hosts");
    out.collection = collection(rest.substr(slash + 1));
    std::string_view hosts = rest.substr(0, slash);
    for (;;) {
      const std::size_t comma = hosts.find(',');
      out.endpoints.push_back(endpoint(hosts.substr(0, comma), out.tls));
      if (comma == std::string_view::npos) break;
      hosts.remove_prefix(comma + 1);
    }
    return out;
  }

 private:
  [[noreturn]] void fail(const std::string& why) const {
    throw Error(ErrorCode::invalid_argument,
                "engine " + display(url_) + ": " + why + "; it is weaviate://HOST[:PORT[:GRPC]][,HOST…]/COLLECTION");
  }

  std::string collection(std::string_view name) const {
    if (name.empty()) fail("no COLLECTION follows the /");
    const bool valid = is_letter(name[0]) && name.size() <= kLongestCollection &&
                       std::all_of(name.begin(), name.end(), [](char c) { return is_alphanumeric(c) || c == '_'; });
    if (!valid)
      fail("collection " + display(name) + " is not a letter followed by letters, digits and _, at most " +
           std::to_string(kLongestCollection));
    std::string out(name);
    if (out[0] >= 'a') out[0] = static_cast<char>(out[0] - 'a' + 'A');
    return out;
  }

  Endpoint endpoint(std::string_view text, bool tls) const {
    Endpoint out;
    out.rest_port = tls ? kTlsPort : kRestPort;
    out.grpc_port = tls ? kTlsPort : kGrpcPort;
    std::string_view ports;
    if (text.starts_with('[')) {
      const std::size_t close = text.find(']');
      if (close == std::string_view::npos) fail(display(text) + " has a [ without a ]");
      out.host = std::string(text.substr(1, close - 1));
      ports = text.substr(close + 1);
      const auto of_an_address = [](char c) {
        return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || c == ':' || c == '.';
      };
      if (out.host.empty() || !std::all_of(out.host.begin(), out.host.end(), of_an_address))
        fail("[" + display(out.host) + "] is no IPv6 address");
      if (!ports.empty() && ports[0] != ':') fail("nothing but a port may follow the ] of " + display(text));
    } else {
      const std::size_t colon = std::min(text.find(':'), text.size());
      out.host = std::string(text.substr(0, colon));
      ports = text.substr(colon);
      if (out.host.empty()) fail("a host is empty");
      const auto of_a_name = [](char c) { return is_alphanumeric(c) || c == '.' || c == '-' || c == '_'; };
      if (!std::all_of(out.host.begin(), out.host.end(), of_a_name))
        fail(display(out.host) + " is not the name of a host");
    }
    if (ports.empty()) return out;
    ports.remove_prefix(1);
    const std::size_t colon = ports.find(':');
    out.rest_port = port(ports.substr(0, colon));
    if (colon != std::string_view::npos) {
      out.grpc_port = port(ports.substr(colon + 1));
    } else if (tls) {
      out.grpc_port = out.rest_port;  // one front for both, as a reverse proxy with TLS is
    }
    return out;
  }

  int port(std::string_view text) const {
    int out = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    constexpr int kLastPort = 65535;
    if (error != std::errc() || end != text.data() + text.size() || out < 1 || out > kLastPort)
      fail("\"" + display(text) + "\" is no port from 1 to 65535");
    return out;
  }

  std::string_view url_;
};

}  // namespace

Address parse_address(std::string_view url) { return Reader(url).read(); }

Access access_from_environment() {
  Access out{environment("HEARKEN_ENGINE_KEY"), environment("HEARKEN_ENGINE_CA")};
  const auto visible = [](char c) { return c > ' ' && c < '\x7f'; };
  if (!std::all_of(out.key.begin(), out.key.end(), visible))  // it becomes a line of a header
    throw Error(ErrorCode::invalid_argument,
                "HEARKEN_ENGINE_KEY: blanks, line ends or other than ASCII are in the key");
  return out;
}

}  // namespace hearken::remote::weaviate
