// Hosts and the headers of browsers looked at.
#include "server/access/origin.h"

#include <arpa/inet.h>
#include <unistd.h>

#include "core/text.h"
#include "server/access/secret.h"

namespace hearken::server {
namespace {

// Without its port and brackets.
std::string host_name(std::string_view host) {
  if (host.starts_with('['))
    return lower_ascii(host.substr(1, host.find(']') == std::string_view::npos ? host.size() : host.find(']') - 1));
  return lower_ascii(host.substr(0, host.find(':')));
}

bool is_address(const std::string& name) {
  unsigned char bytes[16];
  return ::inet_pton(AF_INET, name.c_str(), bytes) == 1 || ::inet_pton(AF_INET6, name.c_str(), bytes) == 1;
}

bool is_own_name(const std::string& name, const std::string& own_host) {
  if (name == "localhost" || name.ends_with(".localhost") || name == lower_ascii(own_host)) return true;
  char own[256] = {};
  if (::gethostname(own, sizeof own - 1) != 0) return false;
  const std::string mine = lower_ascii(own);
  return name == mine || name == mine + ".local";
}

Problem refused_page() {
  Problem problem;
  problem.status = 403;
  problem.code = "permission_denied";
  problem.detail = "pages of other sites may not ask this server";
  return problem;
}

// Whether "http://127.0.0.1:8080" is the server that was asked. Behind a proxy it may be https.
bool is_own_origin(std::string_view origin, const Request& request) {
  const std::string host = lower_ascii(request.header("host"));
  const std::string given = lower_ascii(origin);
  return given == "http://" + host || given == "https://" + host;
}

// The "http://127.0.0.1:8080" of "http://127.0.0.1:8080/playlists?list=1".
std::string_view origin_in(std::string_view address) {
  const std::size_t scheme = address.find("://");
  return scheme == std::string_view::npos ? address : address.substr(0, address.find_first_of("/?#", scheme + 3));
}

// Whether another page made the browser send this (https://www.w3.org/TR/fetch-metadata/): no script can change the
// header, and programs do not send it. A page of another port is "same-site", and as foreign as any.
bool is_sent_by_another_page(const Request& request) {
  const std::string site = lower_ascii(request.header("sec-fetch-site"));
  return !site.empty() && site != "same-origin" && site != "none";  // none: typed, or a bookmark
}

// A tab that goes to an address, which shows whose page it is; not a frame, an image or a script.
bool is_visit(const Request& request) {
  return request.method == "GET" && lower_ascii(request.header("sec-fetch-mode")) == "navigate" &&
         lower_ascii(request.header("sec-fetch-dest")) == "document";
}

// All browsers say Mozilla/5.0 and what they run on; what only says Mozilla/5.0 is a program, such as one of Qt's.
bool is_browser(const Request& request) { return request.header("user-agent").starts_with("Mozilla/5.0 ("); }

bool is_subsonic(const Request& request) { return request.path.starts_with("/rest/"); }

// What a link, an image or a form can ask for. Elsewhere a write is JSON or has a method that browsers ask about first.
bool suffices_a_link(const Request& request) { return request.method == "GET" || is_subsonic(request); }

}  // namespace

std::optional<Problem> refused_by_origin(const Request& request, const std::string& own_host, bool asks,
                                         Target target) {
  const std::string_view host = request.header("host");
  Problem problem;
  if (host.empty()) {
    problem.status = 400;
    problem.code = "invalid_argument";
    problem.detail = "there is no Host header";
    return problem;
  }
  const std::string name = host_name(host);
  if (!asks && !is_address(name) && !is_own_name(name, own_host)) {
    problem.status = 421;
    problem.code = "permission_denied";
    problem.detail = "this server goes by its address, or with a token by any name";
    return problem;
  }
  const std::string_view origin = request.header("origin");
  if (!origin.empty() && !is_own_origin(origin, request)) return refused_page();
  if (is_sent_by_another_page(request) && !(target == Target::page && is_visit(request))) return refused_page();
  return std::nullopt;
}

std::optional<Problem> refused_by_referer(const Request& request, bool asks) {
  if (!request.header("origin").empty() || !request.header("sec-fetch-site").empty()) return std::nullopt;
  if (is_subsonic(request) && asks) return std::nullopt;  // it carries a login that no page knows
  const std::string_view referer = request.header("referer");
  if (!referer.empty())
    return is_own_origin(origin_in(referer), request) ? std::nullopt : std::optional(refused_page());
  if (!is_browser(request) || !suffices_a_link(request)) return std::nullopt;
  Problem problem = refused_page();
  problem.detail =
      "this browser does not say which page asks to write; ask with another program, or from this server's page";
  return problem;
}

std::optional<Problem> refused_by_setup(const Request& request, const ServeOptions& options) {
  Problem problem;
  problem.status = 403;
  if (options.setup_token.empty()) {
    problem.code = "permission_denied";
    problem.detail =
        options.roots.empty()
            ? "folders are chosen only where the server listens on this computer alone; name them with "
              "--allow-root"
            : "the server was told with --allow-root which folders may be indexed; others cannot be chosen";
    return problem;
  }
  const std::string_view given = request.header(kSetupHeader);
  if (same_secret(given, options.setup_token)) return std::nullopt;
  problem.code = "unauthorized";
  problem.detail = given.empty() ? "the header X-Hearken-Setup is missing; its value is in the address that the server "
                                   "printed, behind #setup="
                                 : "X-Hearken-Setup is not what this run of the server printed behind #setup=";
  return problem;
}

bool is_loopback(const std::string& address) {
  in_addr four{};
  if (::inet_pton(AF_INET, address.c_str(), &four) == 1) return (ntohl(four.s_addr) >> 24) == 127;
  in6_addr six{};
  if (::inet_pton(AF_INET6, address.c_str(), &six) == 1) return IN6_IS_ADDR_LOOPBACK(&six);
  return false;
}

}  // namespace hearken::server
