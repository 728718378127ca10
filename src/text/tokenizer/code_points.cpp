// Sets by binary search.
#include "text/tokenizer/code_points.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "core/carried.h"

namespace hearken::text {
namespace {

constexpr CodePointRange kWhiteSpace[] = {
    {0x9, 0xD},       {0x20, 0x20},     {0x85, 0x85},     {0xA0, 0xA0},     {0x1680, 0x1680},
    {0x2000, 0x200A}, {0x2028, 0x2029}, {0x202F, 0x202F}, {0x205F, 0x205F}, {0x3000, 0x3000},
};

std::uint32_t from_digits(std::string_view hexadecimal) {
  return static_cast<std::uint32_t>(std::stoul(std::string(hexadecimal), nullptr, 16));
}

std::vector<CodePointRange> ranges_of(std::string_view name) {
  std::vector<CodePointRange> out;
  for (const auto& row : carried_rows("src/text/tokenizer/unicode_tables.txt")) {
    if (row.front() != name) continue;
    for (const std::string_view range : std::span(row).subspan(1)) {
      const std::size_t dash = range.find('-');
      out.push_back({from_digits(range.substr(0, dash)), from_digits(range.substr(dash + 1))});
    }
  }
  return out;
}

}  // namespace

// Each is read when it is first asked for: most runs of the program need none.
std::span<const CodePointRange> dropped() {
  static const std::vector<CodePointRange> ranges = ranges_of("dropped");
  return ranges;
}

std::span<const CodePointRange> nonspacing_marks() {
  static const std::vector<CodePointRange> ranges = ranges_of("nonspacing marks");
  return ranges;
}

std::span<const CodePointRange> punctuation() {
  static const std::vector<CodePointRange> ranges = ranges_of("punctuation");
  return ranges;
}

std::span<const CodePointRange> letters() {
  static const std::vector<CodePointRange> ranges = ranges_of("letters");
  return ranges;
}

std::span<const CodePointRange> numbers() {
  static const std::vector<CodePointRange> ranges = ranges_of("numbers");
  return ranges;
}

bool contains(std::span<const CodePointRange> ranges, std::uint32_t code_point) noexcept {
  const auto after = std::upper_bound(ranges.begin(), ranges.end(), code_point,
                                      [](std::uint32_t value, const CodePointRange& r) { return value < r.first; });
  return after != ranges.begin() && code_point <= std::prev(after)->last;
}

bool is_white_space(std::uint32_t code_point) noexcept { return contains(kWhiteSpace, code_point); }

}  // namespace hearken::text
