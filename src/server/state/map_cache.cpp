// Two passes over the stored means: some to find the axes, all to be put on them.
#include "server/state/map_cache.h"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <functional>
#include <map>
#include <span>

#include "core/numerics/principal.h"
#include "core/numerics/vectors.h"
#include "library/catalogue/embeddings.h"

namespace hearken::server {
namespace {

constexpr std::size_t kSample = 16384;

// each(place, id, genre, mean [dimension] of length 1) for the tracks of the space by id.
void for_each_track(const Library& library, const View& view,
                    const std::function<void(std::size_t, std::int64_t, const std::string&, std::span<float>)>& each) {
  std::vector<float> mean(view.space.dimension);
  std::size_t place = 0;
  library::for_each_mean(library, view.space.model_id, [&](library::MeanRow&& row) {
    const std::size_t here = place++;
    if (row.mean.size() != mean.size() * sizeof(float)) return;  // damaged; a search names it
    std::memcpy(mean.data(), row.mean.data(), row.mean.size());
    numerics::scale_to_unit(mean, mean.size());
    each(here, row.track.id, row.track.genre, mean);
  });
}

}  // namespace

Plane plane_of(const Library& library, const View& view) {
  const std::size_t dimension = view.space.dimension;
  const std::size_t step = static_cast<std::size_t>(view.tracks) / kSample + 1;
  std::vector<float> sample;
  for_each_track(library, view, [&](std::size_t place, std::int64_t, const std::string&, std::span<float> mean) {
    if (place % step == 0) sample.insert(sample.end(), mean.begin(), mean.end());
  });
  const numerics::Principal principal = numerics::principal_components(sample, dimension, 2, view.threads);

  Plane out;
  std::ranges::copy(principal.shares, out.shares.begin());
  std::vector<std::string> genre_of;
  std::map<std::string, std::int64_t> counted;
  for_each_track(library, view, [&](std::size_t, std::int64_t id, const std::string& genre, std::span<float> mean) {
    const std::vector<float> point = numerics::on_axes(principal, mean);  // fewer than two axes of a single track
    out.ids.push_back(id);
    out.x.push_back(!point.empty() ? point[0] : 0);
    out.y.push_back(point.size() > 1 ? point[1] : 0);
    genre_of.push_back(genre);
    if (!genre.empty()) ++counted[genre];
  });
  for (const auto& [genre, count] : counted) out.genres.push_back(genre);
  std::ranges::stable_sort(out.genres, std::ranges::greater(), [&](const std::string& g) { return counted.at(g); });
  std::map<std::string, int> places;
  for (const std::string& genre : out.genres) places.emplace(genre, static_cast<int>(places.size()));
  for (const std::string& genre : genre_of) out.genre.push_back(genre.empty() ? -1 : places.at(genre));
  return out;
}

std::shared_ptr<const Plane> MapCache::of(const Library& mine, const std::shared_ptr<const View>& view) {
  std::lock_guard lock(mutex_);
  if (view_ != view) {
    plane_ = std::make_shared<const Plane>(plane_of(mine, *view));
    view_ = view;
  }
  return plane_;
}

}  // namespace hearken::server
