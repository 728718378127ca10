// The queue between threads: bounds, fair shares, the end.
#include "core/threads/bounded_queue.h"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <numeric>
#include <thread>
#include <vector>

namespace hearken {
namespace {

using Items = std::vector<int>;

TEST(BoundedQueue, TakesInOrderAndNoMoreThanAFairShare) {
  BoundedQueue<int> queue(20);
  for (int i = 0; i < 11; ++i) queue.push(i);
  EXPECT_EQ(queue.pop(3, 2), (Items{0, 1, 2}));     // 3 of 11
  EXPECT_EQ(queue.pop(8, 2), (Items{3, 4, 5, 6}));  // half of 8
  EXPECT_EQ(queue.pop(8, 3), (Items{7, 8}));        // a third of 4, rounded up
  EXPECT_EQ(queue.pop(8, 100), Items{9});           // one at least
  EXPECT_EQ(queue.pop(8, 1), Items{10});
}

TEST(BoundedQueue, GivesWhatIsLeftAfterItsEndThenNothing) {
  BoundedQueue<std::unique_ptr<int>> queue(4);
  queue.push(std::make_unique<int>(1));
  queue.push(std::make_unique<int>(2));
  queue.close();
  EXPECT_FALSE(queue.push(std::make_unique<int>(3)));
  EXPECT_EQ(*queue.pop(1, 1).at(0), 1);
  EXPECT_EQ(*queue.pop(9, 1).at(0), 2);
  EXPECT_TRUE(queue.pop(9, 1).empty());
}

TEST(BoundedQueue, CarriesEverythingOnceFromManyToMany) {
  constexpr int kProducers = 4, kEach = 500;
  constexpr std::size_t kConsumers = 3;
  BoundedQueue<int> queue(5);
  std::atomic<int> producing{kProducers}, taken{0};
  std::atomic<long> sum{0};
  {
    std::vector<std::jthread> threads;
    for (int p = 0; p < kProducers; ++p) {
      threads.emplace_back([&, p] {
        for (int i = 0; i < kEach; ++i) EXPECT_TRUE(queue.push(p * kEach + i));
        if (--producing == 0) queue.close();
      });
    }
    for (std::size_t c = 0; c < kConsumers; ++c) {
      threads.emplace_back([&] {
        for (;;) {
          const Items items = queue.pop(2, kConsumers);
          if (items.empty()) break;
          EXPECT_LE(items.size(), 2U);
          taken += static_cast<int>(items.size());
          sum += std::accumulate(items.begin(), items.end(), 0L);
        }
      });
    }
  }
  EXPECT_EQ(taken, kProducers * kEach);
  EXPECT_EQ(sum, kProducers * kEach * (kProducers * kEach - 1L) / 2);
}

}  // namespace
}  // namespace hearken
