// HTTP as the hub needs it, on libcurl: redirects one by one under rules, downloads from an offset, a token that goes
// to its own host only.
//
// The rules of a redirect: at most ten; http and https only, and never from https back to http; never into a private
// network, unless the endpoint that the user chose (HF_ENDPOINT) is itself of that kind of network. They are checked
// against the address that a connection is really made to, so a name that resolves to a private address does not pass
// either. Behind a proxy (https_proxy and its like) it is the proxy that connects; then only addresses written in the
// redirect itself can be checked.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "model/hub/settings.h"

namespace hearken::model::hub {

enum class Outcome {
  answered,     // `status` and `headers` are there, and the body is complete
  unreachable,  // no name, no route, nobody listens
  dropped,      // the connection broke or fell silent; another try may do
};

struct Reply {
  Outcome outcome = Outcome::answered;
  int status = 0;
  std::map<std::string, std::string, std::less<>> headers;  // names in lower case
  std::string reason;                                       // one line, when not answered

  /// Empty when there is none.
  std::string header(std::string_view name) const;
  bool redirects() const;
};

/// Takes a piece of the body of an answer with status 200 or 206 (other bodies are thrown away). What it throws ends
/// the transfer and comes out of the call.
using Body = std::function<void(const Reply& so_far, std::string_view piece)>;

/// One conversation; not shared between threads, connections are kept open between calls.
class Http {
 public:
  Http(Endpoint endpoint, std::string token, int stall_seconds);
  ~Http();
  Http(const Http&) = delete;
  Http& operator=(const Http&) = delete;

  /// A request that takes longer counts as dropped; without it only silence ends one.
  void limit_seconds(long seconds);

  const std::string& endpoint() const;
  bool has_token() const;

  /// Follows redirects until `enough(reply)`; it is asked about each answer.
  /// Throws Error: permission_denied (a rule forbids the next step), io (redirects without end, TLS).
  Reply head(const std::string& url, const std::function<bool(const Reply&)>& enough);
  /// From byte `offset` on, if the server can do that: 206, else 200 with all of it.
  Reply get(const std::string& url, std::uint64_t offset, const Body& body);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Throws Error(permission_denied) for a redirect that no hub may ask for: to anything but http and https, or from
/// https to http. Part of what head() and get() check.
void check_redirect_schemes(const std::string& from_url, const std::string& to_url);

/// Percent-encoded for one place in a URL; `keep_slashes` for a path.
std::string url_encoded(std::string_view text, bool keep_slashes);

}  // namespace hearken::model::hub
