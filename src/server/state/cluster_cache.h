// The library in groups of like sound, as `hearken cluster` makes them.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <mutex>

#include "hearken/cluster.h"
#include "server/state/catalog.h"

namespace hearken::server {

/// The latest groupings, made again when the view is another. Any thread may call; one makes it, the others wait.
class ClusterCache {
 public:
  /// In `k` groups; 0: as many as separate best. Throws as cluster_library().
  std::shared_ptr<const Clustering> of(const Library& mine, const std::shared_ptr<const View>& view, const Model& model,
                                       std::size_t k);

 private:
  std::mutex mutex_;
  std::shared_ptr<const View> view_;
  std::map<std::size_t, std::shared_ptr<const Clustering>> made_;  // by the number asked for
};

}  // namespace hearken::server
