// A library's tracks as an engine takes them.
#pragma once

#include <cstdint>
#include <vector>

#include "hearken/library.h"
#include "library/catalogue/stored_track.h"
#include "library/catalogue/tracks.h"
#include "remote/weaviate/object.h"
#include "search/index/select.h"
#include "search/space.h"

namespace hearken::remote {

/// One thread at a time; the library must outlive it.
class LibraryTracks {
 public:
  LibraryTracks(const Library& library, const search::Space& space);

  /// The visible tracks of the space that the selection picks, ascending; without those in which nothing is heard,
  /// which an engine has no use for.
  std::vector<std::int64_t> ids(const search::Selection& selection) const;
  /// All but the vectors and the mean. Throws Error: not_found (it was taken out meanwhile, or has only a quick pass),
  /// corrupt.
  weaviate::RemoteTrack facts(std::int64_t id);
  /// Adds vectors and mean. Throws as facts().
  void add_vectors(std::int64_t id, weaviate::RemoteTrack& track);

 private:
  const Library& library_;
  const search::Space space_;
  library::TrackReader reader_;
  library::Tracks catalogue_;
};

}  // namespace hearken::remote
