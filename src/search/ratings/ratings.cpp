// The table of ratings, and which of them count.
#include "search/ratings/ratings.h"

#include <algorithm>
#include <map>
#include <string>
#include <tuple>
#include <utility>

#include "core/paths.h"
#include "core/text.h"
#include "core/threads.h"
#include "library/library_impl.h"
#include "library/sqlite.h"
#include "search/index/select.h"
#include "search/index/track_names.h"
#include "search/scan/stored_rows.h"

namespace hearken {
namespace search {
namespace {

using library::Statement;

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
    out[texts[t]] = texts[t] == query ? 1 : std::clamp(2 * dot(vector(0), vector(t)) - 1, 0.0, 1.0);
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

std::vector<CountedRating> counted_ratings(const Library& library, const Model& model, std::string_view query) {
  const std::vector<Rating> all = ratings(library);
  const std::string text(trimmed(query));
  return counted(all, text, text.empty() ? std::map<std::string, double>() : weights(model, text, all));
}

std::vector<CountedRating> general_ratings(const Library& library) { return counted(ratings(library), {}, {}); }

}  // namespace search

using library::Statement;

void rate(const Library& library, std::span<const std::int64_t> tracks, bool up, std::string_view query) {
  library::Database& db = library.impl().db();
  const std::int64_t now = unix_seconds();
  library::Transaction transaction(db, library::Transaction::Kind::write);
  Statement insert(db,
                   "INSERT OR REPLACE INTO ratings (track_id, query, rating, rated_at) SELECT id, ?2, ?3, ?4 FROM "
                   "tracks WHERE id = ?1");
  for (const std::int64_t track : tracks) {
    if (!search::track_card(library, track))
      throw Error(ErrorCode::not_found,
                  display(library.path()) + ": track id:" + std::to_string(track) + " is not there");
    insert.run(track, trimmed(query), up ? 1 : -1, now);
  }
  transaction.commit();
}

std::vector<Rating> ratings(const Library& library) {
  Statement rows(library.impl().db(),
                 "SELECT r.track_id, t.path, t.title, t.artist, r.query, r.rating, r.rated_at FROM ratings r JOIN "
                 "tracks t ON t.id = r.track_id ORDER BY r.track_id, r.query");
  std::vector<Rating> out;
  while (rows.step()) {
    Rating& rating = out.emplace_back();
    rating.track = rows.integer(0);
    rating.path = rows.path(1);
    rating.title = rows.text(2);
    rating.artist = rows.text(3);
    rating.query = rows.text(4);
    rating.up = rows.integer(5) > 0;
    rating.rated_at = rows.integer(6);
  }
  return out;
}

std::int64_t forget_ratings(const Library& library, std::span<const std::int64_t> tracks,
                            std::optional<std::string_view> query) {
  library::Database& db = library.impl().db();
  library::Transaction transaction(db, library::Transaction::Kind::write);
  Statement forget(db, "DELETE FROM ratings WHERE track_id = ?1 AND (?2 = 0 OR query = ?3)");
  std::int64_t forgotten = 0;
  for (const std::int64_t track : tracks) {
    forget.run(track, query.has_value(), trimmed(query.value_or("")));
    forgotten += db.changed_rows();
  }
  transaction.commit();
  return forgotten;
}

std::int64_t reset_ratings(const Library& library) {
  library::Database& db = library.impl().db();
  library::Transaction transaction(db, library::Transaction::Kind::write);
  const std::int64_t all = db.integer("SELECT count(*) FROM ratings");
  db.execute("DELETE FROM ratings");
  transaction.commit();
  return all;
}

}  // namespace hearken
