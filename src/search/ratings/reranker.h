// The re-ranker: ratings become preferences, and preferences an order (hearken/rate.h has the definition).
//
// Learned by fit_logistic() from the ratings that count, with the kernel
//
//     k(a, b) = 10 · (x_a - c) · (x_b - c) / v + 1 + ¼ · z_a · z_b + ¼ · f_a · f_b
//
// x: a track's normalised mean vector; c their mean, and v the mean of |x - c|², over the tracks that are re-ordered
// and rated. 1 is for the constant, which is learned and left out of preferences: it orders nothing. z: of a rating for
// a query the track's z for this query, which is also its offset; 0 of a general one. f: loudness, log tempo, log
// brightness, and 1 for a minor key, each less its mean and divided by its deviation over the same tracks; 0 where it
// is not measured. The factors are the variances of the Gaussian priors. The 10 was chosen on real music and noises
// by average precision; anything from 2 to 100 helped.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "hearken/find.h"
#include "search/index/index.h"
#include "search/rank.h"
#include "search/ratings/ratings.h"
#include "search/votes.h"

namespace hearken::search {

inline constexpr std::size_t kReordered = 1000;  // so many of the best by score

/// How far at most a preference carries a track: past those whose place is less than twice as much above its own.
inline constexpr double kReach = 0.1;

struct ScoredTrack {
  std::int64_t track = 0;
  double score = 0;
  double place = 0;    // what a preference is added to: find()'s likelihood; like()'s score
  bool answer = true;  // its likelihood is at least kAnswerLikelihood
};

struct Preferences {
  std::vector<double> of;            // of each candidate
  std::vector<std::size_t> order;    // places of the candidates, best first
  std::int64_t counted = 0;          // ratings that were learned from; with none there is no preference, and no order
  double score = 1;                  // what z is multiplied with
  std::array<double, 4> features{};  // log-odds for a deviation of loudness, tempo, brightness; for a minor key
};

/// The order is that of place + kReach · tanh(preference), of those that are answers and of those that are none each by
/// itself: nothing that is no answer comes before more answers than it did. `candidates` by score, best first.
/// `rated_scores` are those of the rated tracks for the query, one for each rating; empty where only general ratings
/// count. Ratings of tracks that the index does not see are left out. Throws what the index throws.
Preferences learn_preferences(const Index& index, std::span<const CountedRating> ratings,
                              std::span<const double> rated_scores, std::span<const ScoredTrack> candidates);

/// The scores of rated tracks for a query, as learn_preferences() takes them.
std::vector<double> scores_of_rated(const Index& index, std::span<const CountedRating> ratings,
                                    std::span<const float> query, TrackRank rank, int threads);

/// Re-orders the best kReordered of `tracks`, and fills in their preferences. Returns how many ratings were learned
/// from. For find(): `rated_scores` as above; `model` knows the likelihoods. For like(): a track that holds the query
/// stays in front.
std::int64_t prefer(const Index& index, const Model& model, std::span<const CountedRating> ratings,
                    std::span<const double> rated_scores, std::vector<RankedTrack>& tracks);
std::int64_t prefer(const Index& index, std::span<const CountedRating> ratings, std::vector<TrackVotes>& tracks);

}  // namespace hearken::search
