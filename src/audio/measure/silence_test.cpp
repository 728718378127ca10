// Silence by loudness: tones and noise of known levels, at both sides of the bar.
#include "audio/measure/silence.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <random>
#include <vector>

namespace hearken::audio {
namespace {

std::vector<float> tone(double dbfs, double seconds, int rate_hz, double hertz = 997) {
  std::vector<float> out(static_cast<std::size_t>(seconds * rate_hz));
  const double amplitude = std::sqrt(2.0) * std::pow(10.0, dbfs / 20);  // of a sine whose mean square is that level
  for (std::size_t i = 0; i < out.size(); ++i)
    out[i] = static_cast<float>(amplitude * std::sin(6.283185307179586 * hertz * static_cast<double>(i) / rate_hz));
  return out;
}

TEST(Silence, DigitalSilenceIsSilent) {
  for (const int rate : {1000, 8000, 16000, 48000}) {
    EXPECT_TRUE(is_silent(std::vector<float>(static_cast<std::size_t>(rate) * 10), rate)) << rate;
    EXPECT_TRUE(is_silent(std::vector<float>(7), rate)) << rate;
    EXPECT_TRUE(is_silent({}, rate)) << rate;
  }
}

// At 997 Hz a mono tone has its level in dBFS as loudness in LUFS (EBU Tech 3341).
TEST(Silence, BeginsBelowSixtyLufs) {
  for (const int rate : {1000, 8000, 16000, 48000}) {
    const double hertz = rate == 1000 ? 200 : 997;
    for (const double seconds : {0.2, 0.4, 1.0, 10.0}) {
      EXPECT_FALSE(is_silent(tone(-59.5, seconds, rate, hertz), rate)) << rate << ' ' << seconds;
      EXPECT_TRUE(is_silent(tone(-60.5, seconds, rate, hertz), rate)) << rate << ' ' << seconds;
    }
  }
}

TEST(Silence, OneSoundInItIsEnough) {
  std::vector<float> samples(160000);
  const std::vector<float> beep = tone(-30, 0.1, 16000);
  for (const std::size_t at : {std::size_t{0}, std::size_t{71000}, samples.size() - beep.size()}) {
    std::vector<float> once = samples;
    std::copy(beep.begin(), beep.end(), once.begin() + static_cast<std::ptrdiff_t>(at));
    EXPECT_FALSE(is_silent(once, 16000)) << at;
  }
}

TEST(Silence, IsWhatEarsDoNotHear) {
  // A slow swing is nothing to hear; hiss of the same level is.
  EXPECT_TRUE(is_silent(tone(-55, 10, 16000, 5), 16000));
  std::mt19937 random(1);
  std::normal_distribution<float> normal(0, std::pow(10.0F, -55.0F / 20));
  std::vector<float> hiss(160000);
  for (float& x : hiss) x = normal(random);
  EXPECT_FALSE(is_silent(hiss, 16000));
  for (float& x : hiss) x *= 0.1F;
  EXPECT_TRUE(is_silent(hiss, 16000));
}

}  // namespace
}  // namespace hearken::audio
