// Scores of windows to stretches in which a label is heard.
#include "tasks/labels/event_candidates.h"

#include <gtest/gtest.h>

#include <vector>

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

TEST(NestedSounds, RunsOverPausesAtEveryLevel) {
  // Rain of 5 dB from 2 s on; in it two barks of 20 dB, 0.8 s apart, and one 2 s later; before it a click.
  const std::vector<TimeRange> stretches{{0, 1, 0},     {1, 1.1, 30}, {1.1, 2, 0}, {2, 4, 5},    {4, 4.5, 20},
                                         {4.5, 5.3, 5}, {5.3, 6, 20}, {6, 8, 5},   {8, 8.5, 20}, {8.5, 9, 5}};
  const auto sounds = nested_sounds(stretches, 12, 0.85, 0.2);
  EXPECT_EQ(extents(sounds), (std::vector<Extent>{{0, 12}, {2, 9}, {4, 6}, {8, 8.5}}));
  EXPECT_FALSE(sounds[0].outer);
  EXPECT_EQ(sounds[1].outer, 0U);
  EXPECT_EQ(sounds[2].outer, 1U);
  EXPECT_EQ(sounds[3].outer, 1U);
  // The click joins the rain over a longer pause, and is a sound of its own when so short a one may be.
  EXPECT_EQ(extents(nested_sounds(stretches, 12, 1, 0.2))[1], (Extent{1, 9}));
  EXPECT_EQ(extents(nested_sounds(stretches, 12, 0.85, 0.05)).back(), (Extent{1, 1.1}));
}

TEST(NestedSounds, NothingStandsOut) {
  EXPECT_EQ(extents(nested_sounds({}, 0.05, 1, 0.2)), (std::vector<Extent>{{0, 0.05}}));
  const std::vector<TimeRange> quiet{{0, 5, 0.5}};
  EXPECT_EQ(extents(nested_sounds(quiet, 5, 1, 0.2)), (std::vector<Extent>{{0, 5}}));
}

struct Chosen {
  std::size_t sound, label;
  bool operator==(const Chosen&) const = default;
};

std::vector<Chosen> chosen(const std::vector<EventCandidate>& sounds, const std::vector<double>& scores) {
  std::vector<Chosen> out;
  for (const Choice& c : choose(sounds, scores, 2, 0.1)) {
    EXPECT_EQ(c.score, scores[c.sound * 2 + c.label]);
    out.push_back({c.sound, c.label});
  }
  return out;
}

TEST(Choose, TheWidestThatIsNearlyAsGood) {
  const std::vector<EventCandidate> sounds{{0, 60, {}}, {10, 20, 0}, {11, 12, 1}, {15, 16, 1}};
  // rain, bark
  EXPECT_EQ(chosen(sounds, {0.05, 0, 0.2, 0, 0.25, 0, 0.22, 0}), (std::vector<Chosen>{{1, 0}}));
  EXPECT_EQ(chosen(sounds, {0.05, 0, 0.2, 0, 0.3, 0, 0.22, 0}), (std::vector<Chosen>{{2, 0}, {3, 0}}));
  EXPECT_EQ(chosen(sounds, {0, 0, 0.2, 0.1, 0.02, 0.3, 0.03, 0.3}), (std::vector<Chosen>{{1, 0}, {2, 1}, {3, 1}}));
  EXPECT_EQ(chosen(sounds, {0.2, 0.15, 0, 0, 0, 0, 0, 0}), (std::vector<Chosen>{{0, 0}}));
  EXPECT_EQ(chosen(sounds, {0.2, 0.18, 0, 0, 0, 0, 0, 0}), (std::vector<Chosen>{{0, 0}, {0, 1}}));
  EXPECT_TRUE(chosen(sounds, std::vector<double>(8, 0.09)).empty());
}

}  // namespace
}  // namespace hearken::tasks
