// What the hub is asked: the files of a repository, and what it says about one of them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hearken/error.h"
#include "model/hub/http.h"

namespace hearken::model::hub {

/// There is no way to the hub, or it does not work at the moment; what is in the cache may do instead. The message says
/// why, not for which model.
class Unreachable : public Error {
 public:
  explicit Unreachable(const std::string& why) : Error(ErrorCode::io, why) {}
};

struct Listing {
  std::string commit;
  std::vector<std::string> files;  // as valid_file allows; others are left out
};

struct RemoteFile {
  std::string commit;
  std::string etag;                    // names_content(etag)
  std::optional<std::uint64_t> bytes;  // some servers do not say
};

/// Not shared between threads. All functions throw Error: not_found (says whether it is the repository, the revision or
/// the file), permission_denied (a token is needed, terms are to be accepted, a redirect is not allowed), corrupt (an
/// answer makes no sense), Unreachable.
class Client {
 public:
  /// Speaks to endpoint() with token().
  Client();

  const std::string& endpoint() const { return http_.endpoint(); }

  Listing list(std::string_view repo, std::string_view revision);
  RemoteFile about(std::string_view repo, std::string_view revision, std::string_view file);

  /// The content from `offset` on, once, as Http::get: the caller looks at the outcome and tries again.
  Reply fetch(std::string_view repo, std::string_view commit, std::string_view file, std::uint64_t offset,
              const Body& body);

  /// Turns an answer that is no success into the error that says what to do.
  [[noreturn]] void refuse(const Reply& reply, std::string_view repo, std::string_view revision,
                           std::string_view file) const;

 private:
  std::string file_url(std::string_view repo, std::string_view revision, std::string_view file) const;
  Http http_;
};

/// Whether another try may help: a dropped connection, too many requests, the server's own trouble.
bool may_pass(const Reply& reply);

/// Waits before try number `tries_before` + 1: half a second and double each time, or as long as the answer asks
/// (Retry-After), at most half a minute.
void back_off(const Reply& reply, int tries_before);

}  // namespace hearken::model::hub
