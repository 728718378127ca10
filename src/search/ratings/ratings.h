// The ratings that count for a search.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "hearken/rate.h"

namespace hearken::search {

inline constexpr std::size_t kMostRatings = 500;

class Index;

/// Those for a query by text (find), as hearken/rate.h says, by track, then by query. `model` embeds the texts of
/// queries, when there are any to compare.
std::vector<CountedRating> counted_ratings(const Index& index, const Model& model, std::string_view query);

/// The general ones (like).
std::vector<CountedRating> general_ratings(const Index& index);

}  // namespace hearken::search
