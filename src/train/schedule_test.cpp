// The rate over the steps: a rise, then a cosine.
#include "train/schedule.h"

#include <gtest/gtest.h>

namespace hearken::train {
namespace {

TEST(Schedule, RisesThenFallsAlongACosine) {
  EXPECT_DOUBLE_EQ(learning_rate(3e-5, 0, 4, 20), 0.75e-5);
  EXPECT_DOUBLE_EQ(learning_rate(3e-5, 3, 4, 20), 3e-5);
  EXPECT_DOUBLE_EQ(learning_rate(3e-5, 4, 4, 20), 3e-5);
  EXPECT_DOUBLE_EQ(learning_rate(3e-5, 12, 4, 20), 1.5e-5);  // half-way down
  EXPECT_NEAR(learning_rate(3e-5, 19, 4, 20), 3e-5 * 0.00960736, 1e-11);
  for (int step = 5; step < 20; ++step)
    EXPECT_LT(learning_rate(1, step, 4, 20), learning_rate(1, step - 1, 4, 20)) << step;
}

TEST(Schedule, WithoutWarmUpBeginsAtThePeak) {
  EXPECT_DOUBLE_EQ(learning_rate(1e-3, 0, 0, 1), 1e-3);
  EXPECT_DOUBLE_EQ(learning_rate(1e-3, 0, 0, 7), 1e-3);
}

TEST(Schedule, AllOfItMayBeWarmUp) { EXPECT_DOUBLE_EQ(learning_rate(1, 1, 2, 2), 1); }

}  // namespace
}  // namespace hearken::train
