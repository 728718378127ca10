// Sounds within sounds, and which of them a label is an event in.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "audio/stretches.h"

namespace hearken::tasks {

struct EventCandidate {
  double start_seconds = 0, end_seconds = 0;
  std::optional<std::size_t> outer;  // the smallest sound it lies in; its place among the sounds
};

/// The whole recording, then what stands out of its floor by at least 1.5, 2.5, 4, 6, 9, 13, 18 and 25 dB: stretches
/// one after the other, over pauses of up to `join_seconds`, of at least `shortest_seconds` together. A sound that
/// begins and ends within 0.3 s of one that is there already is the same. Widest first; an outer sound comes before
/// those in it.
std::vector<EventCandidate> nested_sounds(std::span<const audio::TimeRange> stretches, double duration_seconds,
                                          double join_seconds, double shortest_seconds);

struct Choice {
  std::size_t sound = 0, label = 0;
  double score = 0;  // of the label there
};

/// Where which label is heard: `scores` is [sounds, labels], row-major. A label is heard in a sound when its score
/// there is at least `threshold` and at least 0.85 of the best label's there. Of a sound and those in it the outer one
/// is chosen, unless one that was chosen inside scores more than 1 / 0.7 as much. By label, then by sound.
std::vector<Choice> choose(std::span<const EventCandidate> sounds, std::span<const double> scores, std::size_t labels,
                           double threshold);

}  // namespace hearken::tasks
