// Stretches of a sound in which something is heard.
#include "audio/stretches.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <numbers>
#include <vector>

#include "audio/part.h"

namespace hearken::audio {
namespace {

constexpr int kStretchRate = 16000;

// Faint noise with two tones in it: 1 kHz from 2 to 3.5 s, 3 kHz from 5 to 5.5 s.
std::vector<float> recording(double seconds) {
  std::vector<float> out(static_cast<std::size_t>(seconds * kStretchRate));
  std::uint32_t state = 1;
  for (std::size_t i = 0; i < out.size(); ++i) {
    state = state * 1664525U + 1013904223U;
    const double t = static_cast<double>(i) / kStretchRate;
    const double hz = t >= 2 && t < 3.5 ? 1000 : t >= 5 && t < 5.5 ? 3000 : 0;
    out[i] = static_cast<float>(1e-3 * (static_cast<double>(state >> 8) / (1 << 23) - 1) +
                                0.05 * std::sin(2 * std::numbers::pi * hz * t));
  }
  return out;
}

std::vector<float> levels_of(const std::vector<float>& samples) {
  return band_levels(*stream_samples(samples, kStretchRate, kStretchRate, "recording"));
}

TEST(Stretches, CutsWhereTheSoundChanges) {
  const std::vector<float> levels = levels_of(recording(8));
  ASSERT_EQ(levels.size(), 80 * kBands);
  const std::vector<TimeRange> found = stretches(levels, kBands);
  EXPECT_EQ(found.front().start_seconds, 0);
  EXPECT_NEAR(found.back().end_seconds, 8, 1e-9);
  // The step in which a tone begins or ends may be a stretch of its own.
  std::vector<TimeRange> wide;
  for (const TimeRange& stretch : found)
    if (stretch.end_seconds - stretch.start_seconds > 0.11) wide.push_back(stretch);
  ASSERT_EQ(wide.size(), 5U);
  const double starts[] = {0, 2, 3.5, 5, 5.5, 8};
  for (std::size_t i = 0; i < wide.size(); ++i) {
    EXPECT_NEAR(wide[i].start_seconds, starts[i], 0.11);
    EXPECT_NEAR(wide[i].end_seconds, starts[i + 1], 0.11);
    if (i % 2 == 0)
      EXPECT_LT(wide[i].rise_db, 1.5);
    else
      EXPECT_GT(wide[i].rise_db, 6);
  }
}

TEST(Stretches, NoneIsLongerThanFifteenSeconds) {
  const std::vector<TimeRange> found = stretches(std::vector<float>(400 * 2, -20.0F), 2);
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found.front().start_seconds, 0);
  EXPECT_NEAR(found.back().end_seconds, 40, 1e-9);
  for (const TimeRange& stretch : found) {
    EXPECT_LE(stretch.end_seconds - stretch.start_seconds, 15 + 1e-9);
    EXPECT_EQ(stretch.rise_db, 0);
  }
}

// Blocks of a minute give what the whole gives: the same tones a minute later are at the same level.
TEST(Stretches, LevelsDoNotDependOnWhereABlockEnds) {
  const std::vector<float> once = recording(7);
  std::vector<float> samples(
      static_cast<std::size_t>(57 * kStretchRate));  // so that tones lie over the first minute's end
  samples.insert(samples.end(), once.begin(), once.end());
  samples.resize(static_cast<std::size_t>(130 * kStretchRate));
  const std::vector<float> levels = levels_of(samples), alone = levels_of(once);
  ASSERT_EQ(levels.size(), 1300 * kBands);
  for (std::size_t step = 1; step + 1 < 70; ++step)
    for (std::size_t b = 0; b < kBands; ++b)
      EXPECT_NEAR(levels[(570 + step) * kBands + b], alone[step * kBands + b], 1e-4) << step << " " << b;
}

TEST(Stretches, TheFloorIsThatOfTheMinuteAround) {
  // Two levels for two minutes each: neither stands out of its own minute.
  std::vector<float> levels;
  for (int step = 0; step < 2400; ++step) levels.push_back(step < 1200 ? -60.0F : -30.0F);
  for (const TimeRange& stretch : stretches(levels, 1)) {
    if (stretch.end_seconds < 80 || stretch.start_seconds > 160) {
      EXPECT_EQ(stretch.rise_db, 0) << stretch.start_seconds;
    }
    if (stretch.start_seconds >= 120 && stretch.end_seconds <= 140) {
      EXPECT_GT(stretch.rise_db, 20) << stretch.start_seconds;
    }
  }
}

TEST(Stretches, OfNextToNothing) {
  EXPECT_TRUE(levels_of(std::vector<float>(100)).empty());
  EXPECT_TRUE(stretches({}, kBands).empty());
  EXPECT_EQ(stretches(levels_of(std::vector<float>(kStretchRate / 10)), kBands).size(), 1U);
}

}  // namespace
}  // namespace hearken::audio
