// libcurl behind Http. libcurl itself follows no redirect: each step is checked here first.
#include "model/hub/http.h"

#include <unistd.h>

#include <exception>
#include <optional>
#include <utility>

#include "core/curl.h"
#include "core/enum_names.h"
#include "core/environment.h"
#include "core/paths.h"
#include "core/percent.h"
#include "core/text.h"
#include "model/hub/address.h"

namespace hearken::model::hub {
namespace {

constexpr int kMostRedirects = 10;
constexpr long kConnectSeconds = 15;
constexpr long kReadBuffer = 512 * 1024;

// A URL taken apart by libcurl, so that what is checked is what libcurl will connect to.
class Url {
 public:
  explicit Url(const std::string& text) : url_(curl_url()) { set(text); }
  /// Where `location` leads from here.
  Url follow(const std::string& location) const {
    Url next(*this);
    next.set(location);
    return next;
  }
  Url(const Url& other) : url_(curl_url_dup(other.url_.get())) {}
  Url& operator=(const Url&) = delete;

  std::string scheme() const { return part(CURLUPART_SCHEME, 0); }
  std::string host() const { return part(CURLUPART_HOST, 0); }
  std::string text() const { return part(CURLUPART_URL, 0); }
  bool same_origin(const Url& other) const {
    const auto port = [](const Url& url) { return url.part(CURLUPART_PORT, CURLU_DEFAULT_PORT); };
    return scheme() == other.scheme() && host() == other.host() && port(*this) == port(other);
  }

 private:
  void set(const std::string& text) {
    if (curl_url_set(url_.get(), CURLUPART_URL, text.c_str(), CURLU_DISALLOW_USER) != CURLUE_OK)
      throw Error(ErrorCode::io, "the hub's address " + display(text) + " is not one that can be asked");
  }
  std::string part(CURLUPart which, unsigned flags) const {
    char* text = nullptr;
    if (curl_url_get(url_.get(), which, &text, flags) != CURLUE_OK) return {};
    std::string out = text;
    curl_free(text);
    return which == CURLUPART_HOST ? lower_ascii(out) : out;
  }
  std::unique_ptr<CURLU, FreeCurl> url_;
};

// libcurl reads these itself; here it only matters that there is one.
bool behind_a_proxy(const std::string& scheme) {
  const auto set = [](const char* name) { return !environment(name).empty(); };
  if (set("all_proxy") || set("ALL_PROXY")) return true;
  return scheme == "https" ? set("https_proxy") || set("HTTPS_PROXY") : set("http_proxy");
}

void check_schemes(const Url& from, const Url& to) {
  const auto no = [&](const std::string& why) {
    throw Error(ErrorCode::permission_denied,
                "the hub redirects from " + display(from.host()) + " to " + display(to.text()) + ": " + why);
  };
  if (to.scheme() != "https" && to.scheme() != "http") no("only http and https are followed");
  if (from.scheme() == "https" && to.scheme() == "http") no("from an encrypted to an open connection");
}

std::string_view name_of(AddressKind kind) {
  constexpr std::string_view kNames[] = {"a public address", "this machine", "a private network",
                                         "a link-local network", "no place on the internet"};
  return name_in(kNames, kind);
}

}  // namespace

std::string Reply::header(std::string_view name) const {
  const auto found = headers.find(name);
  return found == headers.end() ? std::string() : found->second;
}

bool Reply::redirects() const {
  return (status == 301 || status == 302 || status == 303 || status == 307 || status == 308) &&
         headers.contains("location");
}

std::string url_encoded(std::string_view text, bool keep_slashes) {
  return percent_encoded(text, keep_slashes ? "._-/" : "._-");
}

void check_redirect_schemes(const std::string& from_url, const std::string& to_url) {
  const Url from(from_url);
  check_schemes(from, from.follow(to_url));
}

struct Http::State {
  Endpoint endpoint;
  Url endpoint_url;
  std::string token;
  CurlHandle curl;
  std::optional<AddressKind> endpoint_kind;  // once it has been connected to

