// Who may ask: the token, by header, cookie or Subsonic's parameters; and which requests a browser must not be
// talked into.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "server/http/errors.h"
#include "server/http/http.h"
#include "server/http/options.h"

namespace hearken::server {

inline constexpr std::string_view kSessionCookie = "hearken_session";
inline constexpr std::string_view kSetupHeader = "x-hearken-setup";

/// Compares in a time that does not tell how much of it was right.
bool same_secret(std::string_view a, std::string_view b);

/// The cookie's value for who has the token: a keyed hash, so that it says nothing about the token.
std::string session_of(const std::string& token);

/// Whether a request carries the token or the session's cookie, or none is asked for.
bool has_token(const Request& request, const ServeOptions& options);

/// Whether Subsonic's parameters u with p, or with t and s, log in (https://www.subsonic.org/pages/api.jsp). Without a
/// token everybody does.
bool logs_in(const Request& request, const ServeOptions& options);

/// What a request is for: a file of the page, or a route of the table.
enum class Target { page, route };

/// What a page of another site could make a browser send: a Host that is a name of elsewhere (DNS rebinding; names are
/// let through when a token protects them), an Origin that is not this server ("null" is none), a Sec-Fetch-Site that
/// names another page, for anything but a visit to the page. Nothing when all is well.
std::optional<Problem> refused_by_origin(const Request& request, const ServeOptions& options, Target target);

/// For requests that write: what the other headers leave open when a browser sends neither Origin nor Sec-Fetch-Site.
/// Chrome before 76, Firefox before 90 and Safari before 16.4 know no Sec-Fetch-Site, no browser sends it to an address
/// that is neither https nor loopback, and none sends an Origin with a GET. Refused are a Referer of elsewhere and,
/// where a link suffices to write, a browser without a Referer. What remains: a browser that hides its name
/// (User-Agent) as well as the Referer, and reading, of which no script of another page sees the answer.
std::optional<Problem> refused_by_referer(const Request& request, const ServeOptions& options);

/// Why a request may not see and choose folders of this computer: the server does not let anybody, or the request lacks
/// the setup token, which whoever started the server has read. Nothing when it may.
std::optional<Problem> refused_by_setup(const Request& request, const ServeOptions& options);

/// Whether an address is of this computer only.
bool is_loopback(const std::string& address);

}  // namespace hearken::server
