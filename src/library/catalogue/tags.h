// Tags as a run of the machine writes them, and as a person's verdicts (hearken/catalogue.h has the rest).
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "hearken/catalogue.h"

namespace hearken::library {

/// For the files beside this: the order of a track's tags, a person's first.
inline constexpr const char* kTagOrder = "verdict DESC, score DESC, label";

/// Gives each track these tags of `set` by the model of this fingerprint. They take the place of the machine's earlier
/// tags of this set and of other models; what a person said stays. Tracks that are gone are left out. The library is
/// open for writing.
void put_tags(const Library& library, std::span<const TaggedTrack> tracks, const std::string& set,
              const std::string& fingerprint);

/// What a person said of a tag. Those that a person added stand in no set; those of a run keep the run's.
struct Verdict {
  std::int64_t track = 0;
  std::string label, label_set;
  bool holds = false;
};
/// By track, then by label.
std::vector<Verdict> verdicts(const Library& library);

}  // namespace hearken::library
