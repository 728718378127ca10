// Fresh weights: their distribution, and that they can be drawn again.
#include "model/making/fresh_weights.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace hearken::model {
namespace {

double correlation(const std::vector<float>& a, const std::vector<float>& b) {
  double ab = 0, aa = 0, bb = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    ab += double{a[i]} * b[i];
    aa += double{a[i]} * a[i];
    bb += double{b[i]} * b[i];
  }
  return ab / std::sqrt(aa * bb);
}

TEST(FreshWeights, AreNormalWithADeviationOfOneOverTheRootOfTheInputs) {
  const auto values = fresh_matrix(0, "audio.projection.fc1.weight", 512, 768);
  double sum = 0, squares = 0, fourth = 0, beyond = 0;
  for (const float v : values) {
    const double x = v * std::sqrt(768.0);
    sum += x;
    squares += x * x;
    fourth += x * x * x * x;
    beyond += std::abs(x) > 2 ? 1 : 0;
  }
  const auto n = static_cast<double>(values.size());  // 393 216, so that four standard errors are below each bound
  EXPECT_NEAR(sum / n, 0, 0.0065);
  EXPECT_NEAR(squares / n, 1, 0.01);
  EXPECT_NEAR(fourth / n, 3, 0.07);
  EXPECT_NEAR(beyond / n, 0.0455, 0.0014);
}

TEST(FreshWeights, AreAFunctionOfSeedNameAndPlace) {
  const auto values = fresh_matrix(7, "text.projection.fc2.weight", 64, 64);
  EXPECT_EQ(values, fresh_matrix(7, "text.projection.fc2.weight", 64, 64));
  const auto fewer = fresh_matrix(7, "text.projection.fc2.weight", 32, 64);
  EXPECT_TRUE(std::equal(fewer.begin(), fewer.end(), values.begin()));
  for (const auto& other :
       {fresh_matrix(8, "text.projection.fc2.weight", 64, 64), fresh_matrix(7, "audio.projection.fc2.weight", 64, 64),
        fresh_matrix(7 + 64, "text.projection.fc2.weight", 64, 64)})
    EXPECT_LT(std::abs(correlation(values, other)), 0.07);
}

}  // namespace
}  // namespace hearken::model
