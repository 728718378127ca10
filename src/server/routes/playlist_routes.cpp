// /api/v1/playlists.
#include <fmt/format.h>

#include <optional>
#include <string>
#include <utility>

#include "core/text.h"
#include "hearken/playlist.h"
#include "library/catalogue/playlists.h"
#include "server/http/json.h"
#include "server/http/router.h"
#include "server/state/tracks.h"
#include "tasks/playlists/playlist_write.h"

namespace hearken::server {
namespace {

constexpr std::size_t kMostTracks = 100'000, kLongestName = 500;

json list_json(const library::Playlist& list) {
  return {{"id", list.id},
          {"name", list.name},
          {"owner", list.owner.empty() ? json() : json(list.owner)},
          {"added", date_time(list.added_at)},
          {"changed", date_time(list.changed_at)},
          {"count", list.count},
          {"duration", list.duration_seconds}};
}

json details(const Worker& worker, const Library& library, std::int64_t id) {
  json out = list_json(library::playlist(library, id)), tracks = json::array();
  TrackCards cards(worker);
  for (const std::int64_t track : library::tracks_of_playlist(library, id))
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
    if (is_blank(*out.name)) reader.refuse("name", "is empty");
  }
  if (reader.has("tracks")) out.tracks = reader.ids("tracks", kMostTracks);
  reader.done();
  return out;
}

Work list_playlists(Worker& worker, Request&) {
  json out = json::array();
  for (const library::Playlist& one : library::playlists(worker.library())) out.push_back(list_json(one));
  return Work::done(json_response({{"playlists", std::move(out)}}));
}

Work create_playlist(Worker& worker, Request& request) {
  const Wanted wanted = wanted_by(request);
  if (!wanted.name) throw Error(ErrorCode::invalid_argument, "name: is missing");
  Library library = worker.writing(request);
  const std::int64_t id = library::make_playlist(
      library, *wanted.name, wanted.tracks.value_or(std::vector<std::int64_t>()), request.caller.name);
  return Work::done(
      json_response(details(worker, library, id), 201).with("Location", fmt::format("/api/v1/playlists/{}", id)));
}

Work get_playlist(Worker& worker, Request& request) {
  return Work::done(json_response(details(worker, worker.library(), request.id(0))));
}

Work change(Worker& worker, Request& request) {
  const Wanted wanted = wanted_by(request);
  Library library = worker.changing_list(request, request.id(0));
  library::change_playlist(library, request.id(0), wanted.name, wanted.tracks);
  return Work::done(json_response(details(worker, library, request.id(0))));
}

Work remove(Worker& worker, Request& request) {
  Library library = worker.changing_list(request, request.id(0));
  library::delete_playlist(library, request.id(0));
  Response out;
  out.status = 204;
  return Work::done(std::move(out));
}

// With the files' paths on this computer: for players that run on it.
Work write_out(Worker& worker, Request& request) {
  const json object = query_object(request, {});
  Reader reader(object);
  const std::string format = reader.one_of("format", {"m3u8", "xspf"}, "m3u8");
  reader.done();
  const library::Playlist list = library::playlist(worker.library(), request.id(0));
  TrackCards cards(worker);
  std::vector<ListedTrack> tracks;
  for (const std::int64_t id : library::tracks_of_playlist(worker.library(), list.id)) {
    const auto row = cards.row(id);
    if (!row) continue;
    ListedTrack& track = tracks.emplace_back();
    track.id = id;
    track.path = row->path;
    track.title = row->title;
    track.artist = row->artist;
    track.album = row->album;
    track.duration_seconds = row->duration_seconds;
  }
  Response out;
  out.body = tasks::playlist_text(format == "m3u8" ? PlaylistFormat::m3u : PlaylistFormat::xspf, tracks,
                                  {.title = list.name, .absolute = true}, "/");
  out.type = format == "m3u8" ? "audio/x-mpegurl" : "application/xspf+xml";
  out.with("Content-Disposition", "attachment; filename*=UTF-8''" + url_encoded(list.name + "." + format));
  return Work::done(std::move(out));
}

constexpr Route kPlaylistRoutes[] = {
    needing(Part::playlists, {"GET", "/api/v1/playlists", list_playlists}),
    needing(Part::playlists,
            {"POST", "/api/v1/playlists", create_playlist, Lane::write, Body::small_json, Right::rate}),
    needing(Part::playlists, {"GET", "/api/v1/playlists/{playlist}", get_playlist}),
    needing(Part::playlists,
            {"PUT", "/api/v1/playlists/{playlist}", change, Lane::write, Body::small_json, Right::rate}),
    needing(Part::playlists, {"DELETE", "/api/v1/playlists/{playlist}", remove, Lane::write, Body::none, Right::rate}),
    needing(Part::playlists, {"GET", "/api/v1/playlists/{playlist}/export", write_out}),
};

}  // namespace

std::span<const Route> playlist_routes() { return kPlaylistRoutes; }

}  // namespace hearken::server
