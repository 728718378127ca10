// Browsers that have logged in: each has a cookie of its own, until it logs out, is thrown out, or the server ends.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace hearken::server {

struct BrowserSession {
  std::int64_t id = 0;  // from 1 on
  std::string token;    // the name of the token that it logged in with, as Caller::name
  std::string token_digest;
  std::string address, browser;
  std::int64_t began_at = 0, seen_at = 0;  // Unix seconds
};

/// In memory only. Any thread may call.
class Sessions {
 public:
  static constexpr std::int64_t kIdleSeconds = std::int64_t{30} * 24 * 3600;

  /// Returns the cookie's value. Of too many the one that was away longest ends.
  std::string begin(BrowserSession session);
  /// The session of a cookie, which is seen by that.
  std::optional<BrowserSession> find(const std::string& cookie);
  void end(const std::string& cookie);
  /// By id.
  std::vector<BrowserSession> all();
  /// False when there is none.
  bool end(std::int64_t id);

 private:
  void tidy();  // with the mutex held

  std::mutex mutex_;
  std::int64_t last_id_ = 0;
  std::map<std::string, BrowserSession> sessions_;  // by the cookie's digest
};

}  // namespace hearken::server
