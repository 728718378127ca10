// Hits counted by track, and the formula.
#include "search/votes.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <map>
#include <unordered_set>

#include "hearken/error.h"

namespace hearken::search {

std::size_t depth_of_votes(std::span<const std::vector<WindowHit>> hits, std::size_t least, std::size_t tracks) {
  std::unordered_set<std::int64_t> voted;
  for (std::size_t depth = 0;; ++depth) {
    if (depth >= least && voted.size() >= tracks) return depth;
    bool any = false;
    for (const std::vector<WindowHit>& window : hits) {
      if (depth >= window.size()) continue;
      voted.insert(window[depth].track_id);
      any = true;
    }
    if (!any) return depth;
  }
}

std::unordered_map<std::int64_t, double> nearness_of(std::span<const std::vector<WindowHit>> hits,
                                                     std::span<const double> scale) {
  std::unordered_map<std::int64_t, double> out;
  double beyond = 0;  // of a track that is in no list
  for (std::size_t window = 0; window < hits.size(); ++window) {
    if (hits[window].empty()) continue;
    const auto scaled = [&](double cosine) { return std::min(1.0, cosine * scale[window]); };
    const double last = scaled(hits[window].back().score);
    beyond += last;
    for (const WindowHit& hit : hits[window]) out[hit.track_id] += scaled(hit.score) - last;
  }
  for (auto& [id, sum] : out) sum = (sum + beyond) / static_cast<double>(hits.size());
  return out;
}

std::vector<TrackVotes> count_votes(std::span<const std::vector<WindowHit>> hits) {
  struct Count {
    TrackVotes track;
    std::size_t identical = 0;    // windows of the query that hit an identical one
    std::size_t last_window = 0;  // of those, from 1 on
  };
  std::map<std::int64_t, Count> by_id;
  for (std::size_t window = 0; window < hits.size(); ++window) {
    for (const WindowHit& hit : hits[window]) {
      Count& count = by_id[hit.track_id];
      count.track.id = hit.track_id;
      ++count.track.votes;
      count.track.total_similarity += hit.score;
      if (1 - hit.score >= kIdenticalDistance || count.last_window == window + 1) continue;
      count.last_window = window + 1;
      ++count.identical;
    }
  }
  std::vector<TrackVotes> out;
  for (const auto& [id, count] : by_id) {
    out.push_back(count.track);
    out.back().holds_query = count.identical == hits.size();
  }
  return out;
}

void score_votes(std::vector<TrackVotes>& tracks, const VoteWeights& weights) {
  const auto good = [](double weight) { return std::isfinite(weight) && weight >= 0; };
  if (!good(weights.votes) || !good(weights.similarity) || weights.votes + weights.similarity <= 0) {
    throw Error(
        ErrorCode::invalid_argument,
        fmt::format("weights of {:g} (votes) and {:g} (similarity): they must be numbers of at least 0, and not "
                    "both 0",
                    weights.votes, weights.similarity));
  }
  std::int64_t most = 0;
  double greatest = 0;
  for (const TrackVotes& track : tracks) {
    if (track.holds_query || track.own) continue;
    most = std::max(most, track.votes);
    greatest = std::max(greatest, track.total_similarity);
  }
  for (TrackVotes& track : tracks) {
    const double votes = most > 0 ? std::min(1.0, static_cast<double>(track.votes) / static_cast<double>(most)) : 0;
    const double similarity = greatest > 0 ? std::clamp(track.total_similarity / greatest, 0.0, 1.0) : 0;
    track.score = track.holds_query ? weights.votes + weights.similarity
                                    : weights.votes * votes + weights.similarity * similarity;
  }
  std::sort(tracks.begin(), tracks.end(), [](const TrackVotes& a, const TrackVotes& b) {
    if (a.holds_query != b.holds_query) return a.holds_query;
    return a.score != b.score ? a.score > b.score : a.id < b.id;
  });
}

}  // namespace hearken::search
