// The vote formula against published rows, and where its terms are zero or negative.
#include "search/votes.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "hearken/error.h"

namespace hearken::search {
namespace {

TEST(Votes, GoldenRows) {
  std::vector<TrackVotes> first{{7, 5, 4.23}, {3, 92, 81.41}}, second{{1, 16, 14.80}, {2, 7, 6.47}};
  score_votes(first, {});
  EXPECT_EQ(first[0].id, 3);
  EXPECT_NEAR(first[0].score, 1.0000, 0.0005);
  EXPECT_NEAR(first[1].score, 0.0525, 0.0005);
  score_votes(second, {});
  EXPECT_NEAR(second[0].score, 1.0000, 0.0005);
  EXPECT_NEAR(second[1].score, 0.4373, 0.0005);
}

TEST(Votes, MaximaMayBelongToTwoTracks) {
  std::vector<TrackVotes> tracks{{1, 10, 2.0, 0}, {2, 5, 4.0, 0}};
  score_votes(tracks, {});
  EXPECT_EQ(tracks[0].id, 2);
  EXPECT_DOUBLE_EQ(tracks[0].score, 0.2 * 0.5 + 0.8);
  EXPECT_DOUBLE_EQ(tracks[1].score, 0.2 + 0.8 * 0.5);
  score_votes(tracks, {1, 0});
  EXPECT_EQ(tracks[0].id, 1);
  EXPECT_DOUBLE_EQ(tracks[1].score, 0.5);
}

TEST(Votes, AreCountedByTrack) {
  const std::vector<std::vector<WindowHit>> hits{{{5, 0, 0.9}, {2, 5, 0.8}}, {{5, 5, 0.7}, {5, 10, 0.5}}, {}};
  const std::vector<TrackVotes> tracks = count_votes(hits);
  ASSERT_EQ(tracks.size(), 2U);
  EXPECT_EQ(tracks[0].id, 2);
  EXPECT_EQ(tracks[0].votes, 1);
  EXPECT_DOUBLE_EQ(tracks[0].total_similarity, 0.8);
  EXPECT_EQ(tracks[1].votes, 3);
  EXPECT_DOUBLE_EQ(tracks[1].total_similarity, 0.9 + 0.7 + 0.5);
}

TEST(Votes, NearnessIsTheMeanOverTheQuery) {
  // Two windows; lists of three tracks. Track 4 is not among the nearest of the second window: at most as near as the
  // last one there.
  const std::vector<std::vector<WindowHit>> hits{{{1, 0, 0.9}, {4, 0, 0.8}, {2, 0, 0.7}},
                                                 {{2, 0, 0.6}, {1, 0, 0.5}, {3, 0, 0.4}}};
  const std::vector<double> one = {1, 1};
  const auto nearness = nearness_of(hits, one);
  ASSERT_EQ(nearness.size(), 4U);
  EXPECT_DOUBLE_EQ(nearness.at(1), (0.9 + 0.5) / 2);
  EXPECT_DOUBLE_EQ(nearness.at(2), (0.7 + 0.6) / 2);
  EXPECT_DOUBLE_EQ(nearness.at(3), (0.7 + 0.4) / 2);
  EXPECT_DOUBLE_EQ(nearness.at(4), (0.8 + 0.4) / 2);
  // What is read against a drawn query is never more than the same.
  const std::vector<double> drawn = {1.2, 1};
  EXPECT_DOUBLE_EQ(nearness_of(hits, drawn).at(1), (1 + 0.5) / 2);
}

TEST(Votes, EqualScoresGoById) {
  std::vector<TrackVotes> tracks{{9, 1, 0.5, 0}, {4, 1, 0.5, 0}, {6, 1, 0.5, 0}};
  score_votes(tracks, {});
  EXPECT_EQ(tracks[0].id, 4);
  EXPECT_EQ(tracks[1].id, 6);
  EXPECT_EQ(tracks[2].score, 1);
}

TEST(Votes, ContraryTotalsCountAsNothing) {
  std::vector<TrackVotes> mixed{{1, 4, -2.0, 0}, {2, 1, 0.5, 0}};
  score_votes(mixed, {});
  EXPECT_EQ(mixed[0].id, 2);
  EXPECT_DOUBLE_EQ(mixed[0].score, 0.2 / 4 + 0.8);
  EXPECT_DOUBLE_EQ(mixed[1].score, 0.2);
  for (const double total : {-1.0, 0.0}) {
    std::vector<TrackVotes> none{{1, 2, total, 0}, {2, 4, total, 0}};
    score_votes(none, {});
    EXPECT_EQ(none[0].id, 2);
    EXPECT_DOUBLE_EQ(none[0].score, 0.2);
    EXPECT_DOUBLE_EQ(none[1].score, 0.1);
  }
  std::vector<TrackVotes> nothing;
  score_votes(nothing, {});
}

TEST(Votes, WhatHoldsTheQueryComesFirst) {
  // One window of a query: itself, and four windows of a longer track that are nearly as good.
  std::vector<TrackVotes> tracks = count_votes(
      std::vector<std::vector<WindowHit>>{{{9, 0, 0.99999}, {4, 0, 0.99}, {4, 5, 0.99}, {4, 10, 0.99}, {4, 15, 0.98}}});
  score_votes(tracks, {});
  EXPECT_EQ(tracks[0].id, 9);
  EXPECT_EQ(tracks[0].score, 1);
  EXPECT_EQ(tracks[0].votes, 1);
  EXPECT_EQ(tracks[1].score, 1);
  EXPECT_FALSE(tracks[1].holds_query);
  // All windows must be in there, not one of them twice.
  tracks =
      count_votes(std::vector<std::vector<WindowHit>>{{{9, 0, 1}, {9, 5, 1}}, {{4, 0, 0.9}, {4, 5, 0.9}, {4, 0, 0.9}}});
  score_votes(tracks, {});
  EXPECT_EQ(tracks[0].id, 4);
  for (const TrackVotes& track : tracks) EXPECT_FALSE(track.holds_query);
}

TEST(Votes, TheQuerysOwnTracksAreNoScale) {
  TrackVotes own{1, 20, 18.0, 0}, best{2, 5, 4.0, 0}, other{3, 4, 2.0, 0}, holder{4, 20, 20.0, 0};
  own.own = true;
  holder.holds_query = true;
  std::vector<TrackVotes> tracks{own, best, other, holder};
  score_votes(tracks, {});
  EXPECT_EQ(tracks[0].id, 4);
  EXPECT_EQ(tracks[0].score, 1);
  EXPECT_EQ(tracks[1].id, 1);  // as good as the best of the others, and not better
  EXPECT_EQ(tracks[1].score, 1);
  EXPECT_EQ(tracks[2].id, 2);
  EXPECT_EQ(tracks[2].score, 1);
  EXPECT_DOUBLE_EQ(tracks[3].score, 0.2 * 4 / 5 + 0.8 * 2 / 4);
}

TEST(Votes, AreCastAsDeepAsItTakes) {
  using Hits = std::vector<std::vector<WindowHit>>;
  const Hits hits{{{1, 0, 0.9}, {2, 0, 0.8}, {3, 0, 0.7}, {4, 0, 0.6}}, {{2, 0, 0.9}, {1, 0, 0.8}, {5, 0, 0.1}}};
  EXPECT_EQ(depth_of_votes(hits, 1, 1), 1U);
  EXPECT_EQ(depth_of_votes(hits, 1, 2), 1U);
  EXPECT_EQ(depth_of_votes(hits, 2, 2), 2U);
  EXPECT_EQ(depth_of_votes(hits, 1, 3), 3U);
  EXPECT_EQ(depth_of_votes(hits, 1, 4), 3U);
  EXPECT_EQ(depth_of_votes(hits, 1, 5), 4U);
  EXPECT_EQ(depth_of_votes(hits, 1, 6), 4U);  // there are no more
  EXPECT_EQ(depth_of_votes(hits, 9, 1), 4U);
  EXPECT_EQ(depth_of_votes(Hits{{}, {}}, 5, 5), 0U);
  EXPECT_EQ(depth_of_votes({}, 5, 5), 0U);
}

TEST(Votes, WeightsMustMakeSense) {
  std::vector<TrackVotes> tracks{{1, 1, 1, 0}};
  const double infinite = std::numeric_limits<double>::infinity();
  for (const VoteWeights& wrong : {VoteWeights{-0.1, 1}, {0, 0}, {std::nan(""), 1}, {1, infinite}})
    EXPECT_THROW(score_votes(tracks, wrong), Error);
}

}  // namespace
}  // namespace hearken::search
