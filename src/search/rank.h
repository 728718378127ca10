// The best tracks or moments of a space for one query.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "hearken/find.h"
#include "search/engine.h"

namespace hearken::search {

struct Ranked {
  std::int64_t track_id = 0;
  double start_seconds = 0;  // of moments
  double score = 0;
  double preference = 0;  // hearken/rate.h
};

struct Ranking {
  std::vector<Ranked> best;
  std::int64_t searched = 0;  // tracks that the filter lets through
};

/// The `count` best for a unit vector [dimension], as FindRank says: best first, equal scores by track, then by start.
/// Windows of `window_seconds` of one track overlap when they start less than that apart.
Ranking ranked(const Engine& engine, std::span<const float> query, FindRank rank, std::size_t count,
               double window_seconds, const TrackFilter& filter, int threads);

/// How the engine ranks tracks by this; moments as mean.
TrackRank track_rank(FindRank rank);

/// Where the track's window nearest the query starts; the first of equals.
double best_start(const Engine& engine, std::int64_t track_id, std::span<const float> query);

}  // namespace hearken::search
