// Sets by binary search.
#include "text/tokenizer/code_points.h"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <string_view>

#include "core/carried.h"

namespace hearken::text {
namespace {

constexpr CodePointRange kWhiteSpace[] = {
    {0x9, 0xD},       {0x20, 0x20},     {0x85, 0x85},     {0xA0, 0xA0},     {0x1680, 0x1680},
    {0x2000, 0x200A}, {0x2028, 0x2029}, {0x202F, 0x202F}, {0x205F, 0x205F}, {0x3000, 0x3000},
};

std::vector<CodePointRange> ranges_of(std::string_view name) {
  std::vector<CodePointRange> out;
  for (const auto& row : carried_rows("src/text/tokenizer/unicode_tables.txt")) {
    if (row.front() != name) continue;
    for (const std::string_view range : std::span(row).subspan(1)) {
      CodePointRange& read = out.emplace_back();
      const char* const end = range.data() + range.size();
      std::from_chars(std::from_chars(range.data(), end, read.first, 16).ptr + 1, end, read.last, 16);
    }
  }
  return out;
}

}  // namespace

const std::vector<CodePointRange> kDropped = ranges_of("dropped"), kNonspacingMarks = ranges_of("nonspacing marks"),
                                  kPunctuation = ranges_of("punctuation"), kLetters = ranges_of("letters"),
                                  kNumbers = ranges_of("numbers");

bool contains(std::span<const CodePointRange> ranges, std::uint32_t code_point) noexcept {
  const auto after = std::upper_bound(ranges.begin(), ranges.end(), code_point,
                                      [](std::uint32_t value, const CodePointRange& r) { return value < r.first; });
  return after != ranges.begin() && code_point <= std::prev(after)->last;
}

bool is_white_space(std::uint32_t code_point) noexcept { return contains(kWhiteSpace, code_point); }

}  // namespace hearken::text
