// Which tracks have vectors of which model; the vectors themselves are left to who scans them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/hash.h"
#include "hearken/library.h"
#include "library/sqlite.h"

namespace hearken::library {

/// How fingerprints begin of vectors that another program made; what the user calls them follows. (Others are 32
/// hexadecimal digits.)
inline constexpr std::string_view kForeign = "foreign-";

/// The window and hop of a space that has one vector for each track, of all of it; more than this no library holds.
inline constexpr double kWholeTrackSeconds = 3600;

/// The vectors of one model in a library, made with one windowing.
struct Space {
  std::int64_t model_id = 0;  // its row in `models`
  std::string name;
  std::string fingerprint;
  std::size_t dimension = 0;
  Windowing windowing;
  Precision precision = Precision::fp32;  // as in LibraryModel
  std::int64_t newest_vectors = 0;        // as in LibraryModel; 0: no visible tracks
};

/// In the order they were added.
std::vector<Space> spaces(const Library& library);

/// Changes whenever a search of the library would find anything else, but for flags.
std::string state_of(const Library& library);
/// Changes whenever vectors of this model do; nothing where it has no row.
std::optional<std::vector<std::byte>> state_of(const Library& library, std::int64_t model_id);

/// The windows of one track by one model.
struct Embedding {
  std::int64_t id = 0, track = 0, windows = 0;
  Digest content{};  // of the track's file
};

/// Those of visible tracks, or of missing ones too, by track.
std::vector<Embedding> embeddings(const Library& library, std::int64_t model_id, bool missing_too = false);
/// How many those of visible tracks are.
std::int64_t count_embeddings(const Library& library, std::int64_t model_id);
/// Just their tracks, missing ones too, ascending: a look at the index alone.
std::vector<std::int64_t> embedded_tracks(const Library& library, std::int64_t model_id);
/// How many windows a track has; nothing where it has no vectors of the model.
std::optional<std::int64_t> windows_of(const Library& library, std::int64_t track, std::int64_t model_id);
/// The first visible track with vectors of the model that was made from these bytes.
std::optional<std::int64_t> track_of_content(const Library& library, const Digest& content, std::int64_t model_id);

/// A visible track with its mean vector.
struct MeanRow {
  Track track;
  std::int64_t embedding = 0, windows = 0;
  Bytes mean;  // float32 [dimension], of that size unless damaged; valid in the call only
};
/// By track. No writing meanwhile.
void for_each_mean(const Library& library, std::int64_t model_id, const std::function<void(MeanRow&&)>& visit);

}  // namespace hearken::library
