// Work shared among threads.
#include "core/threads/team.h"

#include <gtest/gtest.h>

#include <atomic>
#include <numeric>
#include <stdexcept>
#include <vector>

namespace hearken {
namespace {

TEST(Team, DoesEveryPieceOnceInManyRounds) {
  for (const int threads : {1, 2, 5}) {
    Team team(threads);
    EXPECT_EQ(team.threads(), threads);
    for (std::size_t count = 0; count < 200; ++count) {
      std::vector<std::atomic<int>> done(count);
      std::vector<std::atomic<int>> at_work(static_cast<std::size_t>(threads));
      team.run(count, [&](std::size_t i, int worker) {
        EXPECT_EQ(at_work.at(static_cast<std::size_t>(worker))++, 0) << "two pieces at once with one worker's memory";
        ++done[i];
        --at_work[static_cast<std::size_t>(worker)];
      });
      for (const auto& times : done) EXPECT_EQ(times, 1);
    }
  }
}

TEST(Team, SeesWhatTheRoundBeforeWrote) {
  Team team(3);
  std::vector<int> values(100);
  std::iota(values.begin(), values.end(), 0);
  for (int round = 0; round < 50; ++round) {
    std::vector<int> next(values.size());
    team.run(values.size(), [&](std::size_t i, int) { next[i] = values[(i + 1) % values.size()]; });
    values = next;
  }
  EXPECT_EQ(values[0], 50);
}

TEST(Team, ThrowsTheFirstExceptionAndGoesOn) {
  Team team(3);
  EXPECT_THROW(team.run(100,
                        [](std::size_t i, int) {
                          if (i == 7) throw std::runtime_error("seven");
                        }),
               std::runtime_error);
  std::atomic<int> calls{0};
  team.run(10, [&](std::size_t, int) { ++calls; });
  EXPECT_EQ(calls, 10);
}

}  // namespace
}  // namespace hearken
