// /api/v1/ratings and a track's rating.
#include <string>
#include <utility>

#include "server/json.h"
#include "server/lists.h"
#include "server/router.h"

namespace hearken::server {
namespace {

Work list(Worker& worker, Request& request) {
  const json object = query_object(request, {"query"});
  Reader reader(object);
  std::optional<std::string> query;
  if (reader.has("query")) query = reader.text("query", 2000);
  reader.done();
  json out = json::array();
  for (const RatingRow& row : ratings(worker.library, query))
    out.push_back(
        {{"track", row.track}, {"query", row.query}, {"rating", row.rating}, {"rated", date_time(row.rated_at)}});
  return Work::done(json_response({{"ratings", std::move(out)}}));
}

Work put(Worker& worker, Request& request) {
  const json body = parsed(request.body);
  Reader reader(body);
  if (!reader.has("rating")) reader.refuse("rating", "is missing");
  const int rating = static_cast<int>(reader.integer("rating", 0, -1, 1));
  const std::string query = reader.text("query", 2000, {});
  reader.done();
  Library library = worker.app.catalog.writing();
  rate(library, request.id(0), query, rating);
  return Work::done(json_response({{"track", request.id(0)}, {"query", query}, {"rating", rating}}));
}

constexpr Route kRoutes[] = {
    {"GET", "/api/v1/ratings", list},
    {"PUT", "/api/v1/tracks/{track}/rating", put, Lane::light, Body::small_json},
};

}  // namespace

std::span<const Route> rating_routes() { return kRoutes; }

}  // namespace hearken::server
