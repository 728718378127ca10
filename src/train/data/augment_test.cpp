// Gain that never clips, shares of mixtures, masks where they may be and nowhere else.
#include "train/data/augment.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstddef>
#include <numeric>
#include <set>
#include <vector>

namespace hearken::train {
namespace {

TEST(Augment, GainIsWithinItsRangeAndNeverClips) {
  double lowest = 9, highest = 0;
  for (std::uint64_t i = 0; i < 500; ++i) {
    std::vector<float> samples{0.4F, -0.2F, 0};
    change_gain(samples, 6, Draws(1, Purpose::gain, {i}));
    EXPECT_NEAR(samples[1] / samples[0], -0.5, 1e-6);
    EXPECT_EQ(samples[2], 0);
    const double db = 20 * std::log10(samples[0] / 0.4F);
    lowest = std::min(lowest, db), highest = std::max(highest, db);

    std::vector<float> loud{0.9F, -0.95F};
    change_gain(loud, 6, Draws(1, Purpose::gain, {i}));
    EXPECT_GE(loud[1], -1.000001F);

    std::vector<float> beyond{1.5F};  // a lossy file may be; it is not made louder
    change_gain(beyond, 6, Draws(1, Purpose::gain, {i}));
    EXPECT_LE(beyond[0], 1.5F);
  }
  EXPECT_GE(lowest, -6.001);
  EXPECT_LE(highest, 6.001);
  EXPECT_LT(lowest, -5);
  EXPECT_GT(highest, 5);
  std::vector<float> same{0.4F};
  change_gain(same, 0, Draws(1, Purpose::gain));
  EXPECT_EQ(same[0], 0.4F);
}

TEST(Augment, SharesAreTheGreaterOnes) {
  Draws draws(1, Purpose::mix);
  for (int i = 0; i < 1000; ++i) {
    const double share = mix_share_kept(0.4, draws);
    EXPECT_GE(share, 0.5);
    EXPECT_LE(share, 1);
  }
}

// What is masked is whole rows and whole columns, no more than asked for, and all of it is the mean.
TEST(Augment, Masks) {
  constexpr int kBins = 16, kFrames = 50;
  std::vector<float> plain(2 * kBins * kFrames);
  for (std::size_t i = 0; i < plain.size(); ++i) plain[i] = static_cast<float>(i % 97) + 1000.5F;
  Augmentation how;
  how.time_masks = 1, how.time_mask_frames = 64, how.mel_masks = 1, how.mel_mask_bins = 4;
  std::set<int> widths, heights;
  for (std::uint64_t draw = 0; draw < 200; ++draw) {
    std::vector<float> masked = plain;
    mask(masked, kBins, kFrames, how, Draws(1, Purpose::masks, {draw}));
    for (std::size_t s = 0; s < 2; ++s) {
      const std::size_t begin = s * kBins * kFrames;
      const double mean = std::accumulate(plain.begin() + static_cast<std::ptrdiff_t>(begin),
                                          plain.begin() + static_cast<std::ptrdiff_t>(begin + kBins * kFrames), 0.0) /
                          (kBins * kFrames);
      const auto is_masked = [&](int bin, int frame) {
        const std::size_t at = begin + static_cast<std::size_t>(bin * kFrames + frame);
        if (masked[at] == plain[at]) return false;
        EXPECT_NEAR(masked[at], mean, 1e-3);
        return true;
      };
      std::set<int> bins, frames;
      for (int bin = 0; bin < kBins; ++bin) {
        int count = 0;
        for (int frame = 0; frame < kFrames; ++frame) count += is_masked(bin, frame) ? 1 : 0;
        if (count == kFrames) bins.insert(bin);
      }
      for (int frame = 0; frame < kFrames; ++frame) {
        int count = 0;
        for (int bin = 0; bin < kBins; ++bin) count += is_masked(bin, frame) ? 1 : 0;
        if (count == kBins) frames.insert(frame);
      }
      for (int bin = 0; bin < kBins; ++bin)
        for (int frame = 0; frame < kFrames; ++frame)
          EXPECT_EQ(is_masked(bin, frame), bins.contains(bin) || frames.contains(frame)) << bin << ' ' << frame;
      widths.insert(static_cast<int>(frames.size()));
      heights.insert(static_cast<int>(bins.size()));
    }
  }
  EXPECT_EQ(*widths.rbegin(), kFrames / 5);
  EXPECT_EQ(*widths.begin(), 0);
  EXPECT_EQ(*heights.rbegin(), 4);
}

TEST(Augment, NoneIsNone) {
  const Augmentation none = no_augmentation();
  std::vector<float> features(64, 3), before = features;
  features[7] = before[7] = -5;
  mask(features, 8, 8, none, Draws(1, Purpose::masks));
  EXPECT_EQ(features, before);
  EXPECT_FALSE(none.crop);
}

}  // namespace
}  // namespace hearken::train
