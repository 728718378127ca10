// Which requests a browser must not be talked into by a page of another site.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "server/http/errors.h"
#include "server/http/http.h"
#include "server/http/options.h"

namespace hearken::server {

inline constexpr std::string_view kSetupHeader = "x-hearken-setup";

/// What a request is for: a file of the page, or a route of the table.
enum class Target { page, route };

/// What a page of another site could make a browser send: a Host that is a name of elsewhere (DNS rebinding; names are
/// let through where `asks` says that a token is asked for), an Origin that is not this server ("null" is none), a
/// Sec-Fetch-Site that names another page, for anything but a visit to the page. Nothing when all is well.
std::optional<Problem> refused_by_origin(const Request& request, const std::string& own_host, bool asks, Target target);

/// For requests that write: what the other headers leave open when a browser sends neither Origin nor Sec-Fetch-Site.
/// Chrome before 76, Firefox before 90 and Safari before 16.4 know no Sec-Fetch-Site, no browser sends it to an address
/// that is neither https nor loopback, and none sends an Origin with a GET. Refused are a Referer of elsewhere and,
/// where a link suffices to write, a browser without a Referer. What remains: a browser that hides its name
/// (User-Agent) as well as the Referer, and reading, of which no script of another page sees the answer.
std::optional<Problem> refused_by_referer(const Request& request, bool asks);

/// Why a request may not see and choose folders of this computer: the server does not let anybody, or the request lacks
/// the setup token, which whoever started the server has read. Nothing when it may.
std::optional<Problem> refused_by_setup(const Request& request, const ServeOptions& options);

/// Whether an address is of this computer only.
bool is_loopback(const std::string& address);

}  // namespace hearken::server
