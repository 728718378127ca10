// Named by AudioSet's labels.
#include "server/state/cluster_cache.h"

#include "hearken/labels.h"

namespace hearken::server {

std::shared_ptr<const Clustering> ClusterCache::of(const Library& mine, const std::shared_ptr<const View>& view,
                                                   const Model& model, std::size_t k) {
  std::lock_guard lock(mutex_);
  if (view_ != view) made_.clear();
  view_ = view;
  auto& made = made_[k];
  if (made == nullptr) {
    ClusterOptions options;
    options.k = k;
    options.model = view->space.name;
    options.threads = view->threads;
    made = std::make_shared<const Clustering>(cluster_library(mine, &model, label_set("audioset"), options));
  }
  return made;
}

}  // namespace hearken::server
