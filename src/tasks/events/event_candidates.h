// Stretches of a recording in which a text may be heard: what stands out by its level, and where the text's score is
// high.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "audio/stretches.h"
#include "tasks/events/score_curve.h"

namespace hearken::tasks {

struct EventCandidate {
  double start_seconds = 0, end_seconds = 0;
  bool by_level = false;  // else by score
};

/// The whole recording, and what stands out of its floor by at least 1.5, 2.5, 4, 6, 9, 13, 18 and 25 dB: stretches one
/// after the other, over pauses of up to `join_seconds`, of at least `shortest_seconds` together. A sound that begins
/// and ends within 0.15 s of one that is there already is the same.
std::vector<EventCandidate> sounds_by_level(std::span<const audio::TimeRange> stretches, double duration_seconds,
                                            double join_seconds, double shortest_seconds);

/// Where a text's score is at least 0.3, 0.4, 0.55, … of MODERATE, over pauses of up to `join_seconds`: a window's
/// score belongs to its middle, and a stretch begins and ends where the curve crosses the level, between two windows.
/// Each also with its ends moved to the greatest change of level within half a second. As sounds_by_level().
std::vector<EventCandidate> sounds_by_score(const ScoreCurve& curve, std::size_t text,
                                            std::span<const audio::TimeRange> stretches, double join_seconds,
                                            double shortest_seconds);

}  // namespace hearken::tasks
