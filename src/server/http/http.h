// A request as a route sees it, and what it answers with: values, apart from the connection they travel on.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/files/unnamed_file.h"
#include "server/access/rights.h"

namespace hearken::server {

/// %XX and, in queries, + as a space. Nothing for a % that is none.
std::optional<std::string> url_decoded(std::string_view text, bool plus_is_space);
std::string url_encoded(std::string_view text);

/// `a=1&b=2` in order, decoded; nothing when it is ill-formed.
using Fields = std::vector<std::pair<std::string, std::string>>;
std::optional<Fields> parse_form(std::string_view text);

struct Request {
  std::string client;  // whose it is: an address, of IPv6 its first half
  double arrived = 0;  // monotonic_seconds() when it was there whole
  std::string method;  // "GET"; a HEAD request is a GET here
  std::string path;    // decoded
  Fields query;
  Fields headers;  // names in small letters
  std::string body;
  std::shared_ptr<UnnamedFile> sound;   // a body that is no JSON
  std::vector<std::string> parameters;  // of the path, in its order
  Caller caller;                        // who asks

  /// Turns true when nobody waits for the answer any more.
  std::shared_ptr<const std::atomic<bool>> gone = std::make_shared<std::atomic<bool>>(false);

  std::string_view header(std::string_view name) const;                // empty when it is not there
  std::optional<std::string_view> field(std::string_view name) const;  // of the query, the first of that name
  std::int64_t id(std::size_t parameter) const;                        // a path's number, which the router has checked
};

/// A part of a file, sent as the connection takes it.
struct FileBody {
  Descriptor descriptor;
  std::uint64_t offset = 0, length = 0;
};

/// Asked a few times a second, on the connections' thread: text to send on (may be empty), nothing at the end.
using EventSource = std::function<std::optional<std::string>()>;

struct Response {
  int status = 200;
  std::string type = "application/json";
  Fields headers;
  std::string body;
  std::shared_ptr<FileBody> file;  // instead of body
  EventSource events;              // instead of body; type is then text/event-stream

  Response& with(std::string name, std::string value) {
    headers.emplace_back(std::move(name), std::move(value));
    return *this;
  }
};

}  // namespace hearken::server
