// Which ratings count.
#include "search/ratings/ratings.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "core/numerics/vectors.h"
#include "core/text.h"
#include "search/index/index.h"
#include "search/scan/stored_rows.h"

namespace hearken::search {
namespace {

// `of_queries` has the weights of ratings for queries.
std::vector<CountedRating> counted(const std::vector<Rating>& all, const std::string& query,
                                   const std::map<std::string, double>& of_queries) {
  std::vector<CountedRating> out;
  for (std::size_t first = 0; first < all.size();) {
    std::size_t end = first;
    bool just_this = false;  // the track is rated for this very query
    for (; end < all.size() && all[end].track == all[first].track; ++end)
      just_this = just_this || (!query.empty() && all[end].query == query);
    for (; first < end; ++first) {
      const Rating& rating = all[first];
      if (rating.query.empty() && just_this) continue;
      const auto found = of_queries.find(rating.query);
      const double weight = rating.query.empty() ? 1 : found == of_queries.end() ? 0 : found->second;
      if (weight > 0) out.push_back({rating, weight});
    }
  }
  if (out.size() > kMostRatings) {
    std::stable_sort(out.begin(), out.end(), [](const CountedRating& a, const CountedRating& b) {
      return std::tie(b.weight, b.rating.rated_at) < std::tie(a.weight, a.rating.rated_at);
    });
    out.resize(kMostRatings);
    std::stable_sort(out.begin(), out.end(), [](const CountedRating& a, const CountedRating& b) {
      return std::tie(a.rating.track, a.rating.query) < std::tie(b.rating.track, b.rating.query);
    });
  }
  return out;
}

}  // namespace

RatedQueries::RatedQueries(const Index& index, std::string_view query) : all_(index.ratings()), query_(trimmed(query)) {
  if (query_.empty()) return;
  std::map<std::string, std::int64_t> others;  // and when they were rated last
  for (const Rating& rating : all_)
    if (!rating.query.empty()) others[rating.query] = std::max(others[rating.query], rating.rated_at);
  if (others.empty()) return;
  texts_.push_back(query_);
  for (const auto& [text, rated_at] : others) texts_.push_back(text);
  if (others.size() <= kMostRatedQueries) return;
  std::stable_sort(texts_.begin() + 1, texts_.end(),
                   [&](const std::string& a, const std::string& b) { return others.at(b) < others.at(a); });
  texts_.resize(1 + kMostRatedQueries);
}

std::vector<CountedRating> RatedQueries::counted(std::span<const float> units) const {
  std::map<std::string, double> weights;
  const std::size_t d = texts_.empty() ? 0 : units.size() / texts_.size();
  for (std::size_t t = 1; t < texts_.size(); ++t) {
    const double alike = numerics::dot(units.first(d), units.subspan(t * d, d));
    weights[texts_[t]] = texts_[t] == query_ ? 1 : std::clamp(2 * alike - 1, 0.0, 1.0);
  }
  return search::counted(all_, query_, weights);
}

std::vector<CountedRating> counted_ratings(const Index& index, const Model& model, std::string_view query) {
  const RatedQueries rated(index, query);
  if (rated.texts().empty()) return rated.counted({});
  return rated.counted(model.embed_texts(rated.texts(), EmbeddingForm::unit, 0));
}

std::vector<CountedRating> general_ratings(const Index& index) { return counted(index.ratings(), {}, {}); }

}  // namespace hearken::search
