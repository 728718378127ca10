// Sets of code points.
#pragma once

#include <cstdint>
#include <span>

namespace hearken::text {

struct CodePointRange {
  std::uint32_t first, last;
};

// What unicode_tables.txt says of each. BERT's:
std::span<const CodePointRange> dropped();
std::span<const CodePointRange> nonspacing_marks();
std::span<const CodePointRange> punctuation();
// RoBERTa's:
std::span<const CodePointRange> letters();
std::span<const CodePointRange> numbers();

/// Whether one of the ranges, which ascend, has the code point.
bool contains(std::span<const CodePointRange> ranges, std::uint32_t code_point) noexcept;

/// Unicode's White_Space. It is also what `\s` means in the references' regular expressions.
bool is_white_space(std::uint32_t code_point) noexcept;

}  // namespace hearken::text
