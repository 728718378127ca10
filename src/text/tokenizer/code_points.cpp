// Sets by binary search.
#include "text/tokenizer/code_points.h"

#include <algorithm>
#include <iterator>

namespace hearken::text {
namespace {

constexpr CodePointRange kWhiteSpace[] = {
    {0x9, 0xD},       {0x20, 0x20},     {0x85, 0x85},     {0xA0, 0xA0},     {0x1680, 0x1680},
    {0x2000, 0x200A}, {0x2028, 0x2029}, {0x202F, 0x202F}, {0x205F, 0x205F}, {0x3000, 0x3000},
};

}  // namespace

bool contains(std::span<const CodePointRange> ranges, std::uint32_t code_point) noexcept {
  const auto after = std::upper_bound(ranges.begin(), ranges.end(), code_point,
                                      [](std::uint32_t value, const CodePointRange& r) { return value < r.first; });
  return after != ranges.begin() && code_point <= std::prev(after)->last;
}

bool is_white_space(std::uint32_t code_point) noexcept { return contains(kWhiteSpace, code_point); }

}  // namespace hearken::text
