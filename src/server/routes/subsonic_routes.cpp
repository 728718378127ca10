// /rest: what OpenSubsonic's players need, and the search by sound that they cannot get elsewhere.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "core/numerics/vectors.h"
#include "core/text.h"
#include "hearken/find.h"
#include "hearken/playlist.h"
#include "library/catalogue/browse.h"
#include "library/catalogue/playlists.h"
#include "search/query/vector_search.h"
#include "search/scan/stored_rows.h"
#include "server/http/errors.h"
#include "server/http/query.h"
#include "server/http/router.h"
#include "server/media/decoding.h"
#include "server/media/media.h"
#include "server/routes/subsonic.h"
#include "server/state/track_files.h"
#include "server/state/tracks.h"
#include "tasks/playlists/listing.h"

namespace hearken::server {
namespace {

constexpr int kMostSongs = 500;

// ── parameters ──

std::string parameter(const Request& request, const char* name) {
  const auto value = request.field(name);
  if (!value || value->empty())
    throw HttpError(400, "invalid_argument", fmt::format("the parameter {} is missing", name));
  return std::string(*value);
}

std::int64_t whole_number(std::string_view text, const char* name) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 0)
    throw HttpError(400, "invalid_argument", fmt::format("{}: a whole number was expected", name));
  return value;
}

int count_of(const Request& request, const char* name, int otherwise) {
  const auto value = request.field(name);
  return value ? static_cast<int>(std::min<std::int64_t>(kMostSongs, whole_number(*value, name))) : otherwise;
}

std::vector<std::int64_t> all_numbers(const Request& request, std::string_view name) {
  std::vector<std::int64_t> out;
  for (const auto& [key, value] : request.query)
    if (key == name) out.push_back(whole_number(value, "the id of a song"));
  return out;
}

// Ids of songs are a track's number; of anything else nothing is known here.
Track song_row(Worker& worker, const std::string& id) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(id.data(), id.data() + id.size(), number);
  if (error != std::errc() || end != id.data() + id.size()) throw HttpError(404, "not_found", "there is no such song");
  return TrackCards(worker).wanted(number);
}

// ── songs ──

json song_json(TrackCards& cards, const Track& track) {
  const std::string suffix = track.path.extension().empty() ? "" : track.path.extension().native().substr(1);
  json out{{"id", std::to_string(track.id)},
           {"isDir", false},
           {"title", track.title.empty() ? track.path.stem().native() : track.title},
           {"duration", static_cast<std::int64_t>(track.duration_seconds)},
           {"contentType", media_type(track.path)},
           {"suffix", suffix},
           {"coverArt", std::to_string(track.id)},
           {"created", date_time(track.added_at)},
           {"isVideo", false},
           {"type", "music"},
           {"mediaType", "song"}};
  if (!track.artist.empty()) out["artist"] = track.artist, out["displayArtist"] = track.artist;
  if (!track.album.empty()) out["album"] = track.album;
  if (!track.genre.empty()) out["genre"] = track.genre;
  if (cards.rating(track.id) > 0) out["starred"] = date_time(track.added_at);
  return out;
}

json songs_json(Worker& worker, std::span<const Track> tracks) {
  TrackCards cards(worker);
  json out = json::array();
  for (const Track& track : tracks) out.push_back(song_json(cards, track));
  return out;
}

json songs_of(Worker& worker, std::span<const std::int64_t> ids) {
  TrackCards cards(worker);
  json out = json::array();
  for (const std::int64_t id : ids)
    if (const auto track = cards.row(id); track && !track->missing) out.push_back(song_json(cards, *track));
  return out;
}

Work ok(Worker&, Request& request) { return Work::done(subsonic_answer(request, json::object())); }

Work license(Worker&, Request& request) {
  return Work::done(subsonic_answer(request, {{"license", {{"valid", true}}}}));
}

Work extensions(Worker&, Request& request) {
  return Work::done(subsonic_answer(
      request, {{"openSubsonicExtensions", json::array({{{"name", "formPost"}, {"versions", {1}}},
                                                        {{"name", "sonicSimilarity"}, {"versions", {1}}}})}}));
}

