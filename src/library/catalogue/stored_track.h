// Single tracks of a space as they are stored, with the vectors of their windows: for who needs a few, not all.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "hearken/library.h"
#include "library/catalogue/embeddings.h"
#include "library/sqlite.h"

namespace hearken::library {

struct StoredTrack : Track {
  bool quick = false;                  // a few windows of a quick pass instead of all
  std::vector<double> starts_seconds;  // [windows], ascending
  std::vector<std::uint16_t> vectors;  // float16 [windows, dimension], row-major, unit rows
  std::vector<std::uint8_t> flags;     // of each window (library/window_flags.h); empty: none has one
};

/// One thread at a time. The library must outlive it.
class TrackReader {
 public:
  TrackReader(const Library& library, const Space& space);

  /// Throws Error: not_found (no such track, its file is missing at present, it has no vectors in this space; the
  /// message is "id:42: …"), corrupt (its vectors are damaged), io.
  StoredTrack track(std::int64_t id) { return read(id, true); }
  /// Likewise, but without the vectors, which are neither read nor checked; of a missing track, too.
  StoredTrack without_vectors(std::int64_t id) { return read(id, false); }

 private:
  StoredTrack read(std::int64_t id, bool vectors);

  const Library& library_;
  std::size_t dimension_;
  std::int64_t model_id_;
  Statement row_;
};

}  // namespace hearken::library
