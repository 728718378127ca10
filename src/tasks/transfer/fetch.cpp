// Fetching with the hub's client: its rules for redirects hold here too, the row's own address being the one chosen.
#include "tasks/transfer/fetch.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <stdlib.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <string_view>
#include <utility>

#include "core/files/write_all.h"
#include "core/paths.h"
#include "model/hub/http.h"

namespace hearken::tasks {
namespace {

namespace fs = std::filesystem;
namespace hub = model::hub;

constexpr int kStallSeconds = 30;

int unnamed_file(const fs::path& folder) {
  std::string name = (folder / "hearken-fetch-XXXXXX").native();
  const int descriptor = ::mkostemp(name.data(), O_CLOEXEC);
  if (descriptor < 0) throw os_error(folder, "make a file in it", errno);
  ::unlink(name.c_str());
  return descriptor;
}

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

FetchedFile::FetchedFile(const std::string& url, std::int64_t most_bytes, long seconds) {
  const fs::path folder = fs::temp_directory_path();
  std::optional<hub::Http> http;
  connect(http, url);
  http->limit_seconds(seconds);
  descriptor_ = unnamed_file(folder);
  try {
    std::int64_t bytes = 0;
    const hub::Reply reply = get(*http, url, [&](const hub::Reply& so_far, std::string_view piece) {
      bytes += static_cast<std::int64_t>(piece.size());
      const std::string said = so_far.header("content-length");
      const std::int64_t all = std::max<std::int64_t>(bytes, std::strtoll(said.c_str(), nullptr, 10));
      if (all > most_bytes) throw Error(ErrorCode::unsupported, fmt::format("has more than {} bytes", most_bytes));
      if (!write_all(descriptor_, piece)) throw os_error(folder, "write a file in it", errno);
    });
    if (reply.outcome != hub::Outcome::answered || reply.status != 200) refuse(reply);
  } catch (...) {
    ::close(descriptor_);
    throw;
  }
}

FetchedFile::~FetchedFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

FetchedFile::FetchedFile(FetchedFile&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

fs::path FetchedFile::path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }

}  // namespace hearken::tasks
