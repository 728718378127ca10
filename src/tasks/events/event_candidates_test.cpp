// Levels and scores to stretches in which a text may be heard, and what is known of them.
#include "tasks/events/event_candidates.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "tasks/events/event_evidence.h"
#include "tasks/events/score_curve.h"

namespace hearken::tasks {
namespace {

using audio::TimeRange;

struct Extent {
  double start, end;
  bool operator==(const Extent&) const = default;
};

std::vector<Extent> extents(const std::vector<EventCandidate>& sounds) {
  std::vector<Extent> out;
  for (const EventCandidate& sound : sounds) out.push_back({sound.start_seconds, sound.end_seconds});
  return out;
}

bool has(const std::vector<EventCandidate>& sounds, double start, double end) {
  for (const EventCandidate& sound : sounds)
    if (std::abs(sound.start_seconds - start) < 1e-6 && std::abs(sound.end_seconds - end) < 1e-6) return true;
  return false;
}

TEST(SoundsByLevel, RunsOverPausesAtEveryLevel) {
  // Rain of 5 dB from 2 s on; in it two barks of 20 dB, 0.8 s apart, and one 2 s later; before it a click.
  const std::vector<TimeRange> stretches{{0, 1, 0},     {1, 1.1, 30}, {1.1, 2, 0}, {2, 4, 5},    {4, 4.5, 20},
                                         {4.5, 5.3, 5}, {5.3, 6, 20}, {6, 8, 5},   {8, 8.5, 20}, {8.5, 9, 5}};
  EXPECT_EQ(extents(sounds_by_level(stretches, 12, 0.85, 0.2)),
            (std::vector<Extent>{{0, 12}, {2, 9}, {4, 6}, {8, 8.5}}));
  // The click joins the rain over a longer pause, and is a sound of its own when so short a one may be.
  EXPECT_EQ(extents(sounds_by_level(stretches, 12, 1, 0.2))[1], (Extent{1, 9}));
  EXPECT_EQ(extents(sounds_by_level(stretches, 12, 0.85, 0.05))[1], (Extent{1, 1.1}));
}

TEST(SoundsByLevel, NothingStandsOut) {
  const std::vector<TimeRange> quiet{{0, 5, 0.5}};
  EXPECT_EQ(extents(sounds_by_level(quiet, 5, 1, 0.2)), (std::vector<Extent>{{0, 5}}));
  EXPECT_TRUE(sounds_by_level({}, 0.05, 1, 0.2).empty());
}

// Windows of 1 s every 0.5 s: middles at 0.5, 1, …; the recording ends at 6 s.
ScoreCurve curve_of(const std::vector<float>& scores) { return {scores, 1, 0.5, 0.5, 6}; }

TEST(SoundsByScore, BetweenTheWindowsWhereTheCurveCrosses) {
  const ScoreCurve curve = curve_of({0, 0, 1, 1, 0, 0, 0, 0, 0.5, 0.5, 0.5});
  const auto sounds = sounds_by_score(curve, 0, {}, 0.4, 0.2);
  EXPECT_TRUE(has(sounds, 1.15, 2.35));    // at 0.3
  EXPECT_TRUE(has(sounds, 1.375, 2.125));  // at 0.75
  EXPECT_TRUE(has(sounds, 4.3, 6));        // to the recording's end
  EXPECT_FALSE(has(sounds, 1.15, 6));
  EXPECT_TRUE(has(sounds_by_score(curve, 0, {}, 3, 0.2), 1.15, 6));
  for (const EventCandidate& sound : sounds) EXPECT_FALSE(sound.by_level);
  EXPECT_TRUE(sounds_by_score(curve_of({0, 0.2F, 0.1F}), 0, {}, 1, 0.2).empty());
}

TEST(SoundsByScore, EndsGoToTheChangeOfLevelBeside) {
  const ScoreCurve curve = curve_of({0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0});
  const std::vector<TimeRange> stretches{{0, 1, 0}, {1, 1.1, 3}, {1.1, 2.1, 20}, {2.1, 6, 0}};
  EXPECT_TRUE(has(sounds_by_score(curve, 0, stretches, 1, 0.2), 1.1, 2.1));
  const std::vector<TimeRange> far{{0, 0.5, 0}, {0.5, 3, 20}, {3, 6, 0}};
  EXPECT_TRUE(has(sounds_by_score(curve, 0, far, 1, 0.2), 1.15, 2.35));
}

TEST(ScoreCurve, RangesAndMeans) {
  const std::vector<float> scores{1, 10, 2, 20, 3, 30, 4, 40};
  const ScoreCurve curve(scores, 2, 0.5, 0.25, 1.75);
  EXPECT_EQ(curve.windows(), 4U);
  const auto some = curve.between(0.75, 1.0);
  EXPECT_EQ(some.first, 1U);
  EXPECT_EQ(some.last, 3U);
  EXPECT_DOUBLE_EQ(curve.mean(some, 0), 2.5);
  EXPECT_DOUBLE_EQ(curve.greatest(some, 1), 30);
  EXPECT_TRUE(curve.between(0.8, 0.9).empty());
  EXPECT_TRUE(curve.between(2, 3).empty());
  EXPECT_TRUE(curve.between(-3, 0.2).empty());
  EXPECT_EQ(curve.near(2, 3).first, 3U);
  EXPECT_EQ(curve.near(-3, -2).first, 0U);
  EXPECT_EQ(curve.near(0.7, 0.74).first, 1U);
  EXPECT_DOUBLE_EQ(curve.mean(curve.between(0, 9), 1), 25);
}

TEST(EventEvidence, InsideBeforeAfterAndRivals) {
  std::vector<float> scores;  // middles 0.5 … 11.5: the text at 4 to 8 s, a rival everywhere
  for (int w = 0; w < 45; ++w) {
    const double middle = 0.5 + 0.25 * w;
    scores.push_back(middle >= 4 && middle <= 8 ? 2.0F : 0.5F);
    scores.push_back(0.75F);
  }
  const ScoreCurve curve(scores, 2, 0.5, 0.25, 12);
  const std::vector<TimeRange> stretches{{0, 4, 1}, {4, 8, 11}, {8, 12, 3}};
  const std::vector<std::size_t> rivals{1};
  const EventEvidence evidence = event_evidence({curve, curve, stretches}, 0, rivals, {4, 8, true});
  EXPECT_DOUBLE_EQ(evidence[kShort], 2);
  EXPECT_DOUBLE_EQ(evidence[kGreatest], 2);
  EXPECT_DOUBLE_EQ(evidence[kBefore], 0.5);
  EXPECT_DOUBLE_EQ(evidence[kAfter], 0.5);
  EXPECT_DOUBLE_EQ(evidence[kRival], 0.75);
  EXPECT_DOUBLE_EQ(evidence[kLength], std::log(4.0));
  EXPECT_DOUBLE_EQ(evidence[kByLevel], 1);
  EXPECT_DOUBLE_EQ(evidence[kRise], 11);
  EXPECT_NEAR(evidence[kEdge], 10, 1e-9);
  EXPECT_DOUBLE_EQ(evidence[kRiseOutside], 2);
  // At a recording's ends there is nothing around.
  const EventEvidence whole = event_evidence({curve, curve, stretches}, 0, {}, {0, 12, false});
  EXPECT_EQ(whole[kBefore], 0);
  EXPECT_EQ(whole[kAfter], 0);
  EXPECT_EQ(whole[kRival], 0);
  EXPECT_EQ(whole[kRiseOutside], 0);
}

}  // namespace
}  // namespace hearken::tasks
