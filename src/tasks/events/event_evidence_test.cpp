#include "tasks/events/event_evidence.h"

#include <gtest/gtest.h>

#include <vector>

#include "tasks/events/event_likelihood.h"

namespace hearken::tasks {
namespace {

// What it says that one text is heard all through a recording, at the same score in every window.
double of_whole_recording(double seconds) {
  const auto curve = [&](double window, double hop) {
    const std::vector<float> scores(static_cast<std::size_t>((seconds - window) / hop) + 1, 2.0F);
    return ScoreCurve(scores, 1, window / 2, hop, seconds);
  };
  const ScoreCurve short_windows = curve(1, 0.25), long_windows = curve(4, 2);
  return event_output(event_evidence({short_windows, long_windows, {}}, 0, {}, {0, seconds, true}));
}

TEST(EventEvidence, WhatLastsAnHourIsAsLikelyAsWhatLastsAMinute) {
  const double minute = of_whole_recording(60);
  EXPECT_GT(minute, 0);
  for (const double minutes : {2, 10, 60}) EXPECT_NEAR(of_whole_recording(minutes * 60), minute, 1e-6) << minutes;
}

}  // namespace
}  // namespace hearken::tasks