  // Of the request under way.
  bool to_endpoint = false, proxied = false;
  std::string refused;  // the address that was not connected to, and why
  Reply reply;
  const Body* body = nullptr;
  std::exception_ptr thrown;

  bool allowed(AddressKind kind) const {
    if (kind == AddressKind::open) return true;
    if (!endpoint.chosen) return false;
    return to_endpoint || kind == endpoint_kind;
  }

  static curl_socket_t open_socket(void* self, curlsocktype purpose, curl_sockaddr* address) {
    auto& state = *static_cast<State*>(self);
    if (purpose == CURLSOCKTYPE_IPCXN && !state.proxied) {
      const AddressKind kind = kind_of(address->addr);
      if (!state.allowed(kind)) {
        state.refused = text_of(address->addr) + " (" + std::string(name_of(kind)) + ")";
        return CURL_SOCKET_BAD;
      }
      if (state.to_endpoint) state.endpoint_kind = kind;
    }
    return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
  }

  static std::size_t take_header(const char* data, std::size_t size, std::size_t count, void* self) {
    const std::string_view line(data, size * count);
    Reply& reply = static_cast<State*>(self)->reply;
    if (line.starts_with("HTTP/")) reply.headers.clear();  // a provisional answer came before
    constexpr std::size_t kMostHeaders = 200;
    if (const HeaderLine header = header_line(line); !header.name.empty() && reply.headers.size() < kMostHeaders)
      reply.headers[header.name] = header.value;
    return size * count;
  }

  static std::size_t take_body(const char* data, std::size_t size, std::size_t count, void* self) {
    auto& state = *static_cast<State*>(self);
    const int status = state.reply.status = state.curl.status();
    if (state.body == nullptr || (status != 200 && status != 206)) return size * count;
    try {
      (*state.body)(state.reply, std::string_view(data, size * count));
      return size * count;
    } catch (...) {
      state.thrown = std::current_exception();
      return 0;
    }
  }

  // One request and its answer, no redirect followed.
  Reply once(const Url& url, bool head, std::uint64_t offset, const Body* take) {
    to_endpoint = url.same_origin(endpoint_url);
    proxied = behind_a_proxy(url.scheme());
    refused.clear();
    reply = {};
    body = take;
    thrown = nullptr;

    std::unique_ptr<curl_slist, FreeCurl> extra;
    if (!token.empty() && to_endpoint)
      extra.reset(curl_slist_append(nullptr, ("Authorization: Bearer " + token).c_str()));
    const std::string range = std::to_string(offset) + "-";
    curl.set(CURLOPT_HTTPHEADER, extra.get());
    curl.set(CURLOPT_URL, url.text().c_str());
    curl.set(CURLOPT_NOBODY, head ? 1L : 0L);
    if (!head) curl.set(CURLOPT_HTTPGET, 1L);
    curl.set(CURLOPT_RANGE, offset > 0 ? range.c_str() : static_cast<const char*>(nullptr));
    const CURLcode code = curl_easy_perform(curl.get());
    if (thrown) std::rethrow_exception(thrown);

    reply.status = curl.status();
    if (code == CURLE_OK) return std::move(reply);
    reply.reason = curl.failure(code);
    if (!refused.empty() && code == CURLE_COULDNT_CONNECT) refuse(url, refused);
    switch (code) {
      case CURLE_COULDNT_RESOLVE_HOST:
      case CURLE_COULDNT_RESOLVE_PROXY:
      case CURLE_COULDNT_CONNECT: reply.outcome = Outcome::unreachable; break;
      case CURLE_OPERATION_TIMEDOUT:
      case CURLE_SEND_ERROR:
      case CURLE_RECV_ERROR:
      case CURLE_PARTIAL_FILE:
      case CURLE_GOT_NOTHING:
      case CURLE_SSL_CONNECT_ERROR:  // also a connection that breaks while it is being set up
      case CURLE_HTTP2:
      case CURLE_HTTP2_STREAM: reply.outcome = Outcome::dropped; break;
      default: throw Error(ErrorCode::io, display(url.text()) + ": cannot be fetched", reply.reason);
    }
    return std::move(reply);
  }

