// The lines of a list that a person wrote in an editor: texts, labels, groups of wordings.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "hearken/error.h"

namespace hearken::text {

struct Line {
  std::size_t number = 0;  // from 1, as an editor counts
  std::string text;        // valid UTF-8 without control characters but tabs, trimmed, not empty
};

inline constexpr std::size_t kLongestList = 4 << 20;  // bytes of a file
inline constexpr std::size_t kLongestLine = 4096;     // bytes of a line; what a tokenizer reads is shorter

/// The lines of a file's bytes. Left out are a byte order mark, blank lines and those whose first character is '#';
/// lines end in LF or CRLF. White space is trimmed from both ends.
/// Throws Error(corrupt), naming `path`, line and byte, for what is not UTF-8 (UTF-16 is called so), a control
/// character, a line too long; Error(unsupported) for a file too long.
std::vector<Line> lines_of(std::string_view bytes, const std::filesystem::path& path);

/// The bytes of a file of at most kLongestList bytes. A pipe is read to its end. Throws Error: not_found,
/// permission_denied, io, unsupported (too long).
std::string read_list(const std::filesystem::path& path);

/// "PATH: line 3: REASON", or "PATH: line 3, byte 7: REASON" where `byte` (from 1) is not 0.
Error bad_line(const std::filesystem::path& path, std::size_t number, std::size_t byte, std::string_view reason);

/// "a | b | c": the wordings that a line has for `name`. Throws bad_line() for one that is empty or stands there twice.
std::vector<std::string> wordings_in(std::string_view list, std::string_view name, std::size_t number,
                                     const std::filesystem::path& path);

}  // namespace hearken::text
