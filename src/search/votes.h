// The chunk-vote recommender: windows of a query vote for tracks, votes become a score.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "search/engine.h"

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
};

/// Two windows this near are the same sound: float16 rounds unit vectors of 64 elements and more by less.
inline constexpr double kIdenticalDistance = 1e-4;

/// The tracks that got hits, by id, without scores. `hits` are those of each window of the query.
std::vector<TrackVotes> count_votes(std::span<const std::vector<WindowHit>> hits);

/// Fills in
///
///     score = weights.votes · votes / max(votes) + weights.similarity · total_similarity / max(total_similarity)
///
/// with the maxima over all of `tracks`, and orders them by score, then by id. The best possible score is the sum of
/// the weights. A track that holds the query has it, and comes before all others: a query of a window or two casts too
/// few hits on its own recording for the formula to put that first, when longer tracks take several hits of a window.
/// A total below 0 (a track all of whose hits are contrary to the query) counts as 0, and so does every total when none
/// is above 0: the second term is then 0 for all, never negative and never a division by 0.
/// Throws Error(invalid_argument) for weights that are negative, not finite, or both 0.
void score_votes(std::vector<TrackVotes>& tracks, const VoteWeights& weights);

}  // namespace hearken::search
