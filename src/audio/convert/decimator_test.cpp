// Against the sines themselves: in place and in level below, gone above.
#include "audio/convert/decimator.h"

#include <gtest/gtest.h>

#include "audio/testing.h"

namespace hearken::audio {
namespace {

using namespace testing;

std::vector<float> decimated(const std::vector<double>& in, int from, std::size_t piece = 5000) {
  const std::vector<float> samples(in.begin(), in.end());
  std::vector<float> out;
  Decimator decimator(from, 8000);
  for (std::size_t at = 0; at < samples.size(); at += piece)
    decimator.push(std::span(samples).subspan(at, std::min(piece, samples.size() - at)), out);
  decimator.finish(out);
  return out;
}

// The largest distance of the middle of `out` from a sine.
double off(const std::vector<float>& out, double hz, double level) {
  const std::vector<double> expected = sine(hz, level, 8000, out.size());
  double worst = 0;
  for (std::size_t i = out.size() / 5; i < out.size() * 4 / 5; ++i)
    worst = std::fmax(worst, std::fabs(static_cast<double>(out[i]) - expected[i]));
  return worst;
}

TEST(Decimator, ASineStaysThatSine) {
  for (const int from : {11025, 12000, 16000, 22050, 32000, 44100, 48000, 88200, 96000, 192000, 384000}) {
    ASSERT_TRUE(Decimator::can(from, 8000)) << from;
    for (const double hz : {130.0, 1000.0, 3590.0})
      EXPECT_LT(off(decimated(sine(hz, 0.5, from, static_cast<std::size_t>(from / 2 + 77)), from), hz, 0.5), 5e-5)
          << from << " Hz, " << hz;
  }
}

TEST(Decimator, WhatWouldFoldBackIsGone) {
  for (const int from : {22050, 44100, 48000, 96000}) {
    for (const double hz : {4410.0, 4600.0, 7000.0, 8000.0, 10900.0})
      EXPECT_LT(off(decimated(sine(hz, 0.5, from, static_cast<std::size_t>(from)), from), 0, 0), 3e-5)
          << from << " Hz, " << hz;
  }
}

TEST(Decimator, PiecesDoNotMatterAndLengthsAreKept) {
  const std::vector<double> in = sine(777, 0.5, 44100, 50000);
  const std::vector<float> whole = decimated(in, 44100, in.size());
  for (const std::size_t piece : {1U, 333U, 4096U}) EXPECT_EQ(decimated(in, 44100, piece), whole) << piece;
  for (std::size_t count = 1; count < 40; ++count) {
    const auto expected = static_cast<std::size_t>(std::floor(static_cast<double>(count) * 8000 / 44100 + 0.5));
    EXPECT_EQ(decimated(sine(440, 0.5, 44100, count), 44100, 7).size(), expected) << count;
  }
  EXPECT_TRUE(decimated({}, 44100).empty());
}

TEST(Decimator, LeavesOtherRatesToTheResampler) {
  for (const int from : {4000, 8000, 8001, 44101, 2'822'400}) EXPECT_FALSE(Decimator::can(from, 8000)) << from;
}

}  // namespace
}  // namespace hearken::audio
