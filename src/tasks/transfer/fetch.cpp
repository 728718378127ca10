// Fetching with the hub's client: its rules for redirects hold here too, the row's own address being the one chosen.
#include "tasks/transfer/fetch.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <string_view>

#include "hearken/error.h"
#include "model/hub/http.h"

namespace hearken::tasks {
namespace {

namespace hub = model::hub;

constexpr int kStallSeconds = 30;

// Its constructor throws only for addresses that are none.
void connect(std::optional<hub::Http>& http, const std::string& url) {
  try {
    http.emplace(hub::Endpoint{url, true}, "", kStallSeconds);
  } catch (const Error&) {
    throw Error(ErrorCode::invalid_argument, "url: no address that can be asked");
  }
}

hub::Reply get(hub::Http& http, const std::string& url, const hub::Body& body) {
  try {
    return http.get(url, 0, body);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::permission_denied) throw;
    throw Error(ErrorCode::permission_denied, "leads into a private network, or from https to http: not followed");
  }
}

[[noreturn]] void refuse(const hub::Reply& reply) {
  if (reply.outcome == hub::Outcome::unreachable) throw Error(ErrorCode::io, "cannot be reached", reply.reason);
  if (reply.outcome == hub::Outcome::dropped) throw Error(ErrorCode::io, "broke off", reply.reason);
  const bool gone = reply.status == 404 || reply.status == 410, closed = reply.status == 401 || reply.status == 403;
  throw Error(gone     ? ErrorCode::not_found
              : closed ? ErrorCode::permission_denied
                       : ErrorCode::io,
              fmt::format("the server answers with status {}", reply.status));
}

}  // namespace

UnnamedFile fetch_file(const std::string& url, std::int64_t most_bytes, long seconds) {
  std::optional<hub::Http> http;
  connect(http, url);
  http->limit_seconds(seconds);
  UnnamedFile file("keep what is fetched");
  const hub::Reply reply = get(*http, url, [&](const hub::Reply& so_far, std::string_view piece) {
    const std::string said = so_far.header("content-length");
    const std::int64_t bytes = static_cast<std::int64_t>(file.size() + piece.size());
    if (std::max<std::int64_t>(bytes, std::strtoll(said.c_str(), nullptr, 10)) > most_bytes)
      throw Error(ErrorCode::unsupported, fmt::format("has more than {} bytes", most_bytes));
    file.write(piece);
  });
  if (reply.outcome != hub::Outcome::answered || reply.status != 200) refuse(reply);
  return file;
}

}  // namespace hearken::tasks
