// What is known of a text on a stretch of a recording: the numbers from which its likelihood follows.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "audio/stretches.h"
#include "tasks/events/event_candidates.h"
#include "tasks/events/score_curve.h"

namespace hearken::tasks {

/// Scores are in parts of MODERATE (ScoreCurve). "Short" windows are of a second, "long" ones of four.
enum Evidence : std::size_t {
  kShort,           // mean over the short windows in the stretch, a quarter of a second or more from its ends
  kLong,            // mean over the long windows, a second or more from its ends
  kGreatest,        // greatest of the short windows in the stretch
  kBefore,          // mean over the short windows 0.5 to 2 s before it
  kAfter,           // and after it
  kRival,           // greatest mean of any other text over the short windows of kShort
  kRivalLong,       // the same over those of kLong
  kLength,          // logarithm of its seconds, of 60 at most
  kByLevel,         // 1: found by its level; 0: by the score
  kRise,            // decibels above the floor in it, mean over time
  kEdge,            // decibels of rise in its first 0.3 s, less those of the 0.4 s before
  kRiseOutside,     // decibels above the floor in the 2 s before and after it
  kRivalRise,       // greatest rise of any other text: its mean over the windows of kRival less that before or after
  kFirst,           // the score half a second after the beginning
  kJustBefore,      // and half a second before it
  kLast,            // the score half a second before the end
  kJustAfter,       // and half a second after it
  kGreatestLong,    // greatest of the long windows in the stretch
  kOnset,           // decibels of rise in its first half second, less those of the half second before
  kOffset,          // and in its last half second, less those of the half second after
  kEvidenceValues,  // how many there are
};

using EventEvidence = std::array<double, kEvidenceValues>;

/// A stretch in which a text may be heard, and what is known of it.
struct WeighedCandidate {
  std::size_t label = 0;
  EventCandidate sound;
  EventEvidence evidence{};
};

/// All there is to know of a recording. Each lasts as long as this.
struct Recording {
  const ScoreCurve& short_windows;
  const ScoreCurve& long_windows;  // of the same texts
  std::span<const audio::TimeRange> stretches;
};

/// `rivals` are the other texts that count against `text`.
EventEvidence event_evidence(const Recording& recording, std::size_t text, std::span<const std::size_t> rivals,
                             const EventCandidate& sound);

}  // namespace hearken::tasks