  [[noreturn]] static void refuse(const Url& url, const std::string& where) {
    throw Error(ErrorCode::permission_denied,
                "the hub leads to " + display(url.host()) + " at " + where +
                    ", and Hearken does not go there on the hub's word; if that is meant, name your own hub in "
                    "HF_ENDPOINT");
  }

  void check_redirect(const Url& from, const Url& to) {
    check_schemes(from, to);
    const auto kind = kind_of_host(to.host());
    to_endpoint = to.same_origin(endpoint_url);
    if (kind && !allowed(*kind)) refuse(to, std::string(name_of(*kind)));
  }
};

Http::Http(Endpoint endpoint, std::string token, int stall_seconds) {
  start_curl();  // before its URLs
  Url url(endpoint.url);
  state_ = std::make_unique<State>(
      State{std::move(endpoint), url, std::move(token), CurlHandle(), {}, false, false, {}, {}, nullptr, nullptr});
  CurlHandle& curl = state_->curl;
  state_->endpoint_kind = kind_of_host(url.host());
  if (const std::string file = certificates(); !file.empty()) curl.set(CURLOPT_CAINFO, file.c_str());
  curl.set(CURLOPT_FOLLOWLOCATION, 0L);
  curl.set(CURLOPT_CONNECTTIMEOUT, kConnectSeconds);
  curl.set(CURLOPT_LOW_SPEED_LIMIT, 1L);  // bytes a second, over …
  curl.set(CURLOPT_LOW_SPEED_TIME, static_cast<long>(stall_seconds));
  curl.set(CURLOPT_BUFFERSIZE, kReadBuffer);
  curl.set(CURLOPT_OPENSOCKETFUNCTION, &State::open_socket);
  curl.set(CURLOPT_OPENSOCKETDATA, state_.get());
  curl.set(CURLOPT_HEADERFUNCTION, &State::take_header);
  curl.set(CURLOPT_HEADERDATA, state_.get());
  curl.set(CURLOPT_WRITEFUNCTION, &State::take_body);
  curl.set(CURLOPT_WRITEDATA, state_.get());
}

Http::~Http() = default;

void Http::limit_seconds(long seconds) { state_->curl.set(CURLOPT_TIMEOUT, seconds); }

const std::string& Http::endpoint() const { return state_->endpoint.url; }
bool Http::has_token() const { return !state_->token.empty(); }

namespace {

// Asks, and goes where the answers lead until one of them is enough.
template <class Ask, class Check>
Reply follow(const std::string& begin, const std::function<bool(const Reply&)>& enough, Ask ask, Check check) {
  auto url = std::make_unique<Url>(begin);
  for (int hop = 0; hop <= kMostRedirects; ++hop) {
    Reply reply = ask(*url);
    if (reply.outcome != Outcome::answered || enough(reply) || !reply.redirects()) return reply;
    auto next = std::make_unique<Url>(url->follow(reply.header("location")));
    check(*url, *next);
    url = std::move(next);
  }
  throw Error(ErrorCode::io, display(begin) + ": redirects without end");
}

}  // namespace

Reply Http::head(const std::string& url, const std::function<bool(const Reply&)>& enough) {
  return follow(
      url, enough, [&](const Url& at) { return state_->once(at, true, 0, nullptr); },
      [&](const Url& from, const Url& to) { state_->check_redirect(from, to); });
}

Reply Http::get(const std::string& url, std::uint64_t offset, const Body& body) {
  return follow(
      url, [](const Reply&) { return false; },
      [&](const Url& at) { return state_->once(at, false, offset, body ? &body : nullptr); },
      [&](const Url& from, const Url& to) { state_->check_redirect(from, to); });
}

}  // namespace hearken::model::hub
