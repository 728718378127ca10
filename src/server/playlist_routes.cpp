// /api/v1/playlists.
#include <fmt/format.h>

#include <optional>
#include <string>
#include <utility>

#include "server/errors.h"
#include "server/json.h"
#include "server/lists.h"
#include "server/router.h"
#include "server/tracks.h"

namespace hearken::server {
namespace {

constexpr std::size_t kMostTracks = 100'000, kLongestName = 500;

json list_json(const KeptList& list) {
  return {{"id", list.id},
          {"name", list.name},
          {"added", date_time(list.added_at)},
          {"changed", date_time(list.changed_at)},
          {"count", list.count},
          {"duration", list.duration_seconds}};
}

json details(const Library& library, std::int64_t id) {
  json out = list_json(kept_list(library, id)), tracks = json::array();
  TrackCards cards(library);
  for (const std::int64_t track : tracks_of_list(library, id))
    if (json card = cards.card(track); !card.is_null()) tracks.push_back(std::move(card));
  out["tracks"] = std::move(tracks);
  return out;
}

struct Wanted {
  std::optional<std::string> name;
  std::optional<std::vector<std::int64_t>> tracks;
};

Wanted wanted_by(const Request& request) {
  const json body = parsed(request.body);
  Reader reader(body);
  Wanted out;
  if (reader.has("name")) {
    out.name = reader.text("name", kLongestName);
    if (out.name->find_first_not_of(" \t\r\n\f\v") == std::string::npos) reader.refuse("name", "is empty");
  }
  if (reader.has("tracks")) out.tracks = reader.ids("tracks", kMostTracks);
  reader.done();
  return out;
}

Work list(Worker& worker, Request&) {
  json out = json::array();
  for (const KeptList& one : kept_lists(worker.library)) out.push_back(list_json(one));
  return Work::done(json_response({{"playlists", std::move(out)}}));
}

Work create(Worker& worker, Request& request) {
  const Wanted wanted = wanted_by(request);
  if (!wanted.name) throw Error(ErrorCode::invalid_argument, "name: is missing");
  Library library = worker.app.catalog.writing();
  const std::int64_t id = make_list(library, *wanted.name, wanted.tracks.value_or(std::vector<std::int64_t>()));
  return Work::done(json_response(details(library, id), 201).with("Location", fmt::format("/api/v1/playlists/{}", id)));
}

Work get(Worker& worker, Request& request) { return Work::done(json_response(details(worker.library, request.id(0)))); }

Work change(Worker& worker, Request& request) {
  const Wanted wanted = wanted_by(request);
  Library library = worker.app.catalog.writing();
  change_list(library, request.id(0), wanted.name, wanted.tracks);
  return Work::done(json_response(details(library, request.id(0))));
}

Work remove(Worker& worker, Request& request) {
  Library library = worker.app.catalog.writing();
  delete_list(library, request.id(0));
  Response out;
  out.status = 204;
  return Work::done(std::move(out));
}

Work write_out(Worker& worker, Request& request) {
  kept_list(worker.library, request.id(0));
  throw HttpError(501, "not_implemented", "playlists cannot be exported yet");
}

constexpr Route kRoutes[] = {
    {"GET", "/api/v1/playlists", list},
    {"POST", "/api/v1/playlists", create, Lane::light, Body::small_json},
    {"GET", "/api/v1/playlists/{playlist}", get},
    {"PUT", "/api/v1/playlists/{playlist}", change, Lane::light, Body::small_json},
    {"DELETE", "/api/v1/playlists/{playlist}", remove},
    {"GET", "/api/v1/playlists/{playlist}/export", write_out},
};

}  // namespace

std::span<const Route> playlist_routes() { return kRoutes; }

}  // namespace hearken::server
