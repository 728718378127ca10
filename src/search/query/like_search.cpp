// Votes or means rank the tracks; then each result is held against the query window by window for its moments.
#include "search/query/like_search.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

#include "core/numerics/vectors.h"
#include "library/window_flags.h"
#include "model/levels.h"
#include "search/index/select.h"
#include "search/index/track_names.h"
#include "search/ratings/ratings.h"
#include "search/ratings/reranker.h"
#include "search/votes.h"

namespace hearken::search {
namespace {

// Tracks whose windows are in memory together: a distributed index is asked for them in one go.
constexpr std::size_t kAtOnce = 16;

// So many tracks get votes at least, however few are asked for: lists up to this length are heads of one another.
constexpr std::size_t kFewestTracks = 50;

// How many tracks are to get votes for `k` results. Stepwise, so that the pages of a list come of one order.
std::size_t tracks_wanted(std::size_t k) {
  std::size_t wanted = kFewestTracks;
  while (wanted < k) wanted *= 2;
  return wanted;
}

void check_options_of_like(const LikeOptions& options) {
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
Scope scope_of(std::span<const ItemVectors> items, const LikeOptions& options) {
  Scope out{selection_of(options.under, options.where), {}, options.by == LikeBy::votes};
  for (const ItemVectors& item : items)
    if (item.left_out && !options.include_self) out.left_out.push_back(*item.left_out);
  return out;
}

// A sound without the windows that have one of these flags.
ItemVectors without(const ItemVectors& item, std::uint8_t flags, std::size_t dimension) {
  ItemVectors out;
  out.negative = item.negative;
  out.left_out = item.left_out;
  for (std::size_t w = 0; w < item.flags.size(); ++w) {
    if ((item.flags[w] & flags) != 0) continue;
    out.flags.push_back(item.flags[w]);
    out.starts_seconds.push_back(item.starts_seconds[w]);
    out.ends_seconds.push_back(item.ends_seconds[w]);
    const auto row = std::span(item.vectors).subspan(w * dimension, dimension);
    out.vectors.insert(out.vectors.end(), row.begin(), row.end());
  }
  return out;
}

// A sound without its silence, and by votes without what `hearken clean` flagged, unless there is nothing else.
// `number` is its place among the items, from 1 on.
ItemVectors heard_in(const ItemVectors& item, std::size_t number, LikeBy by, std::size_t dimension,
                     std::vector<std::string>& warnings) {
  const auto flagged = [](std::uint8_t flag) { return flag != 0; };
  if (std::ranges::none_of(item.flags, flagged)) return item;
  const auto warn = [&](const char* what) { warnings.push_back("sound " + std::to_string(number) + ": " + what); };
  ItemVectors out = without(item, library::kSilentFlag, dimension);
  if (out.vectors.empty()) warn("nothing is heard in it");
  if (out.vectors.empty() || by != LikeBy::votes) return out;
  ItemVectors unflagged = without(out, 0xFF, dimension);
  if (!unflagged.vectors.empty()) return unflagged;
  warn("hearken clean flagged all that is asked of it; it searches all the same");
  return out;
}

bool is_own(std::span<const ItemVectors> items, std::int64_t track) {
  return std::ranges::any_of(items, [&](const ItemVectors& item) { return item.left_out == track; });
}

// Each window votes for its nearest tracks, once for each: a long track has no more votes to win than a short one.
std::vector<TrackVotes> voted(const Index& index, const QueryWindows& query, const Scope& scope,
                              const LikeOptions& options, const Levels& levels) {
  const auto least = static_cast<std::size_t>(options.neighbours);
  const std::size_t wanted = tracks_wanted(static_cast<std::size_t>(options.k));
  auto hits = index.nearest_tracks(query.vectors, std::max(least, wanted), scope, options.threads);
  const std::unordered_map<std::int64_t, double> nearness = nearness_of(hits, query.scale);
  const std::size_t depth = depth_of_votes(hits, least, wanted);
  for (std::vector<WindowHit>& window : hits) window.resize(std::min(window.size(), depth));
  std::vector<TrackVotes> tracks = count_votes(hits);
  for (TrackVotes& track : tracks) track.likelihood = likelihood_alike(levels, nearness.at(track.id));
  return tracks;
}

std::vector<TrackVotes> ranked(const Index& index, const QueryWindows& query, std::span<const ItemVectors> items,
                               const LikeOptions& options, const Levels& levels, LikeResult& result) {
  const auto k = static_cast<std::size_t>(options.k);
  const std::vector<CountedRating> ratings = options.ratings ? general_ratings(index) : std::vector<CountedRating>();
  const bool reordered = !ratings.empty();
  const Scope scope = scope_of(items, options);
  std::vector<TrackVotes> tracks;
  if (options.by == LikeBy::votes) {
    tracks = voted(index, query, scope, options, levels);
    for (TrackVotes& track : tracks) track.own = is_own(items, track.id);
    score_votes(tracks, {options.votes_weight, options.similarity_weight});
  } else {
    double scale = 1;
    const std::vector<float> mean = query_mean(items, index.space().dimension, &scale);
    const std::size_t count = reordered ? std::max(k, kReordered) : k;
    for (const TrackHit& hit : index.best_tracks(mean, count, TrackRank::cosine, scope, options.threads).best)
      tracks.push_back({.id = hit.id, .score = hit.score, .likelihood = likelihood_alike(levels, hit.score * scale)});
  }
  double likeliest = 0;
  for (const TrackVotes& track : tracks) likeliest = std::max(likeliest, track.likelihood);
  result.answer = answer_of(likeliest);
  if (reordered) result.ratings = prefer(index, ratings, tracks);
  tracks.resize(std::min(tracks.size(), k));
  return tracks;
}

Level level_of(const Levels& levels, double likelihood) {
  return likelihood >= model::likelihood_at(levels, levels.high) ? Level::high
         : likelihood >= kModerateLikelihood                     ? Level::moderate
                                                                 : Level::low;
}

struct Near {
  double cosine = 0;
  std::size_t window = 0;  // of the track
};

struct NearMoment {
  std::size_t window = 0;  // of the query
  std::vector<Near> matches;
};

// The windows of a track that may stand for it: what is heard, by votes of that what has no flag; a track with votes
// has such windows.
std::vector<std::size_t> places_of(const TrackWindows& windows, LikeBy by) {
  const std::uint8_t left_out = by == LikeBy::votes ? 0xFF : library::kSilentFlag;
  std::vector<std::size_t> out;
  for (std::size_t w = 0; w < windows.starts_seconds.size(); ++w)
    if (windows.flags.empty() || (windows.flags[w] & left_out) == 0) out.push_back(w);
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
      all[p] = {numerics::dot(row, track.subspan(places[p] * dimension, dimension)), places[p]};
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

std::vector<LikeMoment> moments_of(const Space& space, const QueryWindows& query, std::span<const ItemVectors> items,
                                   const TrackWindows& windows, double duration_seconds, const LikeOptions& options) {
  std::vector<LikeMoment> out;
  const std::vector<std::size_t> places = places_of(windows, options.by);
  if (places.empty()) return out;  // flagged or taken out meanwhile
  for (const NearMoment& near : nearest_moments(query, windows.vectors, places, space.dimension, options)) {
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

// The tracks of the library that the query's sounds are, each once, in the order of the query.
std::vector<LikeSelf> selves_of(const Index& index, std::span<const ItemVectors> items) {
  std::vector<std::int64_t> ids;
  for (const ItemVectors& item : items)
    if (item.left_out && std::ranges::find(ids, *item.left_out) == ids.end()) ids.push_back(*item.left_out);
  std::vector<LikeSelf> out;
  if (ids.empty()) return out;
  for (const std::optional<Track>& track : index.tracks(ids))
    if (track) out.push_back({track->id, track->path, track->title, track->artist});
  return out;
}

}  // namespace

LikeResult like_vectors(const Index& index, std::span<const ItemVectors> given, const LikeOptions& options,
                        const Levels& levels) {
  check_options_of_like(options);
  const Space& space = index.space();
  LikeResult result;
  result.self = selves_of(index, given);
  std::vector<ItemVectors> items;
  for (const ItemVectors& item : given)
    items.push_back(heard_in(item, items.size() + 1, options.by, space.dimension, result.warnings));
  for (const ItemVectors& item : items) result.item_windows.push_back(item.vectors.size() / space.dimension);
  const bool silent = std::ranges::any_of(items, is_asked_for) && std::ranges::none_of(items, [](const auto& item) {
                        return is_asked_for(item) && !item.vectors.empty();
                      });
  if (silent) return result;
  const QueryWindows query = query_windows(items, space.dimension);
  result.windows = query.places.size();
  const std::vector<TrackVotes> found = ranked(index, query, items, options, levels, result);
  for (std::size_t first = 0; first < found.size(); first += kAtOnce) {
    const std::span<const TrackVotes> some = std::span(found).subspan(first, std::min(kAtOnce, found.size() - first));
    std::vector<std::int64_t> ids;
    for (const TrackVotes& track : some) ids.push_back(track.id);
    const std::vector<std::optional<Track>> tracks = index.tracks(ids);
    std::vector<TrackWindows> windows;
    if (options.inputs > 0) windows = index.windows_of(ids);
    for (std::size_t i = 0; i < some.size(); ++i) {
      if (!tracks[i]) continue;
      const Track& track = *tracks[i];
      LikeHit& hit = result.hits.emplace_back();
      hit.id = some[i].id;
      hit.path = track.path;
      hit.title = track.title;
      hit.artist = track.artist;
      hit.score = some[i].score;
      hit.likelihood = some[i].likelihood;
      hit.level = level_of(levels, hit.likelihood);
      hit.votes = some[i].votes;
      hit.total_similarity = some[i].total_similarity;
      hit.preference = some[i].preference;
      if (options.inputs > 0)
        hit.moments = moments_of(space, query, items, windows[i], track.duration_seconds, options);
    }
  }
  return result;
}

}  // namespace hearken::search
