// The exact scan: every track's mean against one query, and the best window of a few tracks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

#include "hearken/library.h"

namespace hearken::search {

struct TrackScore {
  std::int64_t id = 0;
  double score = 0;  // query · mean of the track's unit window vectors: the mean cosine over its windows
};

struct ScanResult {
  std::vector<TrackScore> best;  // best first, equal scores by id; at most k
  std::int64_t searched = 0;
};

/// `query` is a unit vector, float32 [dimension]; `model_id` a row of models; `under` empty for all tracks. Visible
/// tracks only. Exact, and the same on every run. Throws Error: corrupt (a stored vector of the wrong size), io.
ScanResult scan_tracks(const Library& library, std::int64_t model_id, std::span<const float> query, std::size_t k,
                       const std::filesystem::path& under);

struct BestWindow {
  double start_seconds = 0;
  double score = 0;
};

/// The window of a track nearest the query; the first of equals.
BestWindow best_window(const Library& library, std::int64_t model_id, std::int64_t track_id,
                       std::span<const float> query);

}  // namespace hearken::search
