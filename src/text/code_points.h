// Text as code points, and sets of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "text/unicode_tables.h"

namespace hearken::text {

struct CodePoint {
  std::uint32_t value;  // U+FFFD where the bytes are ill-formed
  std::size_t length;   // bytes it takes in the text; 1 where they are ill-formed
  bool well_formed;
};

/// The first code point of `utf8`, which is not empty.
CodePoint first_code_point(std::string_view utf8) noexcept;

/// Whether one of the ranges, which ascend, has the code point.
bool contains(std::span<const CodePointRange> ranges, std::uint32_t code_point) noexcept;

/// Unicode's White_Space. It is also what `\s` means in the references' regular expressions.
bool is_white_space(std::uint32_t code_point) noexcept;

}  // namespace hearken::text
