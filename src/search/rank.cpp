// Tracks come from the index as they are; of moments, those that repeat a better one are left out.
#include "search/rank.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>

namespace hearken::search {
namespace {

// `hits` best first. Of windows that overlap, the best stays.
std::vector<RankedTrack> without_overlaps(const std::vector<WindowHit>& hits, double window_seconds,
                                          std::size_t count) {
  constexpr double kRounding = 1e-6;  // of starts in seconds
  std::vector<RankedTrack> out;
  std::unordered_map<std::int64_t, std::vector<double>> kept;  // starts, by track
  for (const WindowHit& hit : hits) {
    if (out.size() == count) break;
    std::vector<double>& starts = kept[hit.track_id];
    const bool overlaps = std::ranges::any_of(
        starts, [&](double start) { return std::abs(start - hit.start_seconds) < window_seconds - kRounding; });
    if (overlaps) continue;
    starts.push_back(hit.start_seconds);
    out.push_back({hit.track_id, hit.start_seconds, hit.score});
  }
  return out;
}

}  // namespace

TrackRank track_rank(FindRank rank) {
  return rank == FindRank::best ? TrackRank::best : rank == FindRank::top3 ? TrackRank::top3 : TrackRank::mean;
}

Ranking rank_tracks(const Index& index, std::span<const float> query, FindRank rank, std::size_t count,
                    const Scope& scope, int threads) {
  const TrackRank by = track_rank(rank);
  const bool moments = rank == FindRank::moments;
  const TrackHits tracks = index.best_tracks(query, moments ? 0 : count, by, scope, threads);
  Ranking out;
  out.searched = tracks.searched;
  if (!moments) {
    for (const TrackHit& hit : tracks.best) out.best.push_back({hit.id, 0, hit.score});
    return out;
  }
  // Which of the best n windows stay does not depend on the others, so more are asked for until they suffice. With the
  // usual overlap by half, each window that stays puts aside up to two.
  const std::size_t windows = index.windows();
  for (std::size_t n = 3 * count;; n *= 2) {
    n = std::min(n, windows);
    const auto hits = index.nearest_windows(query, n, scope, threads);
    out.best = without_overlaps(hits.at(0), index.space().windowing.window_seconds, count);
    if (out.best.size() == count || hits[0].size() < n || n == windows) return out;
  }
}

}  // namespace hearken::search
