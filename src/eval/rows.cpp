// Each check names what is wrong.
#include "eval/rows.h"

#include <fmt/format.h>

#include <cmath>

#include "hearken/error.h"

namespace hearken::eval {

std::size_t row_count(std::span<const float> rows, std::size_t dimension, std::string_view what) {
  if (dimension == 0 || rows.size() % dimension != 0)
    throw Error(ErrorCode::invalid_argument, fmt::format("{}: no whole rows of {} elements", what, dimension));
  if (rows.empty()) throw Error(ErrorCode::invalid_argument, fmt::format("{}: there are none", what));
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (!std::isfinite(rows[i]))
      throw Error(ErrorCode::invalid_argument, fmt::format("{}: row {} is not finite", what, i / dimension));
  return rows.size() / dimension;
}

void check_places(std::span<const std::size_t> places, std::size_t from, std::size_t to, std::string_view what,
                  std::string_view target) {
  if (places.size() != from)
    throw Error(ErrorCode::invalid_argument,
                fmt::format("{} {}s are named for {} {}s", places.size(), target, from, what));
  for (std::size_t i = 0; i < places.size(); ++i)
    if (places[i] >= to)
      throw Error(ErrorCode::invalid_argument,
                  fmt::format("{} {}: there is no {} {} among {}", what, i, target, places[i], to));
}

}  // namespace hearken::eval
