// Statistics against loops written out here, and the corners: one window, equal windows, ties.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include "library/half.h"
#include "search/score/scoring.h"

namespace hearken::search {
namespace {

std::vector<std::uint16_t> halves(const std::vector<float>& values) {
  std::vector<std::uint16_t> out;
  for (const float v : values) out.push_back(library::half_from_float(v));
  return out;
}

TEST(WindowScores, ByHand) {
  // Scores 0.5, -0.25, 1, 0.25: mean 0.375; squares of the differences 0.015625 + 0.390625 + 0.390625 + 0.015625.
  const std::vector<float> query{1, 0};
  const WindowScores s = window_scores(query, halves({0.5F, 9, -0.25F, 9, 1, 9, 0.25F, 9}));
  EXPECT_EQ(s.mean, 0.375);
  EXPECT_EQ(s.max, 1);
  EXPECT_EQ(s.min, -0.25);
  EXPECT_EQ(s.deviation, std::sqrt(0.8125 / 4));
  EXPECT_EQ(s.best, 2U);
}

TEST(WindowScores, OneWindowDoesNotDeviate) {
  const std::vector<float> query{0.25F, 0.5F};
  const WindowScores s = window_scores(query, halves({0.5F, 0.25F}));
  EXPECT_EQ(s.mean, 0.25);
  EXPECT_EQ(s.max, 0.25);
  EXPECT_EQ(s.min, 0.25);
  EXPECT_EQ(s.deviation, 0);
  EXPECT_EQ(s.best, 0U);
}

TEST(WindowScores, TheFirstOfEqualsIsBest) {
  const std::vector<float> query{1};
  EXPECT_EQ(window_scores(query, halves({-0.5F, 0.25F, 0.125F, 0.25F})).best, 1U);
  EXPECT_EQ(window_scores(query, halves({-0.5F, -0.5F})).best, 0U);
}

TEST(WindowScores, OfRandomVectors) {
  std::mt19937 random(6);
  std::normal_distribution<float> normal;
  for (std::size_t count = 1; count < 60; ++count) {
    const std::size_t dimension = 1 + count % 33;
    std::vector<float> query(dimension), rows(count * dimension);
    for (float& x : query) x = normal(random);
    for (float& x : rows) x = normal(random);
    std::vector<long double> scores;
    for (std::size_t w = 0; w < count; ++w) {
      long double sum = 0;
      for (std::size_t i = 0; i < dimension; ++i)
        sum += static_cast<long double>(query[i]) *
               library::float_from_half(library::half_from_float(rows[w * dimension + i]));
      scores.push_back(sum);
    }
    long double mean = 0, squares = 0;
    for (const long double s : scores) mean += s / static_cast<long double>(count);
    for (const long double s : scores) squares += (s - mean) * (s - mean) / static_cast<long double>(count);
    const WindowScores s = window_scores(query, halves(rows));
    EXPECT_NEAR(s.mean, static_cast<double>(mean), 1e-12);
    EXPECT_NEAR(s.deviation, static_cast<double>(std::sqrt(squares)), 1e-12);
    EXPECT_NEAR(s.max, static_cast<double>(*std::max_element(scores.begin(), scores.end())), 1e-12);
    EXPECT_NEAR(s.min, static_cast<double>(*std::min_element(scores.begin(), scores.end())), 1e-12);
    EXPECT_EQ(static_cast<std::ptrdiff_t>(s.best), std::max_element(scores.begin(), scores.end()) - scores.begin());
  }
}

}  // namespace
}  // namespace hearken::search
