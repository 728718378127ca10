// /api/v1/tracks: lists and single tracks.
#include <fmt/format.h>

#include <string>
#include <utility>
#include <vector>

#include "library/library_impl.h"
#include "library/sqlite.h"
#include "search/index/select.h"
#include "search/index/where.h"
#include "server/http/errors.h"
#include "server/http/json.h"
#include "server/http/router.h"
#include "server/state/tracks.h"

namespace hearken::server {
namespace {

using library::Statement;

constexpr std::size_t kMostIds = 200;

// What is listed: the ids in `json`, or all. SQLite reads them out of a JSON array, so no text becomes SQL.
std::string ids_as_json(const std::vector<std::int64_t>& ids) {
  std::string out = "[";
  for (const std::int64_t id : ids) out += fmt::format("{}{}", out.size() > 1 ? "," : "", id);
  return out + "]";
}

Work list_tracks(Worker& worker, Request& request) {
  const json object = query_object(request, {"where"}, {"id"});
  Reader reader(object);
  const std::int64_t limit = reader.integer("limit", 100, 1, 1000);
  const std::int64_t offset = reader.integer("offset", 0, 0, INT64_MAX / 2);
  const std::string sort =
      reader.one_of("sort", {"id", "title", "artist", "album", "genre", "duration", "added", "path"}, "id");
  const bool descending = reader.one_of("order", {"asc", "desc"}, "asc") == "desc";
  const std::vector<std::int64_t> ids = reader.ids("id", kMostIds);
  const bool missing = reader.boolean("missing", false);
  search::Selection selection;
  if (const std::string where = reader.text("where", search::kLongestWhere, {}); !where.empty())
    selection.where = search::parse_where(where);
  if (const std::int64_t source = reader.integer("source", 0, 1, INT64_MAX); source > 0)
    selection.under = search::resolved(source_of(worker.library(), source).path);
  reader.done();

  TrackCards cards = searched_cards(worker);
  json tracks = json::array();
  if (!ids.empty()) {
    for (const std::int64_t id : ids)
      if (json card = cards.card(id); !card.is_null()) tracks.push_back(std::move(card));
    const std::size_t found = tracks.size();
    return Work::done(json_response({{"total", found}, {"offset", 0}, {"tracks", std::move(tracks)}}));
  }
  const search::TrackFilter filter = search::select_tracks(worker.library(), selection);
  if (missing && filter.only) reader.refuse("missing", "goes without where and source");
  library::Database& db = worker.library().impl().db();
  std::string from =
      " FROM tracks t WHERE t.missing = ?1 AND EXISTS (SELECT 1 FROM embeddings e WHERE e.track_id = t.id)";
  if (filter.only) from += " AND t.id IN (SELECT value FROM json_each(?2))";
  const std::string only = filter.only ? ids_as_json(*filter.only) : "";
  Statement count(db, "SELECT count(*)" + from);
  filter.only ? count.bind(missing, only) : count.bind(missing);
  const std::int64_t total = count.step() ? count.integer(0) : 0;
  count.reset();

  const std::string column = sort == "duration" ? "t.duration_seconds"
                             : sort == "added"  ? "t.added_at"
                             : sort == "id"     ? "t.id"
                             : sort == "path"   ? "t.path"
                                                : "t." + sort + " COLLATE NOCASE";
  const char* order = descending ? "DESC" : "ASC";
  // Untagged tracks come last either way.
  const bool tag = sort == "title" || sort == "artist" || sort == "album" || sort == "genre";
  Statement rows(db, fmt::format("SELECT {}{} ORDER BY {}{} {}, t.id {} LIMIT {} OFFSET {}", kTrackColumns, from,
                                 tag ? "t." + sort + " = '', " : "", column, order, order, limit, offset));
  filter.only ? rows.bind(missing, only) : rows.bind(missing);
  while (rows.step()) tracks.push_back(cards.card(row_of(rows)));
  return Work::done(json_response({{"total", total}, {"offset", offset}, {"tracks", std::move(tracks)}}));
}

json number_or_null(const Statement& row, int column) { return row.null(column) ? json() : json(row.real(column)); }

// What the library knows of a track besides its card.
json features_json(const Library& library, std::int64_t track) {
  Statement features(library.impl().db(), "SELECT loudness, tempo, key, brightness FROM features WHERE track_id = ?");
  features.bind(track);
  if (!features.step()) return {};
  return {{"loudness", number_or_null(features, 0)},
          {"tempo", number_or_null(features, 1)},
          {"key", features.null(2) ? json() : json(features.text(2))},
          {"brightness", number_or_null(features, 3)}};
}

std::int64_t windows_stored(Worker& worker, std::int64_t track) {
  try {
    const auto view = worker.app.catalog.view(worker.library());
    Statement windows(worker.library().impl().db(),
                      "SELECT window_count FROM embeddings WHERE track_id = ? AND model_id = ?");
    windows.bind(track, view->space.model_id);
    return windows.step() ? windows.integer(0) : 0;
  } catch (const Error& error) {
    if (error.code() != ErrorCode::not_found && error.code() != ErrorCode::mismatch) throw;
    return 0;
  }
}

Work one(Worker& worker, Request& request) {
  TrackCards cards = searched_cards(worker);
  const std::int64_t id = request.id(0);
  json out = cards.card(cards.wanted(id));
  if (const search::Index* engine = worker.app.index.get()) {
    out["features"] = nullptr;
    out["windows"] = engine->windows_of({&id, 1}).at(0).starts_seconds.size();
  } else {
    out["features"] = features_json(worker.library(), id);
    out["windows"] = windows_stored(worker, id);
  }
  return Work::done(json_response(out));
}

constexpr Route kTrackRoutes[] = {
    {"GET", "/api/v1/tracks", list_tracks},
    {"GET", "/api/v1/tracks/{track}", one},
};

}  // namespace

std::span<const Route> track_routes() { return kTrackRoutes; }

}  // namespace hearken::server
