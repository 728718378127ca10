// What must be true of the rows of vectors that evaluations take.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace hearken::eval {

/// How many rows of `dimension` elements. Throws Error(invalid_argument), naming them as `what`: none, or not a whole
/// number of them, or an element that is not finite.
std::size_t row_count(std::span<const float> rows, std::size_t dimension, std::string_view what);

/// Every one of `from` things names one of `to`. Throws Error(invalid_argument).
void check_places(std::span<const std::size_t> places, std::size_t from, std::size_t to, std::string_view what,
                  std::string_view target);

}  // namespace hearken::eval
