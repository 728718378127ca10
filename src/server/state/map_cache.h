// The map: every track as a point, so that tracks near each other in the space of sound are near on the plane.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "hearken/library.h"
#include "server/state/catalog.h"

namespace hearken::server {

/// Columns, an entry for each track that can be found, by id.
struct Plane {
  std::vector<std::int64_t> ids;
  std::vector<float> x, y;
  std::vector<int> genre;                     // in `genres`; -1: not tagged
  std::vector<std::string> genres;            // those of most tracks first
  std::array<double, 2> shares = {0.0, 0.0};  // of all variance, that the two axes show
};

/// The two first principal components (core/numerics/principal.h) of the tracks' normalised means, of at most 16,384 of
/// them, evenly taken by id. The same library gives the same plane.
Plane plane_of(const Library& library, const View& view);

/// The latest plane, made again when the view is another. Any thread may call; one makes it, the others wait.
class MapCache {
 public:
  std::shared_ptr<const Plane> of(const Library& mine, const std::shared_ptr<const View>& view);

 private:
  std::mutex mutex_;
  std::shared_ptr<const View> view_;
  std::shared_ptr<const Plane> plane_;
};

}  // namespace hearken::server
