// Ways against all ways there are.
#include "tasks/playlists/bottleneck_path.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <random>

namespace hearken::tasks {
namespace {

struct Length {
  double greatest = 0, squares = 0;
};

Length length_of(std::span<const double> distances, std::size_t n, std::span<const std::size_t> way) {
  Length out;
  for (std::size_t i = 1; i < way.size(); ++i) {
    const double d = distances[way[i - 1] * n + way[i]];
    out.greatest = std::max(out.greatest, d);
    out.squares += d * d;
  }
  return out;
}

// The best of all ways of that many steps; none gives an infinite one.
Length best_of_all(std::span<const double> distances, std::span<const double> progress, std::size_t first,
                   std::size_t last, std::size_t steps) {
  Length best{1e9, 1e9};
  std::vector<std::size_t> way{first};
  const std::function<void()> go = [&] {
    if (way.size() == steps + 1) {
      if (way.back() != last) return;
      const Length length = length_of(distances, progress.size(), way);
      if (length.greatest < best.greatest || (length.greatest == best.greatest && length.squares < best.squares))
        best = length;
      return;
    }
    for (std::size_t next = 0; next < progress.size(); ++next) {
      if (progress[next] <= progress[way.back()]) continue;
      way.push_back(next);
      go();
      way.pop_back();
    }
  };
  go();
  return best;
}

TEST(EvenWay, IsTheBestOfAll) {
  std::mt19937 random(3);
  std::uniform_real_distribution<double> uniform;
  int ways = 0;
  for (int trial = 0; trial < 200; ++trial) {
    const std::size_t n = 3 + static_cast<std::size_t>(trial) % 6;
    std::vector<double> progress(n), distances(n * n);
    for (double& p : progress) p = std::round(uniform(random) * 10) / 10;  // some equal ones
    const std::size_t first = random() % n, last = (first + 1 + random() % (n - 1)) % n;
    progress[first] = 0, progress[last] = 1;
    for (std::size_t i = 0; i < n; ++i)
      if (i != first && i != last) progress[i] = std::clamp(progress[i], 0.05, 0.95);
    for (std::size_t a = 0; a < n; ++a)
      for (std::size_t b = 0; b < a; ++b) distances[a * n + b] = distances[b * n + a] = uniform(random);
    for (std::size_t steps = 1; steps < n + 1; ++steps) {
      const std::vector<std::size_t> way = bottleneck_path(distances, progress, first, last, steps);
      const Length best = best_of_all(distances, progress, first, last, steps);
      EXPECT_EQ(way.empty(), best.greatest > 1e8);
      EXPECT_EQ(way.empty(), most_steps(progress, first, last, steps) < steps);
      if (way.empty()) continue;
      ++ways;
      EXPECT_EQ(way.size(), steps + 1);
      EXPECT_EQ(way.front(), first);
      EXPECT_EQ(way.back(), last);
      for (std::size_t i = 1; i < way.size(); ++i) EXPECT_GT(progress[way[i]], progress[way[i - 1]]);
      EXPECT_DOUBLE_EQ(length_of(distances, n, way).greatest, best.greatest);
      EXPECT_NEAR(length_of(distances, n, way).squares, best.squares, 1e-12);
    }
  }
  EXPECT_GT(ways, 400);
}

TEST(EvenWay, HasNoneWithoutProgress) {
  const std::vector<double> distances(4, 0.5), same = {0.5, 0.5}, forward = {0, 1};
  EXPECT_TRUE(bottleneck_path(distances, same, 0, 1, 1).empty());
  EXPECT_EQ(most_steps(same, 0, 1, 5), 0U);
  EXPECT_EQ(bottleneck_path(distances, forward, 0, 1, 1), (std::vector<std::size_t>{0, 1}));
  EXPECT_TRUE(bottleneck_path(distances, forward, 0, 1, 2).empty());
  EXPECT_TRUE(bottleneck_path(distances, forward, 0, 1, 0).empty());
}

}  // namespace
}  // namespace hearken::tasks
