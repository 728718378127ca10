#include "tasks/events/event_likelihood.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "tasks/events/event_weights.h"

namespace hearken::tasks {
namespace {

WeighedCandidate candidate(std::size_t label, double start, double end) { return {label, {start, end, true}, {}}; }

TEST(EventLikelihood, IsWhatScikitLearnComputes) {
  for (const auto& example : kEventExamples) {
    EventEvidence evidence{};
    std::copy_n(example.begin(), evidence.size(), evidence.begin());
    EXPECT_NEAR(event_output(evidence), example.back(), 2e-2);  // weights have six digits
  }
  for (const auto& example : kNeighbourExamples) {
    EventNeighbours neighbours{};
    std::copy_n(example.begin() + 1, neighbours.size(), neighbours.begin());
    EXPECT_NEAR(event_likelihood(example.front(), neighbours), example.back(), 2e-3);
  }
}

TEST(EventLikelihood, IsLessWhereARivalIsAsLikely) {
  EventNeighbours none{}, rival{};
  none.fill(kLeastNeighbour);
  rival.fill(2);
  EXPECT_LT(event_likelihood(1, rival), event_likelihood(1, none));
}

TEST(EventNeighbours, AreRivalsAtTheSamePlace) {
  const std::vector<std::vector<std::size_t>> rivals = {{1, 7}, {0}, {}};
  const std::vector<WeighedCandidate> candidates = {
      candidate(0, 10, 14),   candidate(1, 10.4, 13), candidate(1, 13.8, 20), candidate(1, 11, 12),
      candidate(1, 9.9, 200), candidate(2, 10, 14),   candidate(0, 10, 14.2), candidate(1, 10, 11)};
  const std::vector<double> outputs = {0, 1, 2, -1, 1.5, 9, 9, -5};
  const std::vector<EventNeighbours> found = event_neighbours(candidates, outputs, rivals);
  EXPECT_EQ(found[0][kSamePlace], 1);    // 10.4 to 13; of 9.9 to 200 too little is shared
  EXPECT_EQ(found[0][kSameOnset], 1.5);  // 9.9 on
  EXPECT_EQ(found[0][kInside], 1);       // of 13.8 to 20 less than half
  for (const double value : found[5]) EXPECT_EQ(value, kLeastNeighbour);  // nothing rivals the third text
  EXPECT_EQ(found[2][kSamePlace], kLeastNeighbour);
  EXPECT_EQ(found[4][kInside], 9);  // a long stretch sees what lies in it
}

TEST(EventNeighbours, OfOneTextHasNone) {
  const std::vector<std::vector<std::size_t>> rivals = {{1, 2}};  // texts that are no labels
  const std::vector<WeighedCandidate> candidates = {candidate(0, 0, 2), candidate(0, 0, 3)};
  const std::vector<double> outputs = {5, 5};
  for (const EventNeighbours& of_one : event_neighbours(candidates, outputs, rivals))
    for (const double value : of_one) EXPECT_EQ(value, kLeastNeighbour);
}

}  // namespace
}  // namespace hearken::tasks
