// Orders against all orders there are.
#include "tasks/playlists/list_order.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>

namespace hearken::tasks {
namespace {

double least_of_all(std::span<const double> cost, std::span<const int> groups) {
  std::vector<std::size_t> order(groups.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  double least = 1e9;
  do {
    least = std::min(least, cost_of_order(cost, groups, order));
  } while (std::next_permutation(order.begin() + 1, order.end()));
  return least;
}

TEST(SmoothOrder, IsAShortWayThroughAll) {
  std::mt19937 random(1);
  std::uniform_real_distribution<double> uniform;
  int best = 0;
  constexpr int kTrials = 100;
  for (int trial = 0; trial < kTrials; ++trial) {
    const std::size_t n = 2 + static_cast<std::size_t>(trial) % 6;
    std::vector<double> cost(n * n);
    for (double& c : cost) c = uniform(random);
    std::vector<int> groups;
    for (std::size_t i = 0; i < n; ++i) groups.push_back(static_cast<int>(random() % 4) - 1);
    std::vector<std::size_t> order = smooth_order(cost, groups);
    const double found = cost_of_order(cost, groups, order), least = least_of_all(cost, groups);
    EXPECT_LE(found, least + 1.0);  // a local optimum, never a bad one
    best += found < least + 1e-9;
    EXPECT_EQ(smooth_order(cost, groups), order);
    EXPECT_EQ(order.front(), 0U);
    std::sort(order.begin(), order.end());
    for (std::size_t i = 0; i < n; ++i) ASSERT_EQ(order[i], i);
  }
  EXPECT_GE(best, 70);
}

TEST(SmoothOrder, SumsWhatItSays) {
  // Things 0 and 2 are of one group, as are 1 and 3; 4 is of none.
  const std::vector<int> groups = {7, 5, 7, 5, -1};
  std::vector<double> cost(25, 0.0);
  cost[0 * 5 + 2] = 10;
  const std::size_t together[] = {0, 2, 4, 1, 3}, apart[] = {0, 1, 2, 3, 4}, spread[] = {0, 1, 4, 2, 3};
  EXPECT_DOUBLE_EQ(cost_of_order(cost, groups, together), 10 + 1 + 1);
  EXPECT_DOUBLE_EQ(cost_of_order(cost, groups, apart), 0.5 + 0.5);
  EXPECT_DOUBLE_EQ(cost_of_order(cost, groups, spread), 0);
  EXPECT_DOUBLE_EQ(cost_of_order(cost, groups, smooth_order(cost, groups)), 0);
  const std::vector<int> nothing(5, -1);  // things of no group do not mind each other
  EXPECT_DOUBLE_EQ(cost_of_order(cost, nothing, apart), 0);
}

TEST(SmoothOrder, FollowsALine) {
  std::vector<double> at(150);
  std::mt19937 random(2);
  std::uniform_real_distribution<double> uniform;
  for (double& x : at) x = uniform(random);
  at[0] = -1;
  std::vector<double> cost;
  for (const double a : at)
    for (const double b : at) cost.push_back(std::abs(a - b));
  const std::vector<int> groups(at.size(), -1);
  const std::vector<std::size_t> order = smooth_order(cost, groups);
  for (std::size_t i = 1; i < order.size(); ++i) EXPECT_LT(at[order[i - 1]], at[order[i]]);
  EXPECT_TRUE(smooth_order({}, {}).empty());
}

}  // namespace
}  // namespace hearken::tasks
