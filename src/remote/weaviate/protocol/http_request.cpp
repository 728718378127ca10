// One request over libcurl.
#include "remote/weaviate/protocol/http_request.h"

#include <algorithm>
#include <charconv>

#include "core/percent.h"
#include "hearken/error.h"

namespace hearken::remote::weaviate {
namespace {

constexpr std::size_t kPrefix = 5;                // of a gRPC message: a byte, compressed or not, and its length
constexpr std::size_t kLargestReply = 256 << 20;  // the server sends at most 100 MiB unless configured
constexpr long kBuffer = 256 * 1024;

std::string framed(const std::string& message) {
  std::string out(kPrefix, '\0');
  out.reserve(kPrefix + message.size());
  for (std::size_t i = 0; i < 4; ++i) out[1 + i] = static_cast<char>((message.size() >> (8 * (3 - i))) & 0xFFU);
  return out += message;
}

std::string url_of(const Address& address, std::size_t endpoint, const Request& request) {
  const Endpoint& at = address.endpoints[endpoint];
  const bool v6 = at.host.find(':') != std::string::npos;
  return (address.tls ? "https://" : "http://") + (v6 ? "[" + at.host + "]" : at.host) + ":" +
         std::to_string(request.grpc ? at.grpc_port : at.rest_port) + request.path;
}

long whole_milliseconds(double seconds) { return std::max(1L, static_cast<long>(seconds * 1000)); }

}  // namespace

Conversation::Conversation() {
  start_curl();
  multi_.reset(curl_multi_init());
  if (!multi_) throw Error(ErrorCode::internal, "libcurl does not start");
}

HttpRequest::HttpRequest(Conversation& in, const Address& address, const Access& access, const Timeouts& patience,
                         std::size_t endpoint, Request request, double seconds)
    : in_(in), endpoint_(endpoint), grpc_(request.grpc) {
  const auto header = [&](const std::string& line) {
    headers_.reset(curl_slist_append(headers_.release(), line.c_str()));
  };
  header("Expect:");
  if (!access.key.empty()) header("Authorization: Bearer " + access.key);
  if (grpc_) {
    sent_ = framed(request.body);
    header("Content-Type: application/grpc");
    header("TE: trailers");
    header("grpc-timeout: " + std::to_string(whole_milliseconds(seconds)) + "m");
    handle_.set(CURLOPT_HTTP_VERSION, address.tls ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE);
    // Debian 12's libcurl, 7.88.1, fails (CURLE_HTTP2) the second request on a connection of HTTP/2 once the first is
    // answered. So each has its own until that is gone: a round trip more.
    handle_.set(CURLOPT_FRESH_CONNECT, 1L);
    handle_.set(CURLOPT_FORBID_REUSE, 1L);
  } else {
    sent_ = std::move(request.body);
    header("Content-Type: application/json");
    handle_.set(CURLOPT_HTTP_VERSION, address.tls ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1);
  }
  handle_.set(CURLOPT_HTTPHEADER, headers_.get());
  handle_.set(CURLOPT_URL, url_of(address, endpoint, request).c_str());
  if (grpc_ || !sent_.empty()) {
    handle_.set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(sent_.size()));
    handle_.set(CURLOPT_POSTFIELDS, sent_.data());
  }
  handle_.set(CURLOPT_CUSTOMREQUEST, grpc_ ? "POST" : request.method.c_str());
  if (request.method == "HEAD") handle_.set(CURLOPT_NOBODY, 1L);
  if (!address.tls) handle_.set(CURLOPT_PROXY, "");  // HTTP/2 without TLS passes through none
  if (!access.ca_file.empty()) handle_.set(CURLOPT_CAINFO, access.ca_file.c_str());
  handle_.set(CURLOPT_CONNECTTIMEOUT_MS, whole_milliseconds(patience.connect_seconds));
  handle_.set(CURLOPT_TIMEOUT_MS, whole_milliseconds(seconds));
  handle_.set(CURLOPT_BUFFERSIZE, kBuffer);
  handle_.set(CURLOPT_UPLOAD_BUFFERSIZE, kBuffer);
  handle_.set(CURLOPT_HEADERFUNCTION, &HttpRequest::take_header);
  handle_.set(CURLOPT_HEADERDATA, this);
  handle_.set(CURLOPT_WRITEFUNCTION, &HttpRequest::take_body);
  handle_.set(CURLOPT_WRITEDATA, this);
  handle_.set(CURLOPT_PRIVATE, this);
  if (curl_multi_add_handle(in.multi(), handle_.get()) != CURLM_OK)
    throw Error(ErrorCode::internal, "libcurl does not take a request");
}

HttpRequest::~HttpRequest() { curl_multi_remove_handle(in_.multi(), handle_.get()); }

std::size_t HttpRequest::take_header(const char* data, std::size_t size, std::size_t count, void* self) {
  auto& exchange = *static_cast<HttpRequest*>(self);
  const std::string_view line(data, size * count);
  if (!exchange.grpc_) return line.size();
  const auto [name, value] = header_line(line);
  if (name == "grpc-status") {
    int status = -1;
    std::from_chars(value.data(), value.data() + value.size(), status);
    exchange.grpc_status_ = status;
  } else if (name == "grpc-message") {
    exchange.grpc_message_ = value;
  }
  return line.size();
}

std::size_t HttpRequest::take_body(const char* data, std::size_t size, std::size_t count, void* self) {
  std::string& received = static_cast<HttpRequest*>(self)->received_;
  if (received.size() + size * count > kLargestReply) return 0;
  received.append(data, size * count);
  return size * count;
}

int HttpRequest::http_status() const { return handle_.status(); }

std::string HttpRequest::grpc_message() const {
  std::string out;
  for (std::string_view rest = grpc_message_; !rest.empty();) {
    const auto byte = percent_decoded_first(rest);
    out += byte.value_or(rest[0]);
    rest.remove_prefix(byte ? 3 : 1);
  }
  return out;
}

std::string_view HttpRequest::reply() const {
  if (!grpc_) return received_;
  const auto byte = [&](std::size_t i) { return static_cast<std::size_t>(static_cast<unsigned char>(received_[i])); };
  if (received_.size() < kPrefix || byte(0) != 0 ||
      received_.size() - kPrefix != (byte(1) << 24U | byte(2) << 16U | byte(3) << 8U | byte(4)))
    throw Error(ErrorCode::corrupt, "the engine's answer is no gRPC message");
  return std::string_view(received_).substr(kPrefix);
}

}  // namespace hearken::remote::weaviate
