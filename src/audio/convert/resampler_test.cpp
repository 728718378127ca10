// What a change of rate keeps, and what it must not let through.
#include "audio/convert/resampler.h"

#include <gtest/gtest.h>

#include "audio/testing.h"

namespace hearken::audio {
namespace {

using namespace testing;

std::vector<float> resample(const std::vector<double>& in, int from, int to, std::size_t piece) {
  const std::vector<float> samples(in.begin(), in.end());
  std::vector<float> out;
  Resampler resampler(from, to);
  for (std::size_t at = 0; at < samples.size(); at += piece) {
    resampler.push(std::span(samples).subspan(at, std::min(piece, samples.size() - at)), out);
  }
  resampler.finish(out);
  return out;
}

// Against the sine itself, not against another resampler: in place, in level, with nothing beside it.
TEST(Resampler, ASineStaysThatSine) {
  for (const int from : {8000, 11025, 22050, 32000, 44100, 48000, 96000, 192000, 352800, 2822400}) {
    for (const int to : {16000, 48000}) {
      const auto count = static_cast<std::size_t>(from / 2 + 77);
      const std::vector<float> out = resample(sine(1000, 0.5, from, count), from, to, 5000);
      EXPECT_EQ(out.size(), static_cast<std::size_t>(std::llround(static_cast<double>(count) * to / from)));
      const std::vector<double> expected = sine(1000, 0.5, to, out.size());
      double worst = 0;  // away from the ends, where a filter rings
      for (std::size_t i = out.size() / 5; i < out.size() * 4 / 5; ++i) {
        worst = std::fmax(worst, std::fabs(out[i] - expected[i]));
      }
      EXPECT_LT(worst, 2e-5) << from << " to " << to;
    }
  }
}

TEST(Resampler, WhatTheNewRateCannotHoldIsGone) {
  double sum = 0;
  const std::vector<float> out = resample(sine(9000, 0.5, 44100, 44100), 44100, 16000, 1024);
  for (std::size_t i = out.size() / 5; i < out.size() * 4 / 5; ++i) sum = std::fmax(sum, std::fabs(out[i]));
  EXPECT_LT(sum, 1e-5);
}

TEST(Resampler, PiecesDoNotMatter) {
  const std::vector<double> in = sine(777, 0.5, 44100, 50000);
  const std::vector<float> whole = resample(in, 44100, 16000, in.size());
  for (const std::size_t piece : {1U, 333U, 4096U}) EXPECT_EQ(resample(in, 44100, 16000, piece), whole) << piece;
}

TEST(Resampler, ShortStreamsKeepTheirLength) {
  for (std::size_t count = 1; count < 40; ++count) {
    const auto expected = static_cast<std::size_t>(std::floor(static_cast<double>(count) * 16000 / 44100 + 0.5));
    EXPECT_EQ(resample(sine(440, 0.5, 44100, count), 44100, 16000, 7).size(), expected) << count;
  }
  EXPECT_TRUE(resample({}, 44100, 16000, 7).empty());
}

TEST(Resampler, EqualRatesCopy) {
  const std::vector<float> out = resample({0.1, 0.2, 0.3}, 16000, 16000, 2);
  EXPECT_EQ(out, (std::vector<float>{0.1F, 0.2F, 0.3F}));
}

}  // namespace
}  // namespace hearken::audio
