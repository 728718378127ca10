// A sound heard so that tracks are known again by its landmarks.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "audio/measure/landmarks.h"

namespace hearken::search {

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
