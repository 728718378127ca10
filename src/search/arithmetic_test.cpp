// Query arithmetic against sums written out here.
#include "search/arithmetic.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/numerics/vectors.h"
#include "core/testing/refusal.h"
#include "hearken/error.h"

namespace hearken::search {
namespace {

ItemVectors item(std::vector<float> vectors, bool negative = false, bool sound = true) {
  ItemVectors out;
  out.vectors = std::move(vectors);
  out.negative = negative;
  out.sound = sound;
  return out;
}

void expect_unit(std::span<const float> row, const std::vector<double>& direction) {
  double square = 0;
  for (const double x : direction) square += x * x;
  ASSERT_EQ(row.size(), direction.size());
  for (std::size_t i = 0; i < row.size(); ++i) EXPECT_NEAR(row[i], direction[i] / std::sqrt(square), 1e-6) << i;
}

TEST(Arithmetic, OneItemIsTakenBitForBit) {
  const std::vector<float> rows{0.6F, 0.8F, 0.1F, -0.99498744F, 1.0000001F, 0};
  const QueryWindows query = query_windows(std::vector{item(rows)}, 2);
  EXPECT_EQ(query.vectors, rows);
  EXPECT_EQ(query.scale, (std::vector<double>{1, 1, 1}));
  ASSERT_EQ(query.places.size(), 3U);
  EXPECT_EQ(query.places[2].window, 2U);
  expect_unit(query_mean(std::vector{item(rows)}, 2), {0.6 + 0.1 + 1.0000001, 0.8 - 0.99498744});
}

TEST(Arithmetic, WindowsAreDrawnTowardsAndAwayFromTheOthers) {
  // A has two windows, whose mean points along (1, 1, 0, 0); B one; C counts against; words point along the last axis.
  const std::vector<ItemVectors> items{item({1, 0, 0, 0, 0, 1, 0, 0}), item({0, 0, 1, 0}),
                                       item({0, 0.6F, 0, 0.8F}, true), item({0, 0, 0, 1}, false, false)};
  const QueryWindows query = query_windows(items, 4);
  ASSERT_EQ(query.places.size(), 3U);  // of A and B only
  const std::span<const float> rows = query.vectors;
  const double half = std::sqrt(0.5);
  expect_unit(rows.subspan(0, 4), {1, -0.6, 1, 1 - 0.8});
  // Of sounds alone the first would be (1, 0, 1, 0).
  ASSERT_EQ(query.scale.size(), 3U);
  EXPECT_NEAR(query.scale[0], std::sqrt(2.0) * std::sqrt(1 + 0.36 + 1 + 0.04) / 2, 1e-6);
  expect_unit(rows.subspan(4, 4), {0, 1 - 0.6, 1, 1 - 0.8});
  expect_unit(rows.subspan(8, 4), {half, half - 0.6, 1, 1 - 0.8});
  EXPECT_EQ(query.places[2].item, 1U);
  expect_unit(query_mean(items, 4), {half, half - 0.6, 1, 1 - 0.8});
}

TEST(Arithmetic, TheNumberOfWindowsDoesNotWeigh) {
  const auto once = query_mean(std::vector{item({1, 0}), item({0, 1})}, 2);
  const auto thrice = query_mean(std::vector{item({1, 0, 1, 0, 1, 0}), item({0, 1})}, 2);
  EXPECT_EQ(once, thrice);
}

TEST(Arithmetic, SoundsThatCancelEachOtherAreRefused) {
  const ItemVectors a = item({0.6F, 0.8F}), minus = item({0.6003F, 0.7998F}, true);
  EXPECT_NE(refusal(ErrorCode::invalid_argument, [&] { query_windows(std::vector{a, minus}, 2); }).find("cancel"),
            std::string::npos);
  EXPECT_NE(refusal(ErrorCode::invalid_argument, [&] { query_mean(std::vector{a, minus}, 2); }).find("cancel"),
            std::string::npos);
  // One window of two is cancelled: the other one goes on.
  const QueryWindows query = query_windows(std::vector{item({1, 0, 0, 1}), item({1, 0}, true)}, 2);
  ASSERT_EQ(query.places.size(), 1U);
  EXPECT_EQ(query.places[0].window, 1U);
  expect_unit(query.vectors, {-1, 1});
}

TEST(Arithmetic, SomethingMustCountFor) {
  const ItemVectors words = item({1, 0}, false, false), minus = item({1, 0}, true);
  for (const auto& items : {std::vector<ItemVectors>{}, {words}, {minus}, {words, minus}}) {
    EXPECT_NE(refusal(ErrorCode::invalid_argument, [&] { query_windows(items, 2); }).find("counts for"),
              std::string::npos);
    EXPECT_NE(refusal(ErrorCode::invalid_argument, [&] { query_mean(items, 2); }).find("counts for"),
              std::string::npos);
  }
}

TEST(Arithmetic, Helpers) {
  std::vector<float> rows{3, 4, 0, 0};
  numerics::scale_to_unit(rows, 2);
  EXPECT_EQ(rows, (std::vector<float>{0.6F, 0.8F, 0, 0}));
  std::vector<float> a, b;
  double sum = 0;
  for (int i = 0; i < 13; ++i) {  // more than the lanes, and not a multiple
    a.push_back(static_cast<float>(i + 1));
    b.push_back(static_cast<float>(i * i));
    sum += (i + 1.0) * i * i;
  }
  EXPECT_EQ(numerics::dot(a, b), sum);
}

}  // namespace
}  // namespace hearken::search
