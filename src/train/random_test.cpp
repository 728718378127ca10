// Draws: the same for the same place, others for any other, and as even as they say.
#include "train/random.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

namespace hearken::train {
namespace {

TEST(Random, PlacesDecide) {
  EXPECT_EQ(Draws(7, Purpose::crop, {3, 5}).bits(), Draws(7, Purpose::crop, {3, 5}).bits());
  std::set<std::uint64_t> seen;
  for (const std::uint64_t seed : {0, 1, 2})
    for (const Purpose purpose : {Purpose::crop, Purpose::gain})
      for (std::uint64_t epoch = 0; epoch < 20; ++epoch)
        for (std::uint64_t clip = 0; clip < 20; ++clip) seen.insert(Draws(seed, purpose, {epoch, clip}).bits());
  EXPECT_EQ(seen.size(), 3U * 2 * 20 * 20);
  // A shorter place is another place.
  EXPECT_NE(Draws(7, Purpose::crop, {3}).bits(), Draws(7, Purpose::crop, {3, 0}).bits());
}

TEST(Random, StaysWhatItIs) {  // what an interrupted run has drawn must be drawn again by any later build
  Draws draws(42, Purpose::order, {1, 2});
  EXPECT_EQ(draws.bits(), 0x7D9F902386DA38B9U);
  EXPECT_EQ(draws.bits(), 0xC62014991E8B18CEU);
}

TEST(Random, IsEven) {
  Draws draws(1, Purpose::order);
  std::vector<int> counts(10);
  double sum = 0;
  for (int i = 0; i < 100'000; ++i) {
    ++counts[draws.below(10)];
    sum += draws.unit();
  }
  for (const int count : counts) EXPECT_NEAR(count, 10'000, 500);  // five deviations of 95
  EXPECT_NEAR(sum, 50'000, 500);
  EXPECT_EQ(draws.below(1), 0U);
}

// Beta(a, a) has mean 1/2 and variance 1 / (4 (2 a + 1)).
TEST(Random, Beta) {
  Draws draws(1, Purpose::mix);
  double sum = 0, squares = 0;
  constexpr int kDraws = 100'000;
  for (int i = 0; i < kDraws; ++i) {
    const double x = draws.beta(0.4);
    ASSERT_GE(x, 0);
    ASSERT_LE(x, 1);
    sum += x;
    squares += (x - 0.5) * (x - 0.5);
  }
  EXPECT_NEAR(sum / kDraws, 0.5, 0.01);
  EXPECT_NEAR(squares / kDraws, 1 / (4 * 1.8), 0.003);
}

TEST(Random, Shuffles) {
  std::vector<int> first(5);
  for (std::uint64_t seed = 0; seed < 5000; ++seed) {
    std::vector<std::size_t> order = shuffled(5, Draws(seed, Purpose::order));
    ++first[order[0]];
    std::sort(order.begin(), order.end());
    ASSERT_EQ(order, (std::vector<std::size_t>{0, 1, 2, 3, 4}));
  }
  for (const int count : first) EXPECT_NEAR(count, 1000, 150);
  EXPECT_TRUE(shuffled(0, Draws(0, Purpose::order)).empty());
}

}  // namespace
}  // namespace hearken::train
