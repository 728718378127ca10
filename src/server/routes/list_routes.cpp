// /api/v1/lists: tracks to listen to one after another, as `hearken playlist` lists them. /api/v1/duplicates.
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "hearken/dedupe.h"
#include "hearken/playlist.h"
#include "search/index/where.h"
#include "server/http/errors.h"
#include "server/http/json.h"
#include "server/http/query.h"
#include "server/http/router.h"
#include "server/state/tracks.h"
#include "tasks/playlists/listing.h"

namespace hearken::server {
namespace {

constexpr std::size_t kMostSeeds = 50;
constexpr double kLongestMinutes = 24 * 60;

// The fields `where` and `source`.
ListedFrom from_of(Worker& worker, Reader& reader) {
  ListedFrom out;
  out.where = reader.text("where", search::kLongestWhere, {});
  if (const std::int64_t source = reader.integer("source", 0, 1, INT64_MAX); source > 0)
    out.under = source_of(worker.library(), source).path;
  return out;
}

json list_json(const Worker& worker, const TrackList& list) {
  TrackCards cards(worker);
  json tracks = json::array();
  for (const ListedTrack& track : list.tracks)
    if (json card = cards.card(track.id); !card.is_null())
      tracks.push_back({{"track", std::move(card)}, {"score", track.score}, {"step", track.step}});
  return {{"model", list.model},       {"duration", list.duration_seconds},
          {"searched", list.searched}, {"without_vectors", list.without_vectors},
          {"answer", nullptr},         {"without", json::array()},
          {"shorter", false},          {"tracks", std::move(tracks)}};
}

Work by_words(Worker& worker, Request& request) {
  const json object = query_object(request, {"q", "where"});
  Reader reader(object);
  PlaylistOptions options;
  const std::string text = reader.text("q", kLongestText);
  options.minutes = reader.number("minutes", 60, 1, kLongestMinutes);
  options.from = from_of(worker, reader);
  reader.done();
  options.threads = searching(worker).threads;
  const Playlist made = playlist(worker.library(), worker.app.model, text, options);
  json out = list_json(worker, made.list);
  out["answer"] = to_string(made.answer);
  out["without"] = made.words.without;
  return Work::done(json_response(out));
}

Work from_one_to_another(Worker& worker, Request& request) {
  const json object = query_object(request, {"where"});
  Reader reader(object);
  JourneyOptions options;
  const std::int64_t first = reader.integer("from", 0, 1, INT64_MAX), last = reader.integer("to", 0, 1, INT64_MAX);
  if (first == 0) reader.refuse("from", "is missing");
  if (last == 0) reader.refuse("to", "is missing");
  options.steps = static_cast<int>(reader.integer("steps", options.steps, 1, 100));
  options.from = from_of(worker, reader);
  reader.done();
  const auto [index, threads] = searching(worker);
  options.alike = alike_levels(worker.app.model.info());
  options.threads = threads;
  const Journey made = tasks::journey_in(*index, first, last, options);
  json out = list_json(worker, made.list);
  out["shorter"] = made.shorter;
  return Work::done(json_response(out));
}

Work on_from(Worker& worker, Request& request) {
  const json object = query_object(request, {"where"}, {"track"});
  Reader reader(object);
  RadioOptions options;
  std::vector<RadioSeed> seeds;
  for (const std::int64_t id : reader.ids("track", kMostSeeds)) seeds.push_back({id, {}});
  if (seeds.empty()) reader.refuse("track", "is missing");
  options.minutes = reader.number("minutes", 60, 1, kLongestMinutes);
  options.from = from_of(worker, reader);
  reader.done();
  const auto [index, threads] = searching(worker);
  options.alike = alike_levels(worker.app.model.info());
  options.threads = threads;
  return Work::done(json_response(list_json(worker, tasks::radio_in(*index, seeds, options))));
}

Work duplicates(Worker& worker, Request& request) {
  const json object = query_object(request, {});
  Reader(object).done();
  const DedupeResult found = dedupe(worker.library());
  TrackCards cards(worker);
  json groups = json::array();
  for (const DedupeGroup& group : found.groups) {
    json tracks = json::array();
    for (const DedupeTrack& one : group.tracks) {
      json card = cards.card(one.id);
      if (card.is_null()) continue;
      tracks.push_back({{"track", std::move(card)},
                        {"likeness", to_string(one.likeness)},
                        {"lossless", one.lossless},
                        {"bytes", one.bytes},
                        {"bits_per_second", one.bits_per_second},
                        {"overlap", one.overlap},
                        {"offset", one.offset_seconds}});
    }
    if (tracks.size() > 1) groups.push_back(std::move(tracks));
  }
  return Work::done(json_response({{"groups", std::move(groups)},
                                   {"tracks", found.tracks},
                                   {"without_fingerprint", found.without_fingerprint},
                                   {"bytes_beside_best", found.bytes_beside_best}}));
}

constexpr Route kListRoutes[] = {
    needing(Part::library, {"GET", "/api/v1/lists/words", by_words, Lane::heavy}),
    needing(Part::library, {"GET", "/api/v1/lists/journey", from_one_to_another, Lane::heavy}),
    needing(Part::library, {"GET", "/api/v1/lists/radio", on_from, Lane::heavy}),
    needing(Part::match, {"GET", "/api/v1/duplicates", duplicates, Lane::heavy}),
};

}  // namespace

std::span<const Route> list_routes() { return kListRoutes; }

}  // namespace hearken::server
