// The index of a library: an engine's exact scan, and the catalogue.
#pragma once

#include <optional>
#include <utility>

#include "hearken/library.h"
#include "library/catalogue/tracks.h"
#include "search/index/index.h"

namespace hearken::search {

/// Made for one search and one thread; everything it refers to must outlive it. `catalogue` may be another connection
/// than the engine's. What a scope picks is read once, and stands as long as searches follow with the same scope: all
/// parts of one search see the same tracks.
class LocalIndex final : public Index {
 public:
  LocalIndex(const Library& catalogue, const Space& space, const ExactScan& engine)
      : catalogue_(catalogue), space_(space), engine_(engine), tracks_(catalogue) {}

  const Space& space() const override { return space_; }
  std::string shown() const override;
  std::size_t windows() const override { return engine_.windows(); }
  std::vector<std::vector<WindowHit>> nearest_windows(std::span<const float> queries, std::size_t k, const Scope& scope,
                                                      int threads) const override;
  std::vector<std::vector<WindowHit>> nearest_tracks(std::span<const float> queries, std::size_t k, const Scope& scope,
                                                     int threads) const override;
  TrackHits best_tracks(std::span<const float> query, std::size_t k, TrackRank rank, const Scope& scope,
                        int threads) const override;
  std::vector<std::int64_t> silent_tracks(const Scope& scope) const override;
  std::vector<std::optional<double>> best_starts(std::span<const float> query,
                                                 std::span<const std::int64_t> tracks) const override;
  std::vector<TrackWindows> windows_of(std::span<const std::int64_t> tracks) const override;
  std::size_t count_windows(std::int64_t track) const override;
  std::vector<FileNote> visit_sounds(std::span<const std::int64_t> tracks, const SoundVisitor& visit) const override;
  std::vector<std::vector<float>> means_of(std::span<const std::int64_t> tracks) const override;
  std::vector<std::optional<Track>> tracks(std::span<const std::int64_t> ids) const override;
  std::vector<std::optional<audio::Features>> features(std::span<const std::int64_t> tracks) const override;
  std::vector<Rating> ratings() const override;
  Track searchable(std::int64_t id) const override;
  std::optional<std::int64_t> track_with(const Digest& content) const override;
  std::int64_t without_vectors(const Selection& selection) const override;

 private:
  struct Picked {
    Scope scope;
    TrackFilter filter;
  };

  const TrackFilter& filter_of(const Scope& scope) const;

  const Library& catalogue_;
  const Space& space_;
  const ExactScan& engine_;
  mutable library::Tracks tracks_;        // statements of this thread
  mutable std::optional<Picked> picked_;  // the latest
};

/// A space of a library, ready to be searched. One thread's; the library must outlive it.
class OpenedSpace {
 public:
  OpenedSpace(const Library& library, Space space)
      : space_(std::move(space)), scan_(library, space_), index_(library, space_, scan_) {}
  OpenedSpace(const OpenedSpace&) = delete;
  OpenedSpace& operator=(const OpenedSpace&) = delete;

  const Index& index() const noexcept { return index_; }

 private:
  const Space space_;
  const ExactScan scan_;
  const LocalIndex index_;
};

}  // namespace hearken::search
