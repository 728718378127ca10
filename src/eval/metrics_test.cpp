// Figures against those of NumPy and SciPy, and chance against all rankings counted out.
#include "eval/metrics.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

namespace hearken::eval {
namespace {

using Numbers = std::vector<double>;
using Items = std::vector<std::size_t>;

TEST(Metrics, EqualScoresGoByNumberAndNansLast) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const Numbers scores{0.2, 0.9, nan, 0.2, 0.9, -1};
  EXPECT_EQ(ranking(scores), (Items{1, 4, 0, 3, 5, 2}));
  for (std::size_t place = 0; place < scores.size(); ++place)
    EXPECT_EQ(places(scores, Items{ranking(scores)[place]}), Items{place + 1});
  EXPECT_EQ(places(scores, Items{3, 1, 2}), (Items{1, 4, 6}));
}

TEST(Metrics, AveragePrecisionIsCutAtK) {
  EXPECT_DOUBLE_EQ(average_precision(Items{4}, 10), 0.25);
  EXPECT_DOUBLE_EQ(average_precision(Items{11}, 10), 0);
  EXPECT_DOUBLE_EQ(average_precision(Items{1, 3, 12}, 10), (1.0 + 2.0 / 3) / 3);
  EXPECT_DOUBLE_EQ(average_precision(Items{1, 2, 3}, 2), 1);  // no more than k can be found among k
}

TEST(Metrics, MiddleAndQuantiles) {
  const Numbers v{3, 1, 4, 1, 5, 9, 2, 6};
  EXPECT_DOUBLE_EQ(median(v), 3.5);
  EXPECT_DOUBLE_EQ(median(Numbers{7, 1, 3}), 3);
  EXPECT_DOUBLE_EQ(quantile(v, 0.1), 1);
  EXPECT_NEAR(quantile(v, 0.9), 6.9, 1e-12);
  EXPECT_EQ(quantile(v, 1), 9);
  EXPECT_DOUBLE_EQ(mean(v), 3.875);
  EXPECT_DOUBLE_EQ(deviation(Numbers{1, 3}), 1);
  EXPECT_TRUE(std::isnan(mean(Numbers{})) && std::isnan(median(Numbers{})) && std::isnan(deviation(Numbers{})));
  EXPECT_DOUBLE_EQ(accuracy(Items{0, 1, 2, 2}, Items{0, 2, 2, 2}), 0.75);
  EXPECT_DOUBLE_EQ(recall_at(Numbers{1, 5, 6, 11}, 5), 0.5);
}

// Every ranking of 6 items of which 3 are relevant.
TEST(Metrics, ChanceIsTheMeanOverAllRankings) {
  double precision = 0, within_two = 0, count = 0;
  for (std::size_t a = 1; a <= 6; ++a)
    for (std::size_t b = a + 1; b <= 6; ++b)
      for (std::size_t c = b + 1; c <= 6; ++c, ++count) {
        precision += average_precision(Items{a, b, c}, 4);
        within_two += a <= 2 ? 1 : 0;
      }
  EXPECT_NEAR(random_average_precision(6, 3, 4), precision / count, 1e-12);
  EXPECT_NEAR(random_recall(6, 3, 2), within_two / count, 1e-12);
  EXPECT_EQ(random_recall(6, 3, 4), 1);
  EXPECT_EQ(random_recall(1, 1, 10), 1);
  EXPECT_EQ(random_average_precision(1, 1, 10), 1);
  EXPECT_EQ(random_median_place(6, Items{3}), 1);  // one half of the rankings begin with one
  EXPECT_EQ(random_median_place(100, Items{1}), 50);
  EXPECT_EQ(random_median_place(101, Items{1, 1}), 51);
}

TEST(Metrics, RankCorrelationWithTies) {
  EXPECT_EQ(ranks(Numbers{3, 1, 4, 1}), (Numbers{3, 1.5, 4, 1.5}));
  EXPECT_NEAR(spearman(Numbers{3, 1, 4, 1, 5, 9, 2, 6}, Numbers{2, 7, 1, 8, 2, 8, 1, 8}), 0.19885368120992467, 1e-12);
  EXPECT_DOUBLE_EQ(spearman(Numbers{1, 2, 3}, Numbers{9, 4, 1}), -1);
  EXPECT_TRUE(std::isnan(spearman(Numbers{1, 2, 3}, Numbers{5, 5, 5})));
}

TEST(Metrics, WilsonAsSciPy) {
  const auto expect = [](std::size_t hits, std::size_t trials, double low, double high) {
    const Interval found = wilson(hits, trials);
    EXPECT_NEAR(found.low, low, 1e-12) << hits << " of " << trials;
    EXPECT_NEAR(found.high, high, 1e-12) << hits << " of " << trials;
  };
  expect(8, 10, 0.4901624715366418, 0.9433178485456248);
  expect(193, 202, 0.9175064495545565, 0.9763853886308697);
  expect(0, 10, 0, 0.2775327998628892);
  expect(10, 10, 0.7224672001371107, 1);
  expect(0, 0, 0, 1);
}

// NumPy's MT19937 with the seed 1 and numpy.quantile give these.
TEST(Metrics, TheBootstrapIsWrittenDown) {
  const Interval found = bootstrap_mean(Numbers{3, 1, 4, 1, 5, 9, 2, 6});
  EXPECT_DOUBLE_EQ(found.low, 2.25);
  EXPECT_DOUBLE_EQ(found.high, 5.75);
  const Interval none = bootstrap_mean(Numbers{});
  EXPECT_TRUE(std::isnan(none.low) && std::isnan(none.high));
  const Interval some = bootstrap(2, [](std::span<const std::size_t> rows) {
    return rows[0] == rows[1] ? std::numeric_limits<double>::quiet_NaN() : 7.0;
  });
  EXPECT_EQ(some.low, 7);
  EXPECT_EQ(some.high, 7);
}

}  // namespace
}  // namespace hearken::eval
