// The ratings that count for a search.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hearken/rate.h"

namespace hearken::search {

inline constexpr std::size_t kMostRatings = 500;
inline constexpr std::size_t kMostRatedQueries = 2000;  // more: those that were rated last are compared

class Index;

/// The ratings that count for a query by text, in two steps: for callers that embed the texts of several searches
/// together.
class RatedQueries {
 public:
  RatedQueries(const Index& index, std::string_view query);

  /// What is to be embedded: the query, and the queries that ratings were for. None when there is nothing to compare.
  const std::vector<std::string>& texts() const noexcept { return texts_; }
  /// As counted_ratings(). `units` are the unit vectors of texts() [texts, dimension].
  std::vector<CountedRating> counted(std::span<const float> units) const;

 private:
  std::vector<Rating> all_;
  std::string query_;
  std::vector<std::string> texts_;
};

/// Those for a query by text (find), as hearken/rate.h says, by track, then by query. `model` embeds the texts of
/// queries, when there are any to compare.
std::vector<CountedRating> counted_ratings(const Index& index, const Model& model, std::string_view query);

/// The general ones (like).
std::vector<CountedRating> general_ratings(const Index& index);

}  // namespace hearken::search
