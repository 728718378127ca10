// What lists of tracks are made from: an index, and what of it may be listed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "hearken/playlist.h"
#include "search/index/index.h"

namespace hearken::tasks {

/// One thread at a time; the index must outlive it.
class Listing {
 public:
  /// Throws Error(invalid_argument) for a `where` that is none.
  Listing(const search::Index& index, const ListedFrom& from);

  const search::Index& index() const noexcept { return index_; }
  std::size_t dimension() const noexcept { return index_.space().dimension; }

  search::TrackHits best(std::span<const float> query, std::size_t k, search::TrackRank rank, int threads) const {
    return index_.best_tracks(query, k, rank, scope_, threads);
  }
  /// A track's entry in the catalogue; nothing when it is gone, or its file is not there.
  std::optional<ListedTrack> card(std::int64_t id) const;
  /// Throws as search::direction_of().
  std::vector<float> mean(std::int64_t id) const { return search::direction_of(index_, id); }

  /// A list without tracks yet: what all of them say about where they come from.
  TrackList empty_list() const;

 private:
  const search::Index& index_;
  search::Scope scope_;
};

/// radio() and journey() over an index. They throw as those, and what the index throws.
TrackList radio_in(const search::Index& index, std::span<const RadioSeed> seeds, const RadioOptions& options);
Journey journey_in(const search::Index& index, std::int64_t first, std::int64_t last, const JourneyOptions& options);

/// 1 - cosine of two unit vectors, at least 0.
double distance(std::span<const float> a, std::span<const float> b);

/// Fills in the steps and the list's length, once its tracks and their means [dimension] are in order.
void add_steps(TrackList& list, std::span<const std::vector<float>> means);

}  // namespace hearken::tasks
