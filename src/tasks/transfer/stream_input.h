// The input of a stream: lines from a descriptor, and what each asks for.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "core/json_object.h"

namespace hearken::tasks {

inline constexpr std::size_t kLongestInputLine = std::size_t{1} << 20;  // bytes

/// A line that is not blank.
struct InputLine {
  std::size_t number = 0;  // from 1
  std::string text;        // without its end
  bool too_long = false;   // more than kLongestInputLine; then `text` is empty
};

/// Lines as they come in. One thread at a time.
class LineReader {
 public:
  explicit LineReader(int descriptor) : descriptor_(descriptor) {}

  /// Waits for the next line; nothing at the end, and within 0.1 s after `stopping` became true. Throws Error(io).
  std::optional<InputLine> next(const std::function<bool()>& stopping);
  bool ended() const { return ended_ && at_ == buffer_.size(); }

 private:
  bool fill(const std::function<bool()>& stopping);

  const int descriptor_;
  std::string buffer_;
  std::size_t at_ = 0;  // in buffer_: what was not read yet
  std::size_t number_ = 0;
  bool ended_ = false;
};

struct Request {
  enum class Kind { path, url, text };
  Kind kind = Kind::path;
  std::string value;
};

/// Throws Error(invalid_argument) when it is not one of path, url and text.
Request request_of(const JsonObject& line);

/// The beginning of the row that answers the line, which must be a JSON object: "{" and its members, a comma behind
/// each, byte for byte, "embedding" and "error" left out.
std::string carried_members(std::string_view line);

}  // namespace hearken::tasks
