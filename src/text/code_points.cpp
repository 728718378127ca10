// UTF-8 by utf8proc, sets by binary search.
#include "text/code_points.h"

#include <utf8proc.h>

#include <algorithm>
#include <iterator>

namespace hearken::text {
namespace {

constexpr CodePointRange kWhiteSpace[] = {
    {0x9, 0xD},       {0x20, 0x20},     {0x85, 0x85},     {0xA0, 0xA0},     {0x1680, 0x1680},
    {0x2000, 0x200A}, {0x2028, 0x2029}, {0x202F, 0x202F}, {0x205F, 0x205F}, {0x3000, 0x3000},
};

}  // namespace

CodePoint first_code_point(std::string_view utf8) noexcept {
  const auto first = static_cast<unsigned char>(utf8.front());
  if (first < 0x80) return {first, 1, true};
  utf8proc_int32_t value = -1;
  const auto length = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(utf8.data()),
                                       static_cast<utf8proc_ssize_t>(std::min<std::size_t>(utf8.size(), 4)), &value);
  if (length <= 0) return {0xFFFD, 1, false};
  return {static_cast<std::uint32_t>(value), static_cast<std::size_t>(length), true};
}

bool contains(std::span<const CodePointRange> ranges, std::uint32_t code_point) noexcept {
  const auto after = std::upper_bound(ranges.begin(), ranges.end(), code_point,
                                      [](std::uint32_t value, const CodePointRange& r) { return value < r.first; });
  return after != ranges.begin() && code_point <= std::prev(after)->last;
}

bool is_white_space(std::uint32_t code_point) noexcept { return contains(kWhiteSpace, code_point); }

}  // namespace hearken::text
