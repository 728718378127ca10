// Single tracks of a space as they are stored, straight from their rows: for who needs a few, not an ExactScan of all.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "hearken/library.h"
#include "library/sqlite.h"
#include "search/space.h"

namespace hearken::search {

struct StoredTrack {
  std::filesystem::path path;
  std::string title, artist;
  double duration_seconds = 0;
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
  StoredTrack track(std::int64_t id);

 private:
  const Library& library_;
  std::size_t dimension_;
  std::int64_t model_id_;
  library::Statement row_;
};

/// The vectors that `model` made in this library with this windowing. Throws Error(mismatch), naming what it holds.
Space space_made_by(const Library& library, const Model& model, const Windowing& windowing);

}  // namespace hearken::search
