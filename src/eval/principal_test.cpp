// Principal components and class separation against scikit-learn's numbers, and by what they must be.
#include "core/numerics/principal.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>

#include "core/numerics/eigen.h"
#include "core/testing/targets.h"
#include "eval/separation.h"
#include "hearken/error.h"

namespace hearken::eval {
namespace {

using numerics::on_axes;
using numerics::Principal;
using numerics::principal_components;
using numerics::symmetric_eigen;

nlohmann::json golden() {
  std::ifstream in(HEARKEN_SOURCE_DIR "/tests/golden/plane/plane.json");
  return nlohmann::json::parse(in).at("cases");
}

template <class T>
void expect_near(const std::vector<T>& got, const std::vector<double>& want, double tolerance, const char* what) {
  ASSERT_EQ(got.size(), want.size()) << what;
  for (std::size_t i = 0; i < got.size(); ++i)
    EXPECT_NEAR(static_cast<double>(got[i]), want[i], tolerance) << what << " " << i;
}

std::vector<float> noise(std::size_t count, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal;
  std::vector<float> out(count);
  for (float& x : out) x = normal(random);
  return out;
}

TEST(Principal, IsScikitLearns) {
  const auto cases = golden();
  ASSERT_EQ(cases.size(), 2U);
  for (const auto& c : cases) {
    SCOPED_TRACE(c.at("name").get<std::string>());
    on_every_target([&] {
      const auto rows = c.at("rows").get<std::vector<float>>();
      const Principal p = principal_components(rows, c.at("dimension"), c.at("components"), 2);
      expect_near(p.axes, c.at("axes"), 1e-10, "axes");
      expect_near(p.variances, c.at("variances"), 1e-9, "variances");
      expect_near(p.shares, c.at("shares"), 1e-12, "shares");
      expect_near(on_axes(p, rows), c.at("points"), 2e-6, "points");
    });
  }
}

TEST(Separation, IsScikitLearns) {
  for (const auto& c : golden()) {
    SCOPED_TRACE(c.at("name").get<std::string>());
    const auto silhouettes = c.at("silhouettes").get<std::vector<double>>();
    const Separation s = separation(c.at("rows").get<std::vector<float>>(), c.at("dimension"),
                                    c.at("classes").get<std::vector<int>>(), silhouettes.size(), 2);
    ASSERT_TRUE(s.silhouette);
    EXPECT_NEAR(*s.silhouette, c.at("silhouette").get<double>(), 1e-10);
    EXPECT_NEAR(s.nearest_centroid, c.at("nearest_centroid").get<double>(), 1e-12);
    double all = 0;
    for (std::size_t i = 0; i < silhouettes.size(); ++i) {
      EXPECT_NEAR(s.by_class[i].silhouette.value(), silhouettes[i], 1e-10) << i;
      all += s.by_class[i].nearest_centroid * static_cast<double>(s.by_class[i].points);
    }
    EXPECT_NEAR(all, s.nearest_centroid * static_cast<double>(s.points), 1e-9);
  }
}

TEST(Eigen, TakesAMatrixApart) {
  for (const std::size_t n : {0U, 1U, 2U, 3U, 40U}) {
    std::vector<double> matrix(n * n);
    const auto random = noise(n * n, 3);
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = 0; j <= i; ++j)
        matrix[i * n + j] = matrix[j * n + i] = static_cast<double>(random[i * n + j]);
    const auto e = symmetric_eigen(matrix, n);
    for (std::size_t i = 0; i < n; ++i) {
      EXPECT_GE(e.values[i > 0 ? i - 1 : 0], e.values[i]);
      for (std::size_t j = 0; j < n; ++j) {
        double product = 0, length = 0;
        for (std::size_t k = 0; k < n; ++k) {
          product += matrix[j * n + k] * e.vectors[i * n + k];
          length += e.vectors[i * n + k] * e.vectors[j * n + k];
        }
        EXPECT_NEAR(product, e.values[i] * e.vectors[i * n + j], 1e-12 * static_cast<double>(n + 1));
        EXPECT_NEAR(length, i == j ? 1 : 0, 1e-13);
      }
    }
  }
}

TEST(Eigen, OfEqualValuesAndOfNothing) {
  for (const double x : {0.0, 3.0}) {
    std::vector<double> matrix(25);
    for (std::size_t i = 0; i < 5; ++i) matrix[i * 5 + i] = x;
    EXPECT_EQ(symmetric_eigen(matrix, 5).values, std::vector<double>(5, x));
  }
}

TEST(Principal, DoesNotDependOnThreads) {
  const auto rows = noise(1000 * 50, 4);
  const Principal one = principal_components(rows, 50, 2, 1), four = principal_components(rows, 50, 2, 4);
  EXPECT_EQ(one.axes, four.axes);
  EXPECT_EQ(one.variances, four.variances);
}

TEST(Principal, OfRowsThatDoNotDiffer) {
  EXPECT_TRUE(principal_components({}, 3, 2).variances.empty());
  for (const std::size_t n : {1U, 2U, 7U}) {
    std::vector<float> rows;
    for (std::size_t i = 0; i < n; ++i) rows.insert(rows.end(), {1.0F, 2.0F, 3.0F});
    const Principal p = principal_components(rows, 3, 2, 1);
    EXPECT_EQ(p.variances, std::vector<double>(std::min<std::size_t>(n, 2)));
    EXPECT_EQ(p.shares, p.variances);
    for (const float x : on_axes(p, rows)) EXPECT_EQ(x, 0);
  }
}

TEST(Principal, RefusesWhatWouldTakeForEver) {
  const std::vector<float> rows(5000 * 5000);
  EXPECT_THROW(principal_components(rows, 5000, 2), Error);
}

TEST(Separation, OfFewClasses) {
  const std::vector<float> rows = {0, 0, 1, 0, 0, 1, 5, 5};
  const auto silhouette = [&](const std::vector<int>& classes) {
    return separation(rows, 2, classes, 4, 1).silhouette.has_value();
  };
  EXPECT_FALSE(silhouette({0, 0, 0, 0}));
  EXPECT_FALSE(silhouette({-1, -1, -1, -1}));
  EXPECT_FALSE(silhouette({0, 1, 2, 3}));
  const Separation s = separation(rows, 2, std::vector{0, 0, -1, 2}, 4, 1);
  EXPECT_EQ(s.points, 3);
  EXPECT_EQ(s.classes, 2);
  EXPECT_EQ(s.nearest_centroid, 1);
  EXPECT_EQ(s.by_class[2].silhouette, 0);  // alone
  EXPECT_FALSE(s.by_class[1].silhouette);
  EXPECT_GT(*s.silhouette, 0.4);
}

TEST(Separation, IsSampledWhereThereAreMany) {
  const std::size_t n = kMostSilhouettes + 3000;
  std::vector<float> rows = noise(n * 2, 5);
  std::vector<int> classes(n);
  for (std::size_t i = 0; i < n; ++i)
    classes[i] = static_cast<int>(i % 3), rows[i * 2] += 4 * static_cast<float>(i % 3);
  const Separation one = separation(rows, 2, classes, 3, 1), three = separation(rows, 2, classes, 3, 3);
  EXPECT_EQ(one.silhouette_points, static_cast<std::int64_t>(kMostSilhouettes));
  EXPECT_EQ(one.silhouette, three.silhouette);
  EXPECT_EQ(one.nearest_centroid, three.nearest_centroid);
  rows.resize(2 * kMostSilhouettes), classes.resize(kMostSilhouettes);
  EXPECT_NEAR(*one.silhouette, *separation(rows, 2, classes, 3).silhouette, 0.02);
}

}  // namespace
}  // namespace hearken::eval
