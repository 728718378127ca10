// Secrets found in a request, looked up, and counted when they are wrong.
#include "server/access/gate.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <utility>

#include "core/paths.h"
#include "core/text.h"
#include "server/access/secret.h"
#include "server/http/errors.h"

namespace hearken::server {
namespace {

constexpr std::size_t kLongestAgent = 200;

std::string_view cookie_of(const Request& request) {
  std::string_view all = request.header("cookie");
  while (!all.empty()) {
    std::string_view one = all.substr(0, all.find(';'));
    all.remove_prefix(std::min(all.size(), one.size() + 1));
    one.remove_prefix(std::min(one.find_first_not_of(' '), one.size()));
    if (one.starts_with(kSessionCookie) && one.substr(kSessionCookie.size()).starts_with('='))
      return one.substr(kSessionCookie.size() + 1);
  }
  return {};
}

// Nothing: the header is not there. Another scheme than Bearer is a wrong secret like any other.
std::optional<std::string> bearer_of(const Request& request) {
  constexpr std::string_view kBearer = "bearer ";
  const std::string_view header = request.header("authorization");
  if (header.empty()) return std::nullopt;
  const bool is_bearer = lower_ascii(header.substr(0, kBearer.size())) == kBearer;
  return is_bearer ? std::string(header.substr(kBearer.size())) : std::string();
}

// The parameter p, in plain or as hexadecimal digits.
std::string password_of(const Request& request) {
  const std::string_view given = request.field("p").value_or("");
  constexpr std::string_view kHex = "enc:";
  if (!given.starts_with(kHex)) return std::string(given);
  return from_hex(lower_ascii(given.substr(kHex.size()))).value_or(std::string());
}

}  // namespace

Gate::Gate(std::string user, std::string token, std::filesystem::path library)
    : user_(std::move(user)), token_(std::move(token)), library_(std::move(library)) {
  const auto stored = read_tokens(library_);  // what is wrong with it is said at the start
  if (!stored) return;
  const std::string file = display(token_file(library_));
  if (stored->empty() && token_.empty())
    throw Error(ErrorCode::invalid_argument,
                file +
                    ": no token is left in it, so that nobody could ask; make one with hearken token add, or delete "
                    "the file if none is wanted");
  if (!token_.empty() && std::ranges::find(*stored, user_, &Token::name) != stored->end())
    throw Error(ErrorCode::invalid_argument,
                file + ": has a token named " + user_ + ", which is the --user of --token; choose another --user");
}

bool Gate::asks() {
  if (!token_.empty()) return true;
  tokens();
  const std::lock_guard lock(mutex_);
  return asks_;
}

// Read again when it has changed: what is revoked ends at once. What cannot be read lets nobody in.
std::vector<Token> Gate::tokens() {
  struct stat now{};
  std::optional<std::array<std::int64_t, 3>> at;
  if (::stat(token_file(library_).c_str(), &now) == 0)
    at = {static_cast<std::int64_t>(now.st_ino), static_cast<std::int64_t>(now.st_size),
          static_cast<std::int64_t>(now.st_mtim.tv_sec) * 1'000'000'000 + now.st_mtim.tv_nsec};
  const std::lock_guard lock(mutex_);
  asks_ = asks_ || at.has_value();
  if (at == at_) return tokens_;
  try {
    tokens_ = read_tokens(library_).value_or(std::vector<Token>());
    at_ = at;
  } catch (const Error&) {
    tokens_.clear();
    at_.reset();
  }
  return tokens_;
}

std::optional<Token> Gate::stored(const std::string& name) {
  for (const Token& token : tokens())
    if (token.name == name) return token;
  return std::nullopt;
}

// Compares a guess of the token that a person has thought up, unless this address has to wait; a wrong one counts.
bool Gate::is_main(const Request& request, const std::string& guess, const std::string& right_one) {
  if (const int seconds = backoff_.wait_seconds(request.client); seconds > 0) {
    Problem problem;
    problem.status = 429;
    problem.code = "too_many_guesses";
    problem.detail =
        fmt::format("too many wrong tokens came from this address; the next is looked at in {} s", seconds);
    problem.retry_after_seconds = seconds;
    throw HttpError(std::move(problem));
  }
  if (!right_one.empty() && same_secret(guess, right_one)) return true;
  backoff_.failed(request.client, guess);
  return false;
}

std::optional<Caller> Gate::by_secret(const Request& request, const std::string& secret) {
  const std::string digest = digest_of(secret);
  for (const Token& token : tokens())
    if (same_secret(token.digest, digest)) return Caller{token.name, token.right, 0};
  if (is_main(request, secret, token_)) return Caller{"", Right::admin, 0};
  return std::nullopt;
}

// A session lasts no longer than its token.
std::optional<Caller> Gate::by_cookie(const std::string& value) {
  const auto session = sessions_.find(value);
  if (!session) return std::nullopt;
  if (session->token.empty()) return Caller{"", Right::admin, session->id};
  const auto token = stored(session->token);
  if (!token || token->digest != session->token_digest) return std::nullopt;
  return Caller{token->name, token->right, session->id};
}

std::optional<Caller> Gate::by_login(const Request& request) {
  const std::string name(request.field("u").value_or(""));
  const auto salted = request.field("t");
  if (!salted) {
    if (!request.field("p")) return std::nullopt;
    const std::string password = password_of(request);
    const std::string digest = digest_of(password);
    const auto token = stored(name);
    if (token && same_secret(token->digest, digest)) return Caller{token->name, token->right, 0};
    if (is_main(request, password, name == user_ ? token_ : std::string())) return Caller{"", Right::admin, 0};
    return std::nullopt;
  }
  // A digest with salt cannot be compared with another digest: only the token that is held in memory can be.
  if (name != user_ && !tokens().empty())
    throw HttpError(401, "unsupported",
                    "tokens of hearken token are kept as digests; let the player send the password");
  const std::string salt(request.field("s").value_or(""));
  constexpr std::size_t kShortestSalt = 6;
  const bool can_be = name == user_ && salt.size() >= kShortestSalt && !token_.empty();
  if (is_main(request, lower_ascii(*salted), can_be ? md5_of(token_ + salt) : std::string()))
    return Caller{"", Right::admin, 0};
  return std::nullopt;
}

std::optional<Caller> Gate::known(const Request& request) {
  if (request.path.starts_with("/rest/")) return by_login(request);
  const std::string cookie(cookie_of(request));
  if (!cookie.empty())
    if (const auto caller = by_cookie(cookie)) return caller;
  if (const auto bearer = bearer_of(request)) return by_secret(request, *bearer);
  if (!cookie.empty()) is_main(request, cookie, {});  // counts as a guess
  return std::nullopt;
}

Caller Gate::admit(const Request& request, Right right) {
  if (right == Right::none) return {};
  if (!asks()) return {"", Right::admin, 0};
  const std::optional<Caller> caller = known(request);
  if (!caller)
    throw HttpError(
        401, "unauthorized",
        request.path.starts_with("/rest/") ? "wrong user name or password" : "the token is missing or wrong");
  if (caller->right < right)
    throw HttpError(403, "permission_denied",
                    fmt::format("this token may {}; {} is needed here", to_string(caller->right), to_string(right)));
  return *caller;
}

std::string Gate::log_in(const Request& request, const std::string& secret) {
  if (!asks()) return {};
  const std::optional<Caller> caller = by_secret(request, secret);
  if (!caller) throw HttpError(403, "permission_denied", "this is not the token");
  BrowserSession session;
  session.token = caller->name;
  session.token_digest = digest_of(secret);
  session.address = request.client;
  session.browser = display(request.header("user-agent").substr(0, kLongestAgent));
  return sessions_.begin(std::move(session));
}

void Gate::log_out(const Request& request) { sessions_.end(std::string(cookie_of(request))); }

}  // namespace hearken::server
