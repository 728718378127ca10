// Which ratings count.
#include "search/ratings/ratings.h"

#include <algorithm>
#include <map>
#include <string>
#include <tuple>
#include <utility>

#include "core/numerics/vectors.h"
#include "core/text.h"
#include "search/index/index.h"
#include "search/scan/stored_rows.h"

namespace hearken::search {
namespace {

// The weights of ratings for other queries.
std::map<std::string, double> weights(const Model& model, const std::string& query, const std::vector<Rating>& all) {
  std::map<std::string, double> out;
  for (const Rating& rating : all) out.emplace(rating.query, 0);
  out.erase("");
  std::vector<std::string> texts{query};
  for (const auto& [text, weight] : out) texts.push_back(text);
  if (texts.size() == 1) return out;
  const std::vector<float> vectors = model.embed_texts(texts, EmbeddingForm::unit, 0);
  const std::size_t d = vectors.size() / texts.size();
  const auto vector = [&](std::size_t t) { return std::span(vectors).subspan(t * d, d); };
  for (std::size_t t = 1; t < texts.size(); ++t)
    out[texts[t]] = texts[t] == query ? 1 : std::clamp(2 * numerics::dot(vector(0), vector(t)) - 1, 0.0, 1.0);
  return out;
}

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

std::vector<CountedRating> counted_ratings(const Index& index, const Model& model, std::string_view query) {
  const std::vector<Rating> all = index.ratings();
  const std::string text(trimmed(query));
  return counted(all, text, text.empty() ? std::map<std::string, double>() : weights(model, text, all));
}

std::vector<CountedRating> general_ratings(const Index& index) { return counted(index.ratings(), {}, {}); }

}  // namespace hearken::search
