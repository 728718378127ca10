// The chunk-vote recommender: windows of a query vote for tracks, votes become a score.
#pragma once

#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include "search/scan/exact_scan.h"

namespace hearken::search {

struct VoteWeights {
  double votes = 0.2, similarity = 0.8;
};

struct TrackVotes {
  std::int64_t id = 0;
  std::int64_t votes = 0;       // hits
  double total_similarity = 0;  // the sum of their cosines, which is that of 1 - distance
  double score = 0;
  bool holds_query = false;  // every window of the query hit an identical one here
  double preference = 0;     // hearken/rate.h
  bool own = false;          // it is a sound of the query itself
  double likelihood = 0;     // that it sounds like the query (hearken/like.h)
};

/// Two windows this near are the same sound: float16 rounds unit vectors of 64 elements and more by less.
inline constexpr double kIdenticalDistance = 1e-4;

/// How many of its nearest tracks each window votes for: at least `least`, and as many as it takes for `tracks`
/// different ones to get a vote; all of `hits` where that is not enough. The head of each list votes.
std::size_t depth_of_votes(std::span<const std::vector<WindowHit>> hits, std::size_t least, std::size_t tracks);

/// For each track among the hits the mean over the query's windows of the cosine of its nearest one. Where a window's
/// list ends before the track, that of the last in the list, which it cannot exceed. Each list has a track once,
/// nearest first; `scale` is what the cosines of each window are multiplied with, up to 1.
std::unordered_map<std::int64_t, double> nearness_of(std::span<const std::vector<WindowHit>> hits,
                                                     std::span<const double> scale);

/// The tracks that got hits, by id, without scores. `hits` are those of each window of the query.
std::vector<TrackVotes> count_votes(std::span<const std::vector<WindowHit>> hits);

/// Fills in
///
///     score = weights.votes · votes / max(votes) + weights.similarity · total_similarity / max(total_similarity)
///
/// with the maxima over `tracks`, and orders them by score, then by id. The best possible score is the sum of the
/// weights. A track that holds the query has it, and comes before all others. It takes no part in the maxima, and nor
/// do own tracks: beside the sound itself all others would look alike.
/// A total below 0 (a track all of whose hits are contrary to the query) counts as 0, and so does every total when none
/// is above 0: the second term is then 0 for all, never negative and never a division by 0.
/// Throws Error(invalid_argument) for weights that are negative, not finite, or both 0.
void score_votes(std::vector<TrackVotes>& tracks, const VoteWeights& weights);

}  // namespace hearken::search
