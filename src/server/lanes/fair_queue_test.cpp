#include "server/lanes/fair_queue.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

namespace hearken::server {
namespace {

std::string all_taken(FairQueue<std::string>& queue) {
  std::string out;
  while (!queue.empty()) out += queue.take() + ' ';
  return out;
}

TEST(FairQueue, ClientsTakeTurns) {
  FairQueue<std::string> queue(100);
  for (const char* item : {"a1", "a2", "a3", "b1", "c1", "b2"}) EXPECT_FALSE(queue.put({item, 1}, item));
  EXPECT_EQ(all_taken(queue), "c1 b1 a1 b2 a2 a3 ");  // who asked least goes first
  EXPECT_EQ(queue.size(), 0U);
}

TEST(FairQueue, WhoAsksSeldomGoesAheadOfWhoAsksAllTheTime) {
  FairQueue<std::string> queue(100);
  const auto all_ask = [&] {
    for (int i = 0; i < 64; ++i) queue.put("busy " + std::to_string(i), "busy");
  };
  all_ask();
  all_taken(queue);
  for (int round = 0; round < 3; ++round) {
    all_ask();
    for (int i = 0; i < 40; ++i) EXPECT_EQ(queue.take(), "busy");
    queue.put("polite", "polite");
    EXPECT_EQ(queue.take(), "polite");
    for (int i = 0; i < 24; ++i) EXPECT_EQ(queue.take(), "busy");
  }
}

TEST(FairQueue, WhoAsksSeldomGoesAheadAlsoOfManyWhoLeaveLittle) {
  FairQueue<std::string> queue(64);
  for (int round = 0; round < 50; ++round) {
    for (int i = 0; i < 320; ++i) queue.put("busy " + std::to_string(i % 64), "busy");
    queue.put("polite", "polite");
    int before = 0;
    for (; queue.take() != "polite";) ++before;
    EXPECT_LT(before, 3) << round;
    for (int i = 0; i < 40; ++i) queue.take();  // fewer than there are busy ones
  }
}

TEST(FairQueue, WhatWasAskedLongAgoDoesNotCount) {
  double now = 0;
  FairQueue<std::string> queue(100, [&] { return now; });
  for (; now < 100; now += 1) {  // on a quiet day
    queue.put("polite", "polite");
    queue.take();
  }
  for (int i = 0; i < 8 * 64; ++i, now += 1.0 / 512) {
    queue.put("busy " + std::to_string(i % 64), "busy");
    if (i >= 64) queue.take();
  }
  queue.put("polite", "polite");
  EXPECT_EQ(queue.take(), "polite");
}

TEST(FairQueue, EverybodysTurnComes) {
  FairQueue<std::string> queue(1000);
  int greedy = 0;
  for (int round = 0; round < 200; ++round) {
    for (int i = 0; i < 10; ++i) queue.put("one " + std::to_string(i), "one");
    for (int i = 0; i < 50; ++i) queue.put("greedy", "greedy");
    for (int i = 0; i < 10; ++i) greedy += queue.take() == "greedy";
  }
  EXPECT_GT(greedy, 0);
  EXPECT_LT(greedy, 2000 / 11);  // what it would have by turns
}

TEST(FairQueue, AFullOneDropsTheLatestOfWhoHasMost) {
  FairQueue<std::string> queue(3);
  for (const char* item : {"a1", "a2", "a3"}) EXPECT_FALSE(queue.put("a", item));
  EXPECT_FALSE(queue.has_room("a"));
  EXPECT_EQ(queue.put("a", "a4"), "a4");
  EXPECT_TRUE(queue.has_room("b"));
  EXPECT_EQ(queue.put("b", "b1"), "a3");
  EXPECT_EQ(queue.put("c", "c1"), "a2");
  EXPECT_FALSE(queue.has_room("c"));
  EXPECT_TRUE(queue.has_room("d"));  // each has one, but one has asked more often
  EXPECT_EQ(all_taken(queue), "b1 c1 a1 ");
  for (const char* client : {"a", "b", "c"}) EXPECT_FALSE(queue.put(client, client));
  EXPECT_EQ(queue.put("d", "d"), "a");
  EXPECT_EQ(all_taken(queue), "d b c ");
}

}  // namespace
}  // namespace hearken::server
