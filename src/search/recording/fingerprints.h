// The fingerprints a library holds, as landmarks.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>

#include "audio/measure/landmarks.h"
#include "hearken/library.h"

namespace hearken::search {

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

/// Every pair of a sound's landmarks, heard from its begin on and from one, two and three quarters of a frame later, so
/// that one of them is cut into frames nearly as a track was. Of a long sound the first minute is heard so, the rest
/// once: there is enough of it.
class Ear {
 public:
  Ear();
  void consume(std::span<const float> samples);  // mono, 8 kHz
  std::vector<audio::Landmarks> finish();        // [4]; Alignment's PairTable takes them
  double seconds() const noexcept;               // heard

 private:
  std::vector<audio::LandmarkFinder> finders_;
  std::size_t heard_ = 0;
};

}  // namespace hearken::search
