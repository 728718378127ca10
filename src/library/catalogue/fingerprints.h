// The fingerprints a library holds, as landmarks.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "audio/measure/landmarks.h"
#include "hearken/library.h"

namespace hearken::library {

struct TrackLandmarks {
  std::int64_t id = 0;
  audio::Landmarks landmarks;  // without peaks: nothing to know the track by (silence, less than half a second)
};

/// Calls each(track) for every track that is there and has a fingerprint of this program's version, from several
/// threads at once and in no order, and returns how many tracks there are without one. Throws Error(corrupt), naming
/// the track, for a damaged one, and what `each` throws.
std::int64_t for_each_fingerprint(const Library& library, const std::function<void(const TrackLandmarks&)>& each);

/// Of one track; nothing when it has none of this program's version.
std::optional<audio::Landmarks> fingerprint_of(const Library& library, std::int64_t id);

}  // namespace hearken::library
