// Votes or means rank the tracks; then each result is held against the query window by window for its moments.
#include "search/like_run.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "library/library_impl.h"
#include "library/sqlite.h"
#include "search/ratings.h"
#include "search/reranker.h"
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
  selected.unflagged = options.by == LikeBy::votes;
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

// A sound without the windows that `hearken clean` flagged; nothing when it has no others.
std::optional<ItemVectors> unflagged_of(const ItemVectors& item, std::size_t dimension) {
  ItemVectors out;
  out.negative = item.negative;
  out.left_out = item.left_out;
  for (std::size_t w = 0; w < item.flags.size(); ++w) {
    if (item.flags[w] != 0) continue;
    out.starts_seconds.push_back(item.starts_seconds[w]);
    out.ends_seconds.push_back(item.ends_seconds[w]);
    const auto row = std::span(item.vectors).subspan(w * dimension, dimension);
    out.vectors.insert(out.vectors.end(), row.begin(), row.end());
  }
  return out.starts_seconds.empty() ? std::nullopt : std::optional(std::move(out));
}

std::vector<TrackVotes> ranked(const Library& library, const Engine& engine, const QueryWindows& query,
                               std::span<const ItemVectors> items, const TrackFilter& filter,
                               const LikeOptions& options, LikeResult& result) {
  const auto k = static_cast<std::size_t>(options.k);
  const std::vector<CountedRating> ratings = options.ratings ? general_ratings(library) : std::vector<CountedRating>();
  std::vector<TrackVotes> tracks;
  if (options.by == LikeBy::votes) {
    const auto neighbours = static_cast<std::size_t>(options.neighbours);
    tracks = count_votes(engine.nearest_windows(query.vectors, neighbours, filter, options.threads));
    score_votes(tracks, {options.votes_weight, options.similarity_weight});
  } else {
    const std::vector<float> mean = query_mean(items, engine.dimension());
    const std::size_t count = ratings.empty() ? k : std::max(k, kReordered);
    for (const TrackHit& hit : engine.best_tracks(mean, count, TrackRank::cosine, filter, options.threads).best)
      tracks.push_back({hit.id, 0, 0, hit.score});
  }
  if (!ratings.empty()) result.ratings = prefer(library, engine, ratings, tracks);
  tracks.resize(std::min(tracks.size(), k));
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

// The windows of a track that may stand for it: by votes those without a flag, which a track with votes has.
std::vector<std::size_t> places_of(const Engine::TrackWindows& windows, LikeBy by) {
  std::vector<std::size_t> out;
  for (std::size_t w = 0; w < windows.starts_seconds.size(); ++w)
    if (by != LikeBy::votes || windows.flags.empty() || windows.flags[w] == 0) out.push_back(w);
  return out;
}

// For each window of the query its nearest windows of the track, at `places`; of those windows the ones that come
// nearest.
std::vector<NearMoment> nearest_moments(const QueryWindows& query, std::span<const float> track,
                                        std::span<const std::size_t> places, std::size_t dimension,
                                        const LikeOptions& options) {
  const auto inputs = static_cast<std::size_t>(options.inputs), clips = static_cast<std::size_t>(options.clips);
  std::vector<NearMoment> moments;
  std::vector<Near> all(places.size());
  const auto nearer = [](const Near& a, const Near& b) {
    return a.cosine != b.cosine ? a.cosine > b.cosine : a.window < b.window;
  };
  for (std::size_t q = 0; q < query.places.size(); ++q) {
    const std::span<const float> row = std::span(query.vectors).subspan(q * dimension, dimension);
    for (std::size_t p = 0; p < all.size(); ++p)
      all[p] = {dot(row, track.subspan(places[p] * dimension, dimension)), places[p]};
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
  const std::vector<std::size_t> places = places_of(windows, options.by);
  if (places.empty()) return out;  // flagged meanwhile
  for (const NearMoment& near : nearest_moments(query, windows.vectors, places, engine.dimension(), options)) {
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
                        std::span<const ItemVectors> given, const LikeOptions& options) {
  check(options);
  LikeResult result;
  std::vector<ItemVectors> items(given.begin(), given.end());
  for (std::size_t i = 0; i < items.size() && options.by == LikeBy::votes; ++i) {
    const auto flagged = [](std::uint8_t flag) { return flag != 0; };
    if (std::none_of(items[i].flags.begin(), items[i].flags.end(), flagged)) continue;
    if (std::optional<ItemVectors> unflagged = unflagged_of(items[i], engine.dimension()))
      items[i] = std::move(*unflagged);
    else
      result.warnings.push_back("sound " + std::to_string(i + 1) +
                                ": hearken clean flagged all that is asked of it; it searches all the same");
  }
  const QueryWindows query = query_windows(items, engine.dimension());
  result.windows = query.places.size();
  for (const ItemVectors& item : items) result.item_windows.push_back(item.vectors.size() / engine.dimension());
  const TrackFilter filter = filter_of(library, space, items, options);
  for (const TrackVotes& track : ranked(library, engine, query, items, filter, options, result)) {
    const std::optional<TrackCard> card = track_card(library, track.id);
    if (!card) continue;
    result.hits.push_back(
        {track.id, card->path, card->title, card->artist, track.score, track.votes, track.total_similarity,
         moments_of(engine, space, query, items, track.id, card->duration_seconds, options), track.preference});
  }
  return result;
}

}  // namespace hearken::search
