// What lists of tracks are made from: one space of a library, its catalogue, and the vectors of single tracks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "hearken/playlist.h"
#include "library/catalogue/tracks.h"
#include "search/index/select.h"
#include "search/scan/exact_scan.h"
#include "search/space.h"

namespace hearken::tasks {

/// One thread at a time; the library must outlive it.
class Listing {
 public:
  /// Throws Error(invalid_argument) for a `where` that is none.
  Listing(const Library& library, const search::Space& space, const ListedFrom& from);

  const search::Space& space() const noexcept { return space_; }
  const search::ExactScan& engine() const noexcept { return engine_; }
  const search::TrackFilter& filter() const noexcept { return filter_; }

  /// A visible track's entry in the catalogue; nothing when it is gone.
  std::optional<ListedTrack> card(std::int64_t id);
  /// Where the library has measured it.
  audio::Features measured(std::int64_t id);
  /// A track's mean [dimension] at length 1 (zeros stay). Throws as ExactScan::track_mean().
  std::vector<float> mean(std::int64_t id) const;

  /// A list without tracks yet: what all of them say about where they come from.
  TrackList empty_list() const;

 private:
  const Library& library_;
  const search::Space space_;
  search::ExactScan engine_;
  search::Selection selection_;
  search::TrackFilter filter_;
  library::Tracks catalogue_;
};

/// 1 - cosine of two unit vectors, at least 0.
double distance(std::span<const float> a, std::span<const float> b);

/// Fills in the steps and the list's length, once its tracks and their means [dimension] are in order.
void add_steps(TrackList& list, std::span<const std::vector<float>> means);

}  // namespace hearken::tasks
