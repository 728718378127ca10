// /api/v1/tracks: lists and single tracks.
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "library/catalogue/browse.h"
#include "search/index/select.h"
#include "search/index/where.h"
#include "server/http/errors.h"
#include "server/http/json.h"
#include "server/http/router.h"
#include "server/state/tracks.h"

namespace hearken::server {
namespace {

constexpr std::size_t kMostIds = 200;

Work list_tracks(Worker& worker, Request& request) {
  const json object = query_object(request, {"where"}, {"id"});
  Reader reader(object);
  library::Page page;
  page.limit = reader.integer("limit", 100, 1, 1000);
  page.offset = reader.integer("offset", 0, 0, INT64_MAX / 2);
  page.sort = reader.one_of(
      "sort", {"id", "title", "artist", "album", "genre", "duration", "added", "path", "tempo", "key", "loudness"},
      "id");
  page.descending = reader.one_of("order", {"asc", "desc"}, "asc") == "desc";
  const std::vector<std::int64_t> ids = reader.ids("id", kMostIds);
  page.missing = reader.boolean("missing", false);
  search::Selection selection;
  if (const std::string where = reader.text("where", search::kLongestWhere, {}); !where.empty())
    selection.where = search::parse_where(where);
  if (const std::int64_t source = reader.integer("source", 0, 1, INT64_MAX); source > 0)
    selection.under = search::resolved(source_of(worker.library(), source).path);
  reader.done();

  TrackCards cards(worker);
  json tracks = json::array();
  if (!ids.empty()) {
    for (const std::int64_t id : ids)
      if (json card = cards.card(id); !card.is_null()) tracks.push_back(std::move(card));
    const std::size_t found = tracks.size();
    return Work::done(json_response({{"total", found}, {"offset", 0}, {"tracks", std::move(tracks)}}));
  }
  page.only = search::select_tracks(worker.library(), selection).only;
  if (page.missing && page.only) reader.refuse("missing", "goes without where and source");
  const library::PageOfTracks found = library::page_of(worker.library(), page);
  for (const Track& track : found.tracks) tracks.push_back(cards.card(track));
  return Work::done(json_response({{"total", found.total}, {"offset", page.offset}, {"tracks", std::move(tracks)}}));
}

Work one(Worker& worker, Request& request) {
  TrackCards cards(worker);
  const std::int64_t id = request.id(0);
  json out = cards.card(cards.wanted(id));
  const std::optional<Searching> searched = searching_if_any(worker);
  out["features"] = features_json(cards.features(id));
  out["windows"] = searched ? searched->index->count_windows(id) : 0;
  return Work::done(json_response(out));
}

constexpr Route kTrackRoutes[] = {
    {"GET", "/api/v1/tracks", list_tracks},
    {"GET", "/api/v1/tracks/{track}", one},
};

}  // namespace

std::span<const Route> track_routes() { return kTrackRoutes; }

}  // namespace hearken::server
