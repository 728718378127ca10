// Sets of code points.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "text/tokenizer/unicode_tables.h"

namespace hearken::text {

/// Whether one of the ranges, which ascend, has the code point.
bool contains(std::span<const CodePointRange> ranges, std::uint32_t code_point) noexcept;

/// Unicode's White_Space. It is also what `\s` means in the references' regular expressions.
bool is_white_space(std::uint32_t code_point) noexcept;

}  // namespace hearken::text
