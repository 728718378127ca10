// What ratings teach, for people to look at: `rate --show`.
#include <algorithm>

#include "hearken/rate.h"
#include "library/catalogue/embeddings.h"
#include "search/index/local_index.h"
#include "search/query/text_query.h"
#include "search/ratings/reranker.h"
#include "search/space.h"

namespace hearken {
namespace search {
namespace {

PulledTrack card_of(const Index& index, const ScoredTrack& track, double preference) {
  PulledTrack out;
  out.id = track.track;
  out.score = track.score;
  out.preference = preference;
  if (const auto known = index.tracks({&track.track, 1}).at(0))
    out.path = known->path, out.title = known->title, out.artist = known->artist;
  return out;
}

}  // namespace
}  // namespace search

Learned learned(const Library& library, const Model& model, std::string_view query, std::size_t k) {
  using namespace search;
  const OpenedSpace opened(library, spaces_made_by(library, model).front());
  const Index& index = opened.index();
  Learned out;
  out.counted = counted_ratings(index, model, query);
  std::vector<ScoredTrack> candidates;
  std::vector<double> rated_scores;
  if (query.empty()) {
    for (const library::Embedding& one : library::embeddings(library, index.space().model_id))
      candidates.push_back({one.track, 0, 0});
  } else {
    const text::Wishes wishes = understood(query);
    const std::vector<float> vector = text_queries(model, std::span(&wishes.wanted, 1), wishes.without, false, 0);
    for (const TrackHit& hit : index.best_tracks(vector, kReordered, TrackRank::mean, {}, 0).best)
      candidates.push_back({.track = hit.id, .score = hit.score});
    rated_scores = scores_of_rated(index, out.counted, vector, TrackRank::mean, 0);
  }
  const Preferences found = learn_preferences(index, out.counted, rated_scores, candidates);
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
    if (found.of[most] > 0) out.up.push_back(card_of(index, candidates[most], found.of[most]));
    if (found.of[least] < 0) out.down.push_back(card_of(index, candidates[least], found.of[least]));
  }
  return out;
}

}  // namespace hearken
