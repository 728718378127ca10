// Nearest windows and best tracks of one space of a library: exact, and the same on every run and number of threads.
//
// A space is the vectors of one model with one windowing (space.h). Scores are dot products in float64 of a query's
// float32 and the stored numbers (windows: unit vectors in float16; tracks: the float32 mean of their windows), equal
// ones ordered by track, then by start. Never found are tracks that are missing at present, and silence: windows in
// which nothing is heard (library/window_flags.h), and tracks of nothing else.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "hearken/library.h"
#include "search/hits.h"
#include "search/space.h"

namespace hearken::search {

/// What may be found.
struct TrackFilter {
  std::optional<std::vector<std::int64_t>> only;  // ascending ids; none: all tracks
  bool unflagged = false;  // nearest_windows(), nearest_tracks(): no windows that `hearken clean` flagged
};

/// A space, ready to be searched: int8 codes of all windows and means in memory (mapped from the cache beside the
/// library, docs/LIBRARY.md, where there is one), the best of them scored from the library's own rows. Const and shared
/// by threads, whose calls wait for each other; the library must outlive it, and must not be used by another thread
/// during a call. What is indexed later is not seen, what was removed since is left out; flags
/// are those of when it was made. Calls throw Error: corrupt
/// (names the track whose stored vectors are damaged), io.
class ExactScan {
 public:
  /// Brings the cache up to date where it can; nothing that is wrong with it is an error.
  ExactScan(const Library& library, const Space& space);
  ~ExactScan();
  ExactScan(ExactScan&&) noexcept;

  std::size_t dimension() const noexcept;
  std::size_t windows() const noexcept;

  /// The k windows nearest each of some queries [n, dimension], unit vectors, row-major; best first. threads 0: all.
  std::vector<std::vector<WindowHit>> nearest_windows(std::span<const float> queries, std::size_t k,
                                                      const TrackFilter& filter = {}, int threads = 0) const;
  /// The k tracks nearest each query, of each its nearest window: a long track counts once, like a short one.
  std::vector<std::vector<WindowHit>> nearest_tracks(std::span<const float> queries, std::size_t k,
                                                     const TrackFilter& filter = {}, int threads = 0) const;

  /// The k best tracks for one query [dimension].
  TrackHits best_tracks(std::span<const float> query, std::size_t k, TrackRank rank = TrackRank::mean,
                        const TrackFilter& filter = {}, int threads = 0) const;

  /// A track's windows [n, dimension] in order, as float32, and their starts. Throws Error(not_found) for a track that
  /// has none in this space.
  TrackWindows track_windows(std::int64_t track_id) const;

  /// Visible tracks in which nothing is heard, among those the filter lets through, ascending.
  std::vector<std::int64_t> silent_tracks(const TrackFilter& filter = {}) const;

  /// Means [dimension] of tracks, not normalised; empty for one that is not there.
  std::vector<std::vector<float>> track_means(std::span<const std::int64_t> track_ids) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace hearken::search
