// One pass over the means.
#include "search/index/track_means.h"

#include <algorithm>
#include <cstring>

#include "library/library_impl.h"
#include "library/sqlite.h"
#include "library/window_flags.h"
#include "search/arithmetic.h"
#include "search/scan/stored_rows.h"

namespace hearken::search {

TrackMeans track_means(const Library& library, const Space& space, const TrackFilter& filter) {
  library::Statement rows(library.impl().db(),
                          "SELECT t.id, t.path, t.title, t.artist, t.album, t.genre, t.duration_seconds, "
                          "e.window_count, e.mean FROM embeddings e JOIN tracks t ON t.id = e.track_id "
                          "WHERE e.model_id = ? AND t.missing = 0 ORDER BY t.id");
  const std::vector<std::int64_t> silent = library::silent_tracks(library, space.model_id);
  TrackMeans out;
  for (rows.bind(space.model_id); rows.step();) {
    const std::int64_t id = rows.integer(0);
    if (std::ranges::binary_search(silent, id)) continue;
    if (filter.only && !std::binary_search(filter.only->begin(), filter.only->end(), id)) continue;
    const library::Bytes mean = rows.bytes(8);
    if (mean.size() != space.dimension * sizeof(float)) throw damaged(library, id);
    out.tracks.push_back(
        {id, rows.path(1), rows.text(2), rows.text(3), rows.text(4), rows.text(5), rows.real(6), rows.integer(7)});
    out.rows.resize(out.rows.size() + space.dimension);
    std::memcpy(out.rows.data() + out.rows.size() - space.dimension, mean.data(), mean.size());
  }
  scale_to_unit(out.rows, space.dimension);
  return out;
}

}  // namespace hearken::search
