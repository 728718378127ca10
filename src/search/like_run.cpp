// Votes or means rank the tracks; then each result is held against the query window by window for its moments.
#include "search/like_run.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "library/library_impl.h"
#include "library/sqlite.h"
#include "search/select.h"
#include "search/track_names.h"
#include "search/votes.h"

namespace hearken::search {
namespace {

void check(const LikeOptions& options) {
  const auto at_least = [](int value, int least, const char* what) {
    if (value < least)
      throw Error(ErrorCode::invalid_argument,
                  std::string(what) + " must be at least " + std::to_string(least) + ", not " + std::to_string(value));
  };
  at_least(options.k, 1, "the number of results");
  at_least(options.neighbours, 1, "the number of neighbours");
  at_least(options.inputs, 0, "the number of inputs");
  at_least(options.clips, 0, "the number of clips");
}

// What may be found: what is selected, without those that leave themselves out.
TrackFilter filter_of(const Library& library, const Space& space, std::span<const ItemVectors> items,
                      const LikeOptions& options) {
  std::vector<std::int64_t> out;
  for (const ItemVectors& item : items)
    if (item.left_out && !options.include_self) out.push_back(*item.left_out);
  TrackFilter selected = select_tracks(library, selection_of(options.under, options.where));
  if (out.empty()) return selected;
  if (!selected.only) {
    selected.only.emplace();
    library::Statement rows(library.impl().db(),
                            "SELECT track_id FROM embeddings WHERE model_id = ? ORDER BY track_id");
    for (rows.bind(space.model_id); rows.step();) selected.only->push_back(rows.integer(0));
  }
  std::erase_if(*selected.only, [&](std::int64_t id) { return std::find(out.begin(), out.end(), id) != out.end(); });
  return selected;
}

std::vector<TrackVotes> ranked(const Engine& engine, const QueryWindows& query, std::span<const ItemVectors> items,
                               const TrackFilter& filter, const LikeOptions& options) {
  const auto k = static_cast<std::size_t>(options.k);
  std::vector<TrackVotes> tracks;
  if (options.by == LikeBy::votes) {
    const auto neighbours = static_cast<std::size_t>(options.neighbours);
    tracks = count_votes(engine.nearest_windows(query.vectors, neighbours, filter, options.threads));
    score_votes(tracks, {options.votes_weight, options.similarity_weight});
    tracks.resize(std::min(tracks.size(), k));
  } else {
    const std::vector<float> mean = query_mean(items, engine.dimension());
    for (const TrackHit& hit : engine.best_tracks(mean, k, TrackRank::cosine, filter, options.threads).best)
      tracks.push_back({hit.id, 0, 0, hit.score});
  }
  return tracks;
}

struct Near {
  double cosine = 0;
  std::size_t window = 0;  // of the track
};

struct NearMoment {
  std::size_t window = 0;  // of the query
  std::vector<Near> matches;
};

// For each window of the query its nearest windows of the track; of those windows the ones that come nearest.
std::vector<NearMoment> nearest_moments(const QueryWindows& query, std::span<const float> track, std::size_t dimension,
                                        const LikeOptions& options) {
  const auto inputs = static_cast<std::size_t>(options.inputs), clips = static_cast<std::size_t>(options.clips);
  std::vector<NearMoment> moments;
  std::vector<Near> all(track.size() / dimension);
  const auto nearer = [](const Near& a, const Near& b) {
    return a.cosine != b.cosine ? a.cosine > b.cosine : a.window < b.window;
  };
  for (std::size_t q = 0; q < query.places.size(); ++q) {
    const std::span<const float> row = std::span(query.vectors).subspan(q * dimension, dimension);
    for (std::size_t w = 0; w < all.size(); ++w) all[w] = {dot(row, track.subspan(w * dimension, dimension)), w};
    const auto kept = all.begin() + static_cast<std::ptrdiff_t>(std::min(all.size(), std::max<std::size_t>(clips, 1)));
    std::partial_sort(all.begin(), kept, all.end(), nearer);
    moments.push_back({q, {all.begin(), kept}});
    // Kept small, however long the query is.
    if (moments.size() < 2 * inputs + 64 && q + 1 < query.places.size()) continue;
    std::stable_sort(moments.begin(), moments.end(), [](const NearMoment& a, const NearMoment& b) {
      return a.matches.front().cosine > b.matches.front().cosine;
    });
    moments.resize(std::min(moments.size(), inputs));
  }
  return moments;
}

std::vector<LikeMoment> moments_of(const Engine& engine, const Space& space, const QueryWindows& query,
                                   std::span<const ItemVectors> items, std::int64_t track, double duration_seconds,
                                   const LikeOptions& options) {
  std::vector<LikeMoment> out;
  if (options.inputs == 0) return out;
  const Engine::TrackWindows windows = engine.track_windows(track);
  for (const NearMoment& near : nearest_moments(query, windows.vectors, engine.dimension(), options)) {
    const QueryWindows::Place place = query.places[near.window];
    LikeMoment moment;
    moment.item = place.item;
    moment.start_seconds = items[place.item].starts_seconds[place.window];
    moment.end_seconds = items[place.item].ends_seconds[place.window];
    const std::size_t shown = std::min(near.matches.size(), static_cast<std::size_t>(options.clips));
    for (const Near& match : std::span(near.matches).first(shown)) {
      const double start = windows.starts_seconds[match.window];
      // Stored vectors are rounded: what is identical may have a cosine a little above 1.
      moment.matches.push_back(
          {start, std::min(start + space.windowing.window_seconds, duration_seconds), std::max(0.0, 1 - match.cosine)});
    }
    out.push_back(std::move(moment));
  }
  return out;
}

}  // namespace

LikeResult like_vectors(const Library& library, const Space& space, const Engine& engine,
                        std::span<const ItemVectors> items, const LikeOptions& options) {
  check(options);
  const QueryWindows query = query_windows(items, engine.dimension());
  LikeResult result;
  result.windows = query.places.size();
  for (const ItemVectors& item : items) result.item_windows.push_back(item.vectors.size() / engine.dimension());
  for (const TrackVotes& track : ranked(engine, query, items, filter_of(library, space, items, options), options)) {
    const std::optional<TrackCard> card = track_card(library, track.id);
    if (!card) continue;
    result.hits.push_back({track.id, card->path, card->title, card->artist, track.score, track.votes,
                           track.total_similarity,
                           moments_of(engine, space, query, items, track.id, card->duration_seconds, options)});
  }
  return result;
}

}  // namespace hearken::search
