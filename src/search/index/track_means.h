// The tracks of a space with their normalised means, all in memory: for who compares them all.
#pragma once

#include <cstdint>
#include <vector>

#include "hearken/library.h"
#include "search/scan/exact_scan.h"

namespace hearken::search {

struct TrackMeans {
  std::vector<Track> tracks;  // visible ones that the filter lets through and that are not silent, by id
  std::vector<float> rows;    // [tracks, dimension], row-major, of length 1 or 0
  std::int64_t windows = 0;   // of all of them
};

/// Throws Error: corrupt (naming the track whose mean is damaged), io.
TrackMeans track_means(const Library& library, const Space& space, const TrackFilter& filter);

}  // namespace hearken::search
