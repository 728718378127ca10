// What ratings teach, for people to look at: `rate --show`.
#include <algorithm>
#include <string>

#include "hearken/rate.h"
#include "library/catalogue/embeddings.h"
#include "library/catalogue/tracks.h"
#include "search/query/text_query.h"
#include "search/ratings/reranker.h"
#include "search/space.h"

namespace hearken {
namespace search {
namespace {

std::vector<ScoredTrack> all_tracks(const Library& library, const Space& space) {
  std::vector<ScoredTrack> out;
  for (const library::Embedding& one : library::embeddings(library, space.model_id)) out.push_back({one.track, 0, 0});
  return out;
}

PulledTrack card_of(const Library& library, const ScoredTrack& track, double preference) {
  PulledTrack out;
  out.id = track.track;
  out.score = track.score;
  out.preference = preference;
  if (const auto known = library::track(library, track.track))
    out.path = known->path, out.title = known->title, out.artist = known->artist;
  return out;
}

}  // namespace
}  // namespace search

Learned learned(const Library& library, const Model& model, std::string_view query, std::size_t k) {
  using namespace search;
  const Space space = spaces_made_by(library, model).front();
  const ExactScan engine(library, space);
  Learned out;
  out.counted = counted_ratings(library, model, query);
  std::vector<ScoredTrack> candidates;
  std::vector<double> rated_scores;
  if (query.empty()) {
    candidates = all_tracks(library, space);
  } else {
    const text::Wishes wishes = understood(query);
    const std::vector<float> vector = text_queries(model, std::span(&wishes.wanted, 1), wishes.without, false, 0);
    for (const TrackHit& hit : engine.best_tracks(vector, kReordered).best)
      candidates.push_back({.track = hit.id, .score = hit.score});
    rated_scores = scores_of_rated(engine, out.counted, vector, TrackRank::mean, 0);
  }
  const Preferences found = learn_preferences(library, engine, out.counted, rated_scores, candidates);
  out.out_of_sight = static_cast<std::int64_t>(out.counted.size()) - found.counted;
  out.score = found.score;
  out.loudness = found.features[0];
  out.tempo = found.features[1];
  out.brightness = found.features[2];
  out.minor_mode = found.features[3];
  std::vector<std::size_t> places(found.of.size());
  for (std::size_t i = 0; i < places.size(); ++i) places[i] = i;
  std::stable_sort(places.begin(), places.end(),
                   [&](std::size_t a, std::size_t b) { return found.of[a] > found.of[b]; });
  for (std::size_t i = 0; i < std::min(k, places.size()); ++i) {
    const std::size_t most = places[i], least = places[places.size() - 1 - i];
    if (found.of[most] > 0) out.up.push_back(card_of(library, candidates[most], found.of[most]));
    if (found.of[least] < 0) out.down.push_back(card_of(library, candidates[least], found.of[least]));
  }
  return out;
}

}  // namespace hearken
