// What searches answer with: windows, tracks, and the windows of a track.
#pragma once

#include <cstdint>
#include <vector>

namespace hearken::search {

struct WindowHit {
  std::int64_t track_id = 0;
  double start_seconds = 0;
  double score = 0;  // cosine
};

/// What a track's score is.
enum class TrackRank {
  mean,    // the mean cosine over its windows: query · mean
  cosine,  // of the query and the normalised mean; tracks compared with each other
  best,    // of its best window
  top3,    // the mean of its three best windows (of fewer: of all it has)
};

struct TrackHit {
  std::int64_t id = 0;
  double score = 0;
};

struct TrackHits {
  std::vector<TrackHit> best;  // best first, at most k
  std::int64_t searched = 0;   // tracks that the filter lets through
};

/// All windows of a track, in order.
struct TrackWindows {
  std::vector<double> starts_seconds;
  std::vector<float> vectors;       // [windows, dimension]
  std::vector<std::uint8_t> flags;  // of each window (library/window_flags.h); empty: none has one
};

}  // namespace hearken::search
