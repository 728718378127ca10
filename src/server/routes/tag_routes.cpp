// A track's tags.
#include <string>
#include <utility>
#include <vector>

#include "hearken/tag.h"
#include "server/http/json.h"
#include "server/http/query.h"
#include "server/http/router.h"
#include "server/state/tracks.h"

namespace hearken::server {
namespace {

Work put_tags(Worker& worker, Request& request) {
  const json body = parsed(request.body);
  Reader reader(body);
  const std::vector<std::string> add = reader.texts("add", 100, kLongestText);
  const std::vector<std::string> remove = reader.texts("remove", 100, kLongestText);
  reader.done();
  const std::int64_t track = TrackCards(worker).wanted(request.id(0)).id;
  const Library library = worker.writing(request);
  set_tags(library, std::span(&track, 1), add, remove);
  json list = json::array();
  for (const Tag& tag : tags(library, track)) {
    list.push_back({{"label", tag.label},
                    {"set", tag.label_set.empty() ? json() : json(tag.label_set)},
                    {"score", tag.score},
                    {"probability", tag.probability},
                    {"likelihood", tag.likelihood},
                    {"by_person", tag.by_person}});
  }
  return Work::done(json_response({{"tags", std::move(list)}}));
}

constexpr Route kTagRoutes[] = {needing(
    Part::library, {"PUT", "/api/v1/tracks/{track}/tags", put_tags, Lane::write, Body::small_json, Right::admin})};

}  // namespace

std::span<const Route> tag_routes() { return kTagRoutes; }

}  // namespace hearken::server
