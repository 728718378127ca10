// What searches answer with: windows, tracks, and the sound of a track.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "hearken/library.h"

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

/// A sound without its silence (search/scan/sounding.h), as a library stores it.
struct EmbeddedSound {
  std::int64_t id = 0;  // of a track that was asked for as such; 0: a file
  std::filesystem::path path;
  std::string title, artist;  // empty when the file has no tags
  double duration_seconds = 0;
  double window_seconds = 0;
  std::span<const double> starts_seconds;  // [windows], ascending
  std::span<const std::uint16_t> vectors;  // float16 [windows, dimension], row-major, unit rows; valid in the call only
};

using SoundVisitor = std::function<void(const Track& track, const EmbeddedSound& sound)>;

}  // namespace hearken::search
