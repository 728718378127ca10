// /api/v1/embed and vectors/search: each half of the search by itself.
#include <algorithm>
#include <memory>
#include <optional>
#include <span>
#include <utility>

#include "search/arithmetic.h"
#include "search/index/index.h"
#include "search/index/select.h"
#include "server/http/errors.h"
#include "server/http/json.h"
#include "server/http/query.h"
#include "server/http/router.h"
#include "server/state/tracks.h"
#include "server/state/vectors.h"

namespace hearken::server {
namespace {

struct EmbedWanted {
  std::vector<std::string> texts;
  std::vector<std::shared_ptr<const Upload>> uploads;
  std::vector<std::int64_t> tracks;
  bool windows = false, base64 = false;
};

json sound_json(const EmbedWanted& wanted, std::span<const float> vectors, std::span<const double> starts,
                double window_seconds, double duration_seconds, std::size_t width) {
  json out{{"duration", duration_seconds},
           {"vector",
            vector_json(mean_vector({vectors.begin(), vectors.end()}, width, EmbeddingForm::unit), wanted.base64)}};
  if (!wanted.windows) return out;
  json list = json::array();
  for (std::size_t w = 0; w < starts.size(); ++w) {
    list.push_back({{"start", starts[w]},
                    {"end", std::min(starts[w] + window_seconds, duration_seconds)},
                    {"vector", vector_json(vectors.subspan(w * width, width), wanted.base64)}});
  }
  out["windows"] = std::move(list);
  return out;
}

Response embed_response(Worker& worker, const EmbedWanted& wanted, std::span<const float> rows) {
  const auto width = static_cast<std::size_t>(worker.app.model.info().dimension);
  json texts = json::array(), sounds = json::array();
  std::vector<float> units(rows.begin(), rows.end());
  if (worker.app.model.info().evidence) search::scale_to_unit(units, width);
  for (std::size_t t = 0; t < wanted.texts.size(); ++t)
    texts.push_back(vector_json(std::span<const float>(units).subspan(t * width, width), wanted.base64));
  for (const auto& upload : wanted.uploads) {
    const FileEmbedding& heard = upload->embedding;
    sounds.push_back(
        sound_json(wanted, heard.vectors, heard.starts_seconds, heard.window_seconds, heard.duration_seconds, width));
    if (!upload->id.empty()) sounds.back()["upload"] = upload->id;
  }
  if (!wanted.tracks.empty()) {
    const auto [view, index, threads] = searching(worker);
    TrackCards cards = searched_cards(worker);
    for (const std::int64_t id : wanted.tracks) {
      const Track track = cards.wanted(id);
      const auto stored = search::windows_of_track(*index, id);
      sounds.push_back(sound_json(wanted, stored.vectors, stored.starts_seconds,
                                  index->space().windowing.window_seconds, track.duration_seconds, width));
      sounds.back()["track"] = id;
    }
  }
  return json_response({{"model", worker.app.model.info().name},
                        {"dimension", width},
                        {"texts", std::move(texts)},
                        {"sounds", std::move(sounds)}});
}

Work embed(Worker& worker, Request& request) {
  auto wanted = std::make_shared<EmbedWanted>();
  const auto read_form = [&](Reader& reader) {
    wanted->windows = reader.boolean("windows", false);
    wanted->base64 = reader.one_of("encoding", {"float", "base64"}, "float") == "base64";
  };
  if (request.sound != nullptr) {
    const json object = query_object(request, {"name"});
    Reader reader(object);
    read_form(reader);
    wanted->uploads.push_back(sound_item(worker, request, reader).upload);
    reader.done();
  } else {
    const json body = parsed(request.body);
    Reader reader(body);
    read_form(reader);
    constexpr std::size_t kMostTexts = 256, kMostTracks = 256, kManyTracks = 16;
    wanted->texts = reader.texts("texts", kMostTexts, 8000);
    wanted->tracks = reader.ids("tracks", kMostTracks);
    for (const std::string& id : reader.texts("uploads", kMostItems, 64))
      wanted->uploads.push_back(worker.app.uploads.find(id));
    reader.done();
    if (wanted->texts.empty() && wanted->tracks.empty() && wanted->uploads.empty())
      reader.refuse("texts", "nothing to embed: texts, uploads or tracks were expected");
    if (wanted->tracks.size() > kManyTracks) worker.begin_long_work();
  }
  return {wanted->texts,
          [&worker, wanted](std::span<const float> rows) { return embed_response(worker, *wanted, rows); }};
}

search::TrackRank rank_of(const std::string& name) {
  if (name == "cosine") return search::TrackRank::cosine;
  if (name == "best") return search::TrackRank::best;
  if (name == "top3") return search::TrackRank::top3;
  return search::TrackRank::mean;
}

struct VectorHit {
  std::int64_t track_id = 0;
  double score = 0;
  std::optional<double> start;  // of a window
};

// Each vector's cards of tracks, or of windows. What was found, then its tracks together: an engine is asked once for
// those of all vectors.
json hits_json(Worker& worker, const std::vector<std::vector<VectorHit>>& found, double window_seconds) {
  std::vector<std::int64_t> ids;
  for (const auto& of_one : found)
    for (const VectorHit& hit : of_one) ids.push_back(hit.track_id);
  std::ranges::sort(ids);
  ids.erase(std::ranges::unique(ids).begin(), ids.end());
  TrackCards cards = searched_cards(worker);
  const std::vector<std::optional<Track>> tracks = cards.rows(ids);
  json results = json::array();
  for (const auto& of_one : found) {
    json one = json::array();
    for (const VectorHit& hit : of_one) {
      const std::optional<Track>& track =
          tracks[static_cast<std::size_t>(std::ranges::lower_bound(ids, hit.track_id) - ids.begin())];
      if (!track) continue;
      json shown = {{"rank", one.size() + 1}, {"track", cards.card(*track)}, {"score", hit.score}};
      if (hit.start) {
        shown["start"] = *hit.start;
        shown["end"] = std::min(*hit.start + window_seconds, track->duration_seconds);
      }
      one.push_back(std::move(shown));
    }
    results.push_back(std::move(one));
  }
  return results;
}

Work search_vectors(Worker& worker, Request& request) {
  const json body = parsed(request.body);
  Reader reader(body);
  Query query;
  read_filter(worker, reader, query);
  const bool windows = reader.one_of("of", {"windows", "tracks"}, "tracks") == "windows";
  const search::TrackRank rank = rank_of(reader.one_of("rank", {"mean", "cosine", "best", "top3"}, "mean"));
  constexpr std::size_t kMostVectors = 256, kManyVectors = 8;
  const json* list = reader.array("vectors", kMostVectors);
  reader.done();
  if (list == nullptr || list->empty()) reader.refuse("vectors", "at least one was expected");
  if (list->size() > kManyVectors) worker.begin_long_work();
  const auto [view, index, threads] = searching(worker);
  const std::size_t k = static_cast<std::size_t>(query.find.k), width = index->space().dimension;
  std::vector<float> vectors;
  for (std::size_t i = 0; i < list->size(); ++i) {
    const std::vector<float> one = vector_from((*list)[i], width, "vectors[" + std::to_string(i) + "]");
    vectors.insert(vectors.end(), one.begin(), one.end());
  }
  const search::Scope scope{search::selection_of(query.find.under, query.find.where), {}, false};
  std::vector<std::vector<VectorHit>> found;
  if (windows) {
    for (const auto& hits : index->nearest_windows(vectors, k, scope, threads)) {
      std::vector<VectorHit>& of_one = found.emplace_back();
      for (const search::WindowHit& hit : hits) of_one.push_back({hit.track_id, hit.score, hit.start_seconds});
    }
  } else {
    for (std::size_t i = 0; i < list->size(); ++i) {
      std::vector<VectorHit>& of_one = found.emplace_back();
      const auto vector = std::span(vectors).subspan(i * width, width);
      for (const search::TrackHit& hit : index->best_tracks(vector, k, rank, scope, threads).best)
        of_one.push_back({hit.id, hit.score, {}});
    }
  }
  return Work::done(json_response({{"model", worker.app.model.info().name},
                                   {"of", windows ? "windows" : "tracks"},
                                   {"results", hits_json(worker, found, index->space().windowing.window_seconds)}}));
}

constexpr Route kVectorRoutes[] = {
    {"POST", "/api/v1/embed", embed, Lane::search, Body::sound_or_json},
    {"POST", "/api/v1/vectors/search", search_vectors, Lane::search, Body::large_json},
};

}  // namespace

std::span<const Route> vector_routes() { return kVectorRoutes; }

}  // namespace hearken::server
