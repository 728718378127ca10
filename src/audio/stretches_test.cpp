// Stretches of a sound in which something is heard.
#include "audio/stretches.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <numbers>
#include <vector>

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

TEST(Stretches, CutsWhereTheSoundChanges) {
  const std::vector<float> levels = band_levels(recording(8), kStretchRate);
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

TEST(Stretches, OfNextToNothing) {
  EXPECT_TRUE(band_levels(std::vector<float>(100), kStretchRate).empty());
  EXPECT_TRUE(stretches({}, kBands).empty());
  EXPECT_EQ(stretches(band_levels(std::vector<float>(kStretchRate / 10), kStretchRate), kBands).size(), 1U);
}

}  // namespace
}  // namespace hearken::audio
