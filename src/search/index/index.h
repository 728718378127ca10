// What a search needs of whatever holds the vectors: the seam between find, like and the engines behind them.
//
// An index holds the windows and tracks of one space: one model's vectors with one windowing. There are two: the exact
// scan of a library (local_index.h), and a collection of a distributed engine (remote/). Scores are dot products of a
// query's float32 and the stored numbers: windows are unit vectors that were float16 once, tracks have the float32 mean
// of their windows. Silence is no answer: windows in which nothing is heard are not found, and no part of a mean. A
// local index is exact; a distributed one answers from an approximate graph, but what it answers
// has the same scores within 1e-3 and the same order: equal scores by track, then by start.
// tests of both: index_contract.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "audio/measure/features.h"
#include "core/hash.h"
#include "hearken/catalogue.h"
#include "hearken/index.h"
#include "search/hits.h"
#include "search/index/select.h"
#include "search/index/track_names.h"
#include "search/space.h"

namespace hearken::search {

/// Which tracks and windows may be found.
struct Scope {
  Selection selection;
  std::vector<std::int64_t> left_out;  // tracks that are not, in any order
  bool unflagged = false;  // of windows only those that `hearken clean` did not flag; best_tracks() sees all
  std::optional<std::vector<std::int64_t>> only = std::nullopt;  // these tracks alone, ascending; none: all

  bool operator==(const Scope&) const = default;
};

/// Throws Error: what its own reading throws (a library: corrupt, io; an engine: busy, mismatch, …). A local index is
/// one thread's; a distributed one may be called by several at once.
class Index {
 public:
  virtual ~Index() = default;

  /// The vectors that are searched. `model_id` is 0 where there is no library.
  virtual const Space& space() const = 0;
  /// How people name the whole: the library's file, the engine's URL; as display() makes it.
  virtual std::string shown() const = 0;
  /// Of all tracks that can be found.
  virtual std::size_t windows() const = 0;

  /// The k windows nearest each of some queries [n, dimension], unit vectors, row-major; best first.
  virtual std::vector<std::vector<WindowHit>> nearest_windows(std::span<const float> queries, std::size_t k,
                                                              const Scope& scope, int threads) const = 0;
  /// The k tracks nearest each query, of each its nearest window: as the first window of each track in an endless
  /// nearest_windows(), by which this goes where an index has nothing better.
  virtual std::vector<std::vector<WindowHit>> nearest_tracks(std::span<const float> queries, std::size_t k,
                                                             const Scope& scope, int threads) const;
  /// The k best tracks for one query [dimension], and how many of the scope have vectors here. k = 0 only counts.
  virtual TrackHits best_tracks(std::span<const float> query, std::size_t k, TrackRank rank, const Scope& scope,
                                int threads) const = 0;
  /// Tracks in which nothing is heard, ascending: no other search finds them. An index may hold none of them.
  virtual std::vector<std::int64_t> silent_tracks(const Scope&) const { return {}; }
  /// Where each track's window nearest the query starts, in seconds; the first of equals, and not in silence unless
  /// there is nothing else. Nothing of a track that is not there.
  virtual std::vector<std::optional<double>> best_starts(std::span<const float> query,
                                                         std::span<const std::int64_t> tracks) const = 0;
  /// All windows of each track, in order; without any for a track that is not there.
  virtual std::vector<TrackWindows> windows_of(std::span<const std::int64_t> tracks) const = 0;
  virtual std::size_t count_windows(std::int64_t track) const {
    return windows_of({&track, 1}).at(0).starts_seconds.size();
  }
  /// Visits each of these tracks as a sound that was heard, in order. Returns those that cannot be given ("id:42").
  virtual std::vector<FileNote> visit_sounds(std::span<const std::int64_t> tracks, const SoundVisitor& visit) const;
  /// The mean [dimension] of each track's windows in which something is heard, not normalised; empty for one that is
  /// not there.
  virtual std::vector<std::vector<float>> means_of(std::span<const std::int64_t> tracks) const;
  /// What the catalogue says of each (an engine knows no size, time and content of files); nothing of a track that is
  /// not there.
  virtual std::vector<std::optional<Track>> tracks(std::span<const std::int64_t> ids) const = 0;
  /// What was measured of each track; nothing where it was not, or where nobody here knows.
  virtual std::vector<std::optional<audio::Features>> features(std::span<const std::int64_t> tracks) const {
    return std::vector<std::optional<audio::Features>>(tracks.size());
  }
  /// What people said of the tracks (rate.h), by track, then by query; nothing where nobody here knows.
  virtual std::vector<Rating> ratings() const { return {}; }
  /// A track that a query starts from. Throws Error: not_found, or mismatch where it has other vectors only; the
  /// message names index and track.
  virtual Track searchable(std::int64_t id) const;
  /// A track that was made from these bytes.
  virtual std::optional<std::int64_t> track_with(const Digest& content) const = 0;
  /// Tracks of the selection that the catalogue holds with other vectors only.
  virtual std::int64_t without_vectors(const Selection& selection) const = 0;
};

/// Of one track. Throws Error(not_found) where it is not there, naming index and track.
TrackWindows windows_of_track(const Index& index, std::int64_t track);

/// The mean of a track at length 1 (zeros stay). Throws as windows_of_track().
std::vector<float> direction_of(const Index& index, std::int64_t track);

/// How many tracks of the scope best_tracks() ranks.
std::int64_t count_tracks(const Index& index, const Scope& scope);

}  // namespace hearken::search
