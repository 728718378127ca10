// What went wrong, as an Error.
#include "remote/weaviate/protocol/status.h"

#include <algorithm>
#include <array>

#include "core/paths.h"
#include "core/text.h"

namespace hearken::remote::weaviate {
namespace {

constexpr std::size_t kLongestMessage = 500;

std::string line(std::string_view text) { return display(text.substr(0, kLongestMessage)); }

Verdict of_http(int http, std::string_view message) {
  const std::string reason = "HTTP status " + std::to_string(http) + (message.empty() ? "" : ": " + line(message));
  switch (http) {
    case 401:
    case 403: return {Verdict::Kind::refused, ErrorCode::permission_denied, reason};
    case 429:
    case 502:
    case 503:
    case 504: return {Verdict::Kind::again, ErrorCode::io, reason};
    default: return {Verdict::Kind::refused, ErrorCode::mismatch, reason + ", which no gRPC server answers"};
  }
}

}  // namespace

bool passes(std::string_view message) {
  const std::string text = lower_ascii(message);
  // Of a node that is gone, of raft without a leader, of a shard that is not yet loaded, of a replica too slow.
  constexpr std::array<std::string_view, 20> kPassing = {
      "enough replicas",
      "enough active replicas",
      "leader not found",
      "not the leader",
      "leadership",
      "store not open",
      "connection refused",
      "connection reset",
      "broken pipe",
      "unexpected eof",
      "timeout",
      "no route to host",
      "deadline exceeded",
      "canceled",
      "connection is closing",
      "not ready",
      "unavailable",
      "too many requests",
      "shutting down",
      "status code: 50",
  };
  return std::any_of(kPassing.begin(), kPassing.end(),
                     [&](std::string_view one) { return text.find(one) != std::string::npos; });
}

Verdict grpc_verdict(int http, int grpc, std::string_view message) {
  if (http != 200 && grpc < 0) return of_http(http, message);
  const auto again = [&](const char* name) {
    return Verdict{Verdict::Kind::again, ErrorCode::io, std::string(name) + ": " + line(message)};
  };
  const auto refused = [&](ErrorCode code) { return Verdict{Verdict::Kind::refused, code, line(message)}; };
  switch (grpc) {
    case 0: return {};
    case 1: return again("CANCELLED");
    case 3: return refused(ErrorCode::mismatch);  // INVALID_ARGUMENT
    case 4: return again("DEADLINE_EXCEEDED");
    case 5: return refused(ErrorCode::not_found);
    case 7: return refused(ErrorCode::permission_denied);
    case 8:  // RESOURCE_EXHAUSTED; of a message that is too large trying again makes no smaller one
      return message.find("larger than max") != std::string_view::npos ? refused(ErrorCode::mismatch)
                                                                       : again("RESOURCE_EXHAUSTED");
    case 10: return again("ABORTED");
    case 14: return again("UNAVAILABLE");
    case 16: return refused(ErrorCode::permission_denied);  // UNAUTHENTICATED
    default: break;
  }
  if (grpc < 0) return {Verdict::Kind::again, ErrorCode::io, "an answer without a gRPC status"};
  if (passes(message)) return {Verdict::Kind::again, ErrorCode::io, line(message)};
  const std::string text = lower_ascii(message);
  const auto says = [&](std::string_view what) { return text.find(what) != std::string::npos; };
  if (says("could not find class") || says("class not found")) return refused(ErrorCode::not_found);
  if (says("unauthorized") || says("forbidden") || says("anonymous access not enabled") || says("extract auth"))
    return refused(ErrorCode::permission_denied);
  return refused(ErrorCode::mismatch);
}

Verdict rest_verdict(int http, std::string_view body) {
  const std::string reason = "HTTP status " + std::to_string(http) + (body.empty() ? "" : ": " + line(body));
  constexpr int kFirstError = 400, kFirstOfServers = 500;
  if (http == 401 || http == 403) return {Verdict::Kind::refused, ErrorCode::permission_denied, reason};
  if (http >= kFirstOfServers || http == 429 || (http >= kFirstError && passes(body)))
    return {Verdict::Kind::again, ErrorCode::io, reason};
  return {};
}

}  // namespace hearken::remote::weaviate
