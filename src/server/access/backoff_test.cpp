// Guesses that are held up, by a clock of the test's.
#include "server/access/backoff.h"

#include <gtest/gtest.h>

namespace hearken::server {
namespace {

using std::chrono::seconds;

// Guesses as fast as it may for so long; how many guesses were looked at.
int guesses_within(Backoff& backoff, const std::string& address, int so_many_seconds) {
  const Backoff::Time begin{};
  int made = 0;
  for (Backoff::Time now = begin; now < begin + seconds(so_many_seconds);) {
    const int wait = backoff.wait_seconds(address, now);
    now += seconds(wait);
    if (wait == 0) backoff.failed(address, std::to_string(made++), now);
  }
  return made;
}

TEST(Backoff, FiveAreFreeThenEachWaitDoubles) {
  Backoff backoff;
  Backoff::Time now{};
  for (int i = 0; i < Backoff::kFree; ++i) {
    EXPECT_EQ(backoff.wait_seconds("10.0.0.1", now), 0);
    backoff.failed("10.0.0.1", std::to_string(i), now);
  }
  for (const int wait : {1, 2, 4, 8, 16, 32, 60, 60, 60}) {
    EXPECT_EQ(backoff.wait_seconds("10.0.0.1", now), wait);
    EXPECT_EQ(backoff.wait_seconds("10.0.0.1", now + seconds(wait) - std::chrono::milliseconds(1)), 1);
    now += seconds(wait);
    EXPECT_EQ(backoff.wait_seconds("10.0.0.1", now), 0);
    backoff.failed("10.0.0.1", "after " + std::to_string(now.time_since_epoch().count()), now);
  }
  EXPECT_EQ(backoff.wait_seconds("10.0.0.2", now), 0);
  EXPECT_EQ(backoff.wait_seconds("10.0.0.1", now + seconds(Backoff::kLongestSeconds)), 0);
}

TEST(Backoff, ADayOfGuessingIsNotMuch) {
  Backoff backoff;
  EXPECT_LT(guesses_within(backoff, "10.0.0.1", 24 * 3600), 1500);
}

TEST(Backoff, TheSameWrongSecretIsOneGuess) {
  Backoff backoff;
  for (int i = 0; i < 1000; ++i) backoff.failed("10.0.0.1", "an old cookie", {});
  EXPECT_EQ(backoff.wait_seconds("10.0.0.1", {}), 0);
}

TEST(Backoff, OneCustomersAddressesCountTogether) {
  Backoff backoff;
  for (int i = 0; i < Backoff::kFree; ++i)
    backoff.failed("2001:db8:1:2::" + std::to_string(i), std::to_string(i), Backoff::Time{});
  EXPECT_GT(backoff.wait_seconds("2001:db8:1:2:3:4:5:6", Backoff::Time{}), 0);
  EXPECT_EQ(backoff.wait_seconds("2001:db8:1:3::1", Backoff::Time{}), 0);
  for (int i = 0; i < Backoff::kFree; ++i) backoff.failed("::ffff:10.0.0.1", std::to_string(i), Backoff::Time{});
  EXPECT_GT(backoff.wait_seconds("::ffff:10.0.0.1", Backoff::Time{}), 0);
  EXPECT_EQ(backoff.wait_seconds("::ffff:10.0.0.2", Backoff::Time{}), 0);
}

TEST(Backoff, ManyAddressesDoNotFillTheMemory) {
  Backoff backoff;
  for (int i = 0; i < 10'000; ++i)
    for (int j = 0; j < Backoff::kFree; ++j)
      backoff.failed(std::to_string(i), std::to_string(j), Backoff::Time{} + std::chrono::microseconds(i));
  EXPECT_EQ(backoff.wait_seconds("0", Backoff::Time{}), 0);
  EXPECT_GT(backoff.wait_seconds("9999", Backoff::Time{}), 0);
}

}  // namespace
}  // namespace hearken::server
