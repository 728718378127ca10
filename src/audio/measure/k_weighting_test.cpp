// Loudness beside libebur128's, whose filters run sample after sample.
#include "audio/measure/k_weighting.h"

#include <ebur128.h>
#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

#include "audio/measure/loudness.h"

namespace hearken::audio {
namespace {

// Bursts of noise over a low tone and an offset, each channel at a level of its own, with pauses.
std::vector<float> bursts(int channels, int rate_hz, double seconds) {
  std::mt19937 random(3);
  std::vector<float> out;
  for (int i = 0; i < static_cast<int>(seconds * rate_hz); ++i) {
    const double at = static_cast<double>(i) / rate_hz, fading = std::exp(-8 * std::fmod(at, 0.47));
    for (int c = 0; c < channels; ++c) {
      const double noise = static_cast<double>(random()) / 2147483648.0 - 1;
      const double value = 0.3 / (1 + c) * fading * noise + 0.1 * std::sin(at * 45 * 6.2831853) + 0.02;
      out.push_back(std::fmod(at, 5) > 4 ? 0.0F : static_cast<float>(value));
    }
  }
  return out;
}

double by_libebur128(std::span<const float> interleaved, int channels, int rate_hz) {
  ebur128_state* state =
      ebur128_init(static_cast<unsigned>(channels), static_cast<unsigned long>(rate_hz), EBUR128_MODE_I);
  ebur128_add_frames_float(state, interleaved.data(), interleaved.size() / static_cast<std::size_t>(channels));
  double lufs = 0;
  ebur128_loudness_global(state, &lufs);
  ebur128_destroy(&state);
  return lufs;
}

TEST(KWeighting, HasTheStandardsCoefficientsAt48Kilohertz) {
  const KWeighting k(48000);  // ITU-R BS.1770-4, tables 1 and 2
  EXPECT_NEAR(k.b0, 1.53512485958697, 1e-9);
  EXPECT_NEAR(k.b1, -2.69169618940638, 1e-9);
  EXPECT_NEAR(k.b2, 1.19839281085285, 1e-9);
  EXPECT_NEAR(k.a1, -1.69065929318241, 1e-9);
  EXPECT_NEAR(k.a2, 0.73248077421585, 1e-9);
  EXPECT_NEAR(k.high_a1, -1.99004745483398, 1e-9);
  EXPECT_NEAR(k.high_a2, 0.99007225036621, 1e-9);
}

TEST(KWeighting, LoudnessIsThatOfLibebur128) {
  for (const int rate_hz : {4000, 8000, 11025, 22050, 44100, 48000, 96000}) {
    for (const int channels : {1, 2, 3, 4, 5, 6}) {
      const std::vector<float> sound = bursts(channels, rate_hz, 7.3);
      Loudness loudness;
      const std::size_t piece = static_cast<std::size_t>(channels) * 1152;
      for (std::size_t at = 0; at < sound.size(); at += piece)
        loudness.consume(std::span(sound).subspan(at, std::min(piece, sound.size() - at)), channels, rate_hz);
      EXPECT_NEAR(loudness.integrated().value(), by_libebur128(sound, channels, rate_hz), 0.002)
          << rate_hz << " Hz, " << channels << " channels";
    }
  }
}

}  // namespace
}  // namespace hearken::audio
