// Who asks, by token, cookie or Subsonic's login, and whether that suffices. The one place where secrets are looked at.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/access/backoff.h"
#include "server/access/rights.h"
#include "server/access/sessions.h"
#include "server/access/tokens.h"
#include "server/http/http.h"

namespace hearken::server {

inline constexpr std::string_view kSessionCookie = "hearken_session";

/// Tokens of at least so many characters where other computers reach the server.
inline constexpr std::size_t kShortestToken = 16;

/// Any thread may call.
///
/// Who guesses has to wait (Backoff), whichever way he takes. What the server or `hearken token` made, cookies and
/// tokens, cannot be guessed and is looked up also while an address waits; the token of `serve --token`, which a person
/// has thought up, is not.
class Gate {
 public:
  /// `token` is that of `serve --token`, empty without one; `user` its name for Subsonic's players. Throws as
  /// read_tokens(), and Error(invalid_argument) where nobody could get in, or where a token is named like `user`.
  Gate(std::string user, std::string token, std::filesystem::path library);

  /// Whether a token is asked for: there is one, or a file of tokens was there since the server started.
  bool asks();

  /// Who asks for a route that needs `right`; a path below /rest logs in with the parameters u with p, or t and s
  /// (https://www.subsonic.org/pages/api.jsp). Throws HttpError 401 (no secret, or a wrong one), 403 (the right is not
  /// enough) and 429 (this address has guessed too often).
  Caller admit(const Request& request, Right right);

  /// A session's cookie for who has this token; empty where none is asked for. Throws HttpError 403 and 429.
  std::string log_in(const Request& request, const std::string& secret);
  /// Ends the session of the request's cookie.
  void log_out(const Request& request);

  Sessions& sessions() noexcept { return sessions_; }

 private:
  std::optional<Caller> known(const Request& request);
  std::optional<Caller> by_secret(const Request& request, const std::string& secret);
  std::optional<Caller> by_login(const Request& request);
  std::optional<Caller> by_cookie(const std::string& value);
  std::optional<Token> stored(const std::string& name);
  bool is_main(const Request& request, const std::string& guess, const std::string& right_one);
  std::vector<Token> tokens();

  const std::string user_, token_;
  const std::filesystem::path library_;
  Backoff backoff_;
  Sessions sessions_;
  std::mutex mutex_;
  std::vector<Token> tokens_;                      // as the file was when it was
  std::optional<std::array<std::int64_t, 3>> at_;  // of this inode, size and time; nothing: not there
  bool asks_ = false;
};

}  // namespace hearken::server
