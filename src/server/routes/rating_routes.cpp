// /api/v1/ratings and a track's rating.
#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "core/text.h"
#include "hearken/rate.h"
#include "server/http/json.h"
#include "server/http/router.h"
#include "server/state/tracks.h"

namespace hearken::server {
namespace {

Work list_ratings(Worker& worker, Request& request) {
  const json object = query_object(request, {"query"});
  Reader reader(object);
  std::optional<std::string> query;
  if (reader.has("query")) query = reader.text("query", 2000);
  reader.done();
  std::vector<Rating> all = ratings(worker.library());
  std::ranges::stable_sort(all, std::ranges::greater(), &Rating::rated_at);
  json out = json::array();
  for (const Rating& one : all) {
    if (query && one.query != *query) continue;
    out.push_back(
        {{"track", one.track}, {"query", one.query}, {"rating", one.up ? 1 : -1}, {"rated", date_time(one.rated_at)}});
  }
  return Work::done(json_response({{"ratings", std::move(out)}}));
}

Work put_rating(Worker& worker, Request& request) {
  const json body = parsed(request.body);
  Reader reader(body);
  if (!reader.has("rating")) reader.refuse("rating", "is missing");
  const int rating = static_cast<int>(reader.integer("rating", 0, -1, 1));
  const std::string query = reader.text("query", 2000, {});
  reader.done();
  const std::int64_t track = TrackCards(worker).wanted(request.id(0)).id;
  const Library library = worker.writing(request);
  if (rating == 0)
    forget_ratings(library, std::span(&track, 1), query);
  else
    rate(library, std::span(&track, 1), rating > 0, query);
  return Work::done(json_response({{"track", track}, {"query", query}, {"rating", rating}}));
}

constexpr Route kRatingRoutes[] = {
    needing(Part::ratings, {"GET", "/api/v1/ratings", list_ratings}),
    needing(Part::ratings,
            {"PUT", "/api/v1/tracks/{track}/rating", put_rating, Lane::write, Body::small_json, Right::rate}),
};

}  // namespace

std::span<const Route> rating_routes() { return kRatingRoutes; }

}  // namespace hearken::server
