// One pass over the means.
#include "search/index/track_means.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "core/numerics/vectors.h"
#include "library/window_flags.h"
#include "search/scan/stored_rows.h"

namespace hearken::search {

TrackMeans track_means(const Library& library, const Space& space, const TrackFilter& filter) {
  const std::vector<std::int64_t> silent = library::silent_tracks(library, space.model_id);
  TrackMeans out;
  library::for_each_mean(library, space.model_id, [&](library::MeanRow&& row) {
    const std::int64_t id = row.track.id;
    if (std::ranges::binary_search(silent, id)) return;
    if (filter.only && !std::ranges::binary_search(*filter.only, id)) return;
    if (row.mean.size() != space.dimension * sizeof(float)) throw damaged(library, id);
    out.tracks.push_back(std::move(row.track));
    out.windows += row.windows;
    out.rows.resize(out.rows.size() + space.dimension);
    std::memcpy(out.rows.data() + out.rows.size() - space.dimension, row.mean.data(), row.mean.size());
  });
  numerics::scale_to_unit(out.rows, space.dimension);
  return out;
}

}  // namespace hearken::search
