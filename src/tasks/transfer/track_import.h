// Tracks with vectors from elsewhere into a library: what must be true of them, and how they are taken.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "hearken/exchange.h"
#include "library/indexing/pipeline.h"
#include "library/indexing/run_lock.h"
#include "library/indexing/store.h"
#include "tasks/transfer/row_track.h"

namespace hearken::tasks {

/// A track with its windows.
struct TrackVectors {
  Track track;
  std::vector<double> starts_seconds;  // [windows]
  std::vector<float> vectors;          // [windows, dimension]
  bool quick = false;                  // these are a few windows of many
};

// What is wrong, as the end of a message; nothing when all is well.

/// Of a window that starts there, after the one that started at `before` (none: it is the first).
std::optional<std::string> wrong_start(std::optional<double> before, double start, const Windowing& windowing);
/// Of a track whose last window starts there.
std::optional<std::string> wrong_end(const Track& track, double last_start, const Windowing& windowing);
/// Of a window's vector: its length is not 1 within 0.005.
std::optional<std::string> wrong_length(std::span<const float> vector);

/// Throws Error(mismatch) unless vectors of this origin belong into the library: they are of `model`, or, without one,
/// of a model that it holds. `shown` names their file.
void check_origin(const Library& library, const VectorOrigin& origin, const std::filesystem::path& shown,
                  const Model* model);

/// Takes tracks, some in a transaction. Holds the library's run lock.
class TrackImport {
 public:
  TrackImport(Library& library, const VectorOrigin& origin, const ImportOptions& options);

  void take(TrackVectors& track);
  /// What `take` was given becomes visible at the latest now.
  void write();
  bool cancelled();

  ImportReport report;  // `tracks` is the caller's to count

 private:
  struct Ready {
    std::string path;
    library::Embedded embedded;
  };

  Library& library_;
  const ImportOptions& options_;
  const library::RunLock lock_;
  library::Store store_;
  std::vector<Ready> ready_;
};

}  // namespace hearken::tasks
