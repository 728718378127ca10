// The words for the values of an enumeration.
#pragma once

#include <cstddef>
#include <string_view>

namespace hearken {

/// The word for `value` among those of its enumeration, which counts from 0; the first for what is none of its values.
template <class Enum, std::size_t N>
constexpr std::string_view name_in(const std::string_view (&names)[N], Enum value) noexcept {
  const auto at = static_cast<std::size_t>(value);
  return names[at < N ? at : 0];
}

}  // namespace hearken
