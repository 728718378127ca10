// A space that an engine holds, as what a search goes through.
//
// Windows and means are ranked by the engine's graph, which finds nearly all true neighbours (docs/SCALE.md has the
// share), with the scores of an exact scan; of many more equal ones than are wanted, it may miss the first. Tracks are
// known by their number. A window whose track is being written has no card yet, and searches leave it out. Any number
// of threads may call.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "remote/weaviate/collections.h"
#include "remote/weaviate/protocol/client.h"
#include "search/index/index.h"

namespace hearken::remote::weaviate {

class WeaviateIndex final : public search::Index {
 public:
  WeaviateIndex(std::shared_ptr<const Client> client, Collections collections, std::string url);

  const search::Space& space() const override { return collections_.space; }
  std::string shown() const override;
  std::size_t windows() const override;
  std::vector<std::vector<search::WindowHit>> nearest_windows(std::span<const float> queries, std::size_t k,
                                                              const search::Scope& scope, int threads) const override;
  search::TrackHits best_tracks(std::span<const float> query, std::size_t k, search::TrackRank rank,
                                const search::Scope& scope, int threads) const override;
  std::vector<std::optional<double>> best_starts(std::span<const float> query,
                                                 std::span<const std::int64_t> tracks) const override;
  std::vector<search::TrackWindows> windows_of(std::span<const std::int64_t> tracks) const override;
  std::vector<std::optional<Track>> tracks(std::span<const std::int64_t> ids) const override;
  std::optional<std::int64_t> track_with(const Digest& content) const override;
  std::int64_t without_vectors(const search::Selection&) const override { return 0; }

 private:
  std::vector<search::TrackHit> by_vector(std::span<const float> query, const char* vector, std::size_t k,
                                          const std::optional<Filter>& filter) const;
  std::vector<search::TrackHit> by_windows(std::span<const float> query, std::size_t k, std::size_t best,
                                           const std::optional<Filter>& filter) const;

  std::shared_ptr<const Client> client_;
  Collections collections_;
  std::string url_;
};

}  // namespace hearken::remote::weaviate