Work get_song(Worker& worker, Request& request) {
  TrackCards cards(worker);
  return Work::done(subsonic_answer(request, {{"song", song_json(cards, song_row(worker, parameter(request, "id")))}}));
}

Work music_folders(Worker&, Request& request) {
  return Work::done(
      subsonic_answer(request, {{"musicFolders", {{"musicFolder", json::array({{{"id", 1}, {"name", "Hearken"}}})}}}}));
}

// ── finding ──

// Words are a description: what sounds like them comes first. An empty query lists everything, which is how players
// synchronise.
Work search3(Worker& worker, Request& request) {
  std::string words(request.field("query").value_or(""));
  if (words == "\"\"") words.clear();
  const int count = count_of(request, "songCount", 20);
  const std::int64_t offset =
      request.field("songOffset") ? whole_number(*request.field("songOffset"), "songOffset") : 0;
  const auto result = [](json sounds) { return json{{"searchResult3", {{"song", std::move(sounds)}}}}; };
  if (is_blank(words) || count == 0) {
    json sounds = songs_json(worker, library::tracks_in_order(worker.library(), count, offset));
    return Work::done(subsonic_answer(request, result(std::move(sounds))));
  }
  if (words.size() > kLongestText) throw HttpError(400, "invalid_argument", "query: is too long");
  return {{words}, [&worker, request, count, offset, result](std::span<const float> vector) {
            const auto [index, threads] = searching(worker);
            FindOptions options;
            options.k = count;
            options.offset = static_cast<int>(std::min<std::int64_t>(offset, 100'000));
            options.threads = threads;
            std::vector<std::int64_t> ids;
            for (const FindHit& hit : search::find_vector(*index, vector, options).hits) ids.push_back(hit.id);
            return subsonic_answer(request, result(songs_of(worker, ids)));
          }};
}

Work random_songs(Worker& worker, Request& request) {
  const int count = count_of(request, "size", 10);
  const std::string genre(request.field("genre").value_or(""));
  json sounds = songs_json(worker, library::random_tracks(worker.library(), genre, count));
  return Work::done(subsonic_answer(request, {{"randomSongs", {{"song", std::move(sounds)}}}}));
}

struct Near {
  std::int64_t id = 0;
  double similarity = 0;
};

// The tracks nearest to one, by the cosine of their means; without itself.
std::vector<Near> nearest(Worker& worker, std::int64_t track, int count) {
  const auto [index, threads] = searching(worker);
  const std::vector<float> mean = search::direction_of(*index, track);
  std::vector<Near> out;
  const auto hits =
      index->best_tracks(mean, static_cast<std::size_t>(count) + 1, search::TrackRank::cosine, {}, threads);
  for (const search::TrackHit& hit : hits.best)
    if (hit.id != track && out.size() < static_cast<std::size_t>(count)) out.push_back({hit.id, hit.score});
  return out;
}

// Players go on with these by themselves: only what sounds like the song.
Work similar_songs(Worker& worker, Request& request) {
  const Track track = song_row(worker, parameter(request, "id"));
  const Levels levels = alike_levels(worker.app.model.info());
  std::vector<std::int64_t> ids;
  for (const Near& near : nearest(worker, track.id, count_of(request, "count", 50)))
    if (likelihood_alike(levels, near.similarity) >= kModerateLikelihood) ids.push_back(near.id);
  const char* name = request.path.find("Songs2") != std::string::npos ? "similarSongs2" : "similarSongs";
  return Work::done(subsonic_answer(request, {{name, {{"song", songs_of(worker, ids)}}}}));
}

// The extension's shape: pairs of a song and how alike it is, 0 to 1.
json sonic_match(TrackCards& cards, const Track& track, double similarity) {
  return {{"entry", song_json(cards, track)}, {"similarity", std::clamp(similarity, 0.0, 1.0)}};
}

Work sonic_similar(Worker& worker, Request& request) {
  const Track track = song_row(worker, parameter(request, "id"));
  TrackCards cards(worker);
  json matches = json::array();
  for (const Near& near : nearest(worker, track.id, count_of(request, "count", 10)))
    if (const auto row = cards.row(near.id)) matches.push_back(sonic_match(cards, *row, near.similarity));
  return Work::done(subsonic_answer(request, {{"sonicMatch", std::move(matches)}}));
}

// The most even way from one song to the other; similarity is to the first.
Work sonic_path(Worker& worker, Request& request) {
  const Track first = song_row(worker, parameter(request, "startSongId"));
  const Track last = song_row(worker, parameter(request, "endSongId"));
  const auto [index, threads] = searching(worker);
  JourneyOptions options;
  options.alike = alike_levels(worker.app.model.info());
  options.steps = std::max(1, count_of(request, "count", 25) - 1);
  options.threads = threads;
  std::vector<std::int64_t> way = {first.id};
  if (first.id != last.id) {
    way.clear();
    for (const ListedTrack& track : tasks::journey_in(*index, first.id, last.id, options).list.tracks)
      way.push_back(track.id);
  }
  std::vector<std::vector<float>> directions = index->means_of(way);
  for (std::vector<float>& one : directions) {
    one.resize(index->space().dimension);
    numerics::scale_to_unit(one, one.size());
  }
  TrackCards cards(worker);
  json matches = json::array();
  for (std::size_t i = 0; i < way.size(); ++i)
    if (const auto row = cards.row(way[i]))
      matches.push_back(sonic_match(cards, *row, numerics::dot(directions[0], directions[i])));
  return Work::done(subsonic_answer(request, {{"sonicMatch", std::move(matches)}}));
}

// ── files ──

Work stream(Worker& worker, Request& request) {
  const Track track = song_row(worker, parameter(request, "id"));
  return Work::done(file_response(request, open_track(worker.library(), track), media_type(track.path)));
}

Work cover_art(Worker& worker, Request& request) {
  const Track track = song_row(worker, parameter(request, "id"));
  std::optional<Picture> picture = picture_of(worker.library(), track);
  if (!picture) throw HttpError(404, "not_found", "this song has no picture");
  Response out;
  out.type = picture->type;
  out.body = std::move(picture->bytes);
  return Work::done(std::move(out));
}

// ── playlists ──

json subsonic_list_json(Worker& worker, const library::Playlist& list, bool with_songs) {
  json out{{"id", std::to_string(list.id)},
           {"name", list.name},
           {"owner", list.owner.empty() ? worker.app.options.user : list.owner},
           {"public", false},
           {"songCount", list.count},
           {"duration", static_cast<std::int64_t>(list.duration_seconds)},
           {"created", date_time(list.added_at)},
           {"changed", date_time(list.changed_at)}};
  if (with_songs) out["entry"] = songs_of(worker, library::tracks_of_playlist(worker.library(), list.id));
  return out;
}

Work playlists(Worker& worker, Request& request) {
  json lists = json::array();
  for (const library::Playlist& list : library::playlists(worker.library()))
    lists.push_back(subsonic_list_json(worker, list, false));
  return Work::done(subsonic_answer(request, {{"playlists", {{"playlist", std::move(lists)}}}}));
}

Response one_playlist(Worker& worker, const Request& request, std::int64_t id) {
  return subsonic_answer(request,
                         {{"playlist", subsonic_list_json(worker, library::playlist(worker.library(), id), true)}});
}

Work playlist(Worker& worker, Request& request) {
  return Work::done(one_playlist(worker, request, whole_number(parameter(request, "id"), "id")));
}

// As /api/v1/playlists takes it; nothing when none is given.
std::optional<std::string> list_name(const Request& request) {
  constexpr std::size_t kLongestName = 500;
  if (!request.field("name")) return std::nullopt;
  std::string name = parameter(request, "name");
  if (name.size() > kLongestName)
    throw HttpError(400, "invalid_argument", fmt::format("name: is longer than {} bytes", kLongestName));
  if (is_blank(name)) throw HttpError(400, "invalid_argument", "name: is empty");
  if (!is_utf8(name)) throw HttpError(400, "invalid_argument", "name: is no UTF-8");
  return name;
}

Work subsonic_create_list(Worker& worker, Request& request) {
  const std::vector<std::int64_t> sounds = all_numbers(request, "songId");
  std::int64_t id = 0;
  if (request.field("playlistId")) {
    id = whole_number(parameter(request, "playlistId"), "playlistId");
    library::change_playlist(worker.changing_list(request, id), id, list_name(request), sounds);
  } else {
    const std::string name = list_name(request).value_or(std::string());
    if (name.empty()) parameter(request, "name");  // which says that it is missing
    id = library::make_playlist(worker.writing(request), name, sounds, request.caller.name);
  }
  return Work::done(one_playlist(worker, request, id));
}

Work subsonic_update_list(Worker& worker, Request& request) {
  const std::int64_t id = whole_number(parameter(request, "playlistId"), "playlistId");
  Library library = worker.changing_list(request, id);
  library::playlist(library, id);
  std::vector<std::int64_t> sounds = library::tracks_of_playlist(library, id);
  std::vector<std::int64_t> out_of = all_numbers(request, "songIndexToRemove");
  std::sort(out_of.rbegin(), out_of.rend());
  out_of.erase(std::unique(out_of.begin(), out_of.end()), out_of.end());
  for (const std::int64_t place : out_of) {
    if (place >= static_cast<std::int64_t>(sounds.size()))
      throw HttpError(400, "invalid_argument", "songIndexToRemove: the playlist is not that long");
    sounds.erase(sounds.begin() + place);
  }
  for (const std::int64_t song : all_numbers(request, "songIdToAdd")) sounds.push_back(song);
  library::change_playlist(library, id, list_name(request), sounds);
  return ok(worker, request);
}

Work subsonic_delete_list(Worker& worker, Request& request) {
  const std::int64_t id = whole_number(parameter(request, "id"), "id");
  library::delete_playlist(worker.changing_list(request, id), id);
  return ok(worker, request);
}

// Players write ping.view or ping, and send parameters in the address or as a form.
#define HEARKEN_REST(name, handler, lane, right, needs)                                     \
  Route{"GET", "/rest/" name, handler, lane, Body::none, right, needs},                     \
      Route{"POST", "/rest/" name, handler, lane, Body::form, right, needs},                \
      Route{"GET", "/rest/" name ".view", handler, lane, Body::none, right, needs}, Route { \
    "POST", "/rest/" name ".view", handler, lane, Body::form, right, needs                  \
  }

constexpr Route kSubsonicRoutes[] = {
    HEARKEN_REST("getOpenSubsonicExtensions", extensions, Lane::light, Right::none, std::nullopt),
    HEARKEN_REST("ping", ok, Lane::light, Right::read, std::nullopt),
    HEARKEN_REST("getLicense", license, Lane::light, Right::read, std::nullopt),
    HEARKEN_REST("getMusicFolders", music_folders, Lane::light, Right::read, std::nullopt),
    HEARKEN_REST("search3", search3, Lane::search, Right::read, Part::library),
    HEARKEN_REST("getSong", get_song, Lane::light, Right::read, Part::library),
    HEARKEN_REST("stream", stream, Lane::light, Right::read, Part::library),
    HEARKEN_REST("download", stream, Lane::light, Right::read, Part::library),
    HEARKEN_REST("getCoverArt", cover_art, Lane::heavy, Right::read, Part::library),
    HEARKEN_REST("getRandomSongs", random_songs, Lane::light, Right::read, Part::library),
    HEARKEN_REST("getSimilarSongs", similar_songs, Lane::search, Right::read, Part::library),
    HEARKEN_REST("getSimilarSongs2", similar_songs, Lane::search, Right::read, Part::library),
    HEARKEN_REST("getSonicSimilarTracks", sonic_similar, Lane::search, Right::read, Part::library),
    HEARKEN_REST("findSonicPath", sonic_path, Lane::heavy, Right::read, Part::library),
    HEARKEN_REST("getPlaylists", playlists, Lane::light, Right::read, Part::library),
    HEARKEN_REST("getPlaylist", playlist, Lane::light, Right::read, Part::library),
    HEARKEN_REST("createPlaylist", subsonic_create_list, Lane::write, Right::rate, Part::library),
    HEARKEN_REST("updatePlaylist", subsonic_update_list, Lane::write, Right::rate, Part::library),
    HEARKEN_REST("deletePlaylist", subsonic_delete_list, Lane::write, Right::rate, Part::library),
};
#undef HEARKEN_REST

}  // namespace

std::span<const Route> subsonic_routes() { return kSubsonicRoutes; }

}  // namespace hearken::server
