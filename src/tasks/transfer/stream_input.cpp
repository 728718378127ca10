// Lines from a descriptor; requests in JSON.
#include "tasks/transfer/stream_input.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/paths.h"

namespace hearken::tasks {
namespace {

constexpr std::string_view kBlank = " \t\r\n";

// Behind the string that begins at `at`, in an object that is well-formed; so with the next.
std::size_t behind_string(std::string_view object, std::size_t at) {
  for (++at; object[at] != '"'; ++at)
    if (object[at] == '\\') ++at;
  return at + 1;
}

// At the comma or brace that ends the value.
std::size_t behind_value(std::string_view object, std::size_t at) {
  for (int depth = 0;;) {
    const char c = object[at];
    if (depth == 0 && (c == ',' || c == '}')) return at;
    if (c == '"') {
      at = behind_string(object, at);
      continue;
    }
    if (c == '{' || c == '[') ++depth;
    if (c == '}' || c == ']') --depth;
    ++at;
  }
}

}  // namespace

// Reads what is there; false at the end, and when it is time to stop.
bool LineReader::fill(const std::function<bool()>& stopping) {
  buffer_.erase(0, std::exchange(at_, 0));
  while (!stopping()) {
    pollfd waited{descriptor_, POLLIN, 0};
    const int ready = ::poll(&waited, 1, 100);
    if (ready < 0 && errno != EINTR) throw os_error("the input", "read", errno);
    if (ready <= 0) continue;
    char block[1 << 16];
    const ssize_t count = ::read(descriptor_, block, sizeof block);
    if (count < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (count < 0) throw os_error("the input", "read", errno);
    if (count == 0) ended_ = true;
    buffer_.append(block, static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
    return count > 0;
  }
  return false;
}

std::optional<InputLine> LineReader::next(const std::function<bool()>& stopping) {
  InputLine line;
  std::size_t looked = 0;  // so far into the line
  for (;;) {
    const std::size_t end = buffer_.find('\n', at_ + looked);
    if (end == std::string::npos && !ended_) {
      looked = buffer_.size() - at_;
      if (looked > kLongestInputLine) {
        line.too_long = true;
        at_ = buffer_.size();
        looked = 0;
      }
      if (!fill(stopping) && !ended_) return std::nullopt;
      continue;
    }
    const std::size_t stop = std::min(end, buffer_.size());
    if (end == std::string::npos && at_ == stop && !line.too_long) return std::nullopt;
    line.text.assign(buffer_, at_, stop - at_);
    at_ = end == std::string::npos ? stop : stop + 1;
    line.number = ++number_;
    looked = 0;
    line.too_long = line.too_long || line.text.size() > kLongestInputLine;
    if (line.too_long) line.text.clear();
    if (line.too_long || line.text.find_first_not_of(kBlank) != std::string::npos) return line;
  }
}

Request request_of(const JsonObject& members) {
  constexpr std::pair<const char*, Request::Kind> kKinds[] = {
      {"path", Request::Kind::path}, {"url", Request::Kind::url}, {"text", Request::Kind::text}};
  const auto asked =
      std::count_if(std::begin(kKinds), std::end(kKinds), [&](const auto& k) { return members.has(k.first); });
  if (asked != 1) throw Error(ErrorCode::invalid_argument, "one of path, url and text was expected");
  for (const auto& [name, kind] : kKinds) {
    if (!members.has(name)) continue;
    if (!members.member(name).is_string())
      throw Error(ErrorCode::invalid_argument, std::string(name) + ": a text was expected");
    Request request{kind, members.text(name, kLongestInputLine)};
    if (kind != Request::Kind::text && (request.value.empty() || request.value.find('\0') != std::string::npos))
      throw Error(ErrorCode::invalid_argument, std::string(name) + ": is empty, or has a zero byte in it");
    return request;
  }
  throw Error(ErrorCode::internal, "no kind of request");
}

std::string carried_members(std::string_view line) {
  std::string out = "{";
  std::size_t at = line.find('{') + 1;
  for (;;) {
    at = line.find_first_not_of(" \t\r\n,", at);
    if (line[at] == '}') return out;
    const std::size_t colon = behind_string(line, at), end = behind_value(line, colon);
    const std::string name = nlohmann::json::parse(line.substr(at, colon - at)).get<std::string>();
    std::string_view member = line.substr(at, end - at);
    member = member.substr(0, member.find_last_not_of(kBlank) + 1);
    if (name != "embedding" && name != "error") out.append(member) += ',';
    at = end;
  }
}

}  // namespace hearken::tasks
