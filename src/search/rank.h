// The best tracks or moments of an index for one query.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "hearken/find.h"
#include "search/index/index.h"

namespace hearken::search {

/// A track of a ranking, or a moment of one.
struct RankedTrack {
  std::int64_t track_id = 0;
  double start_seconds = 0;  // of moments
  double score = 0;
  double preference = 0;  // hearken/rate.h
  bool silent = false;    // nothing is heard in the track
};

struct Ranking {
  std::vector<RankedTrack> best;
  std::int64_t searched = 0;  // tracks in the scope
};

/// The `count` best for a unit vector [dimension], as FindRank says: best first, equal scores by track, then by start.
/// Windows of one track overlap when they start less than a window's length apart.
Ranking rank_tracks(const Index& index, std::span<const float> query, FindRank rank, std::size_t count,
                    const Scope& scope, int threads);

/// How an index ranks tracks by this; moments as mean.
TrackRank track_rank(FindRank rank);

}  // namespace hearken::search
