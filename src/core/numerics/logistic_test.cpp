// The fit is the optimum, whatever the labels; it says the same each time; weights and offsets mean what they should.
#include "core/numerics/logistic.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstddef>
#include <random>
#include <vector>

namespace hearken::numerics {
namespace {

struct Problem {
  std::size_t n = 0;
  std::vector<double> kernel, labels, offsets, weights;
};

Problem random_problem(std::size_t n, unsigned seed, double scale) {
  std::mt19937 random(seed);
  std::normal_distribution<double> normal;
  Problem p;
  p.n = n;
  std::vector<std::vector<double>> x(n, std::vector<double>(5));
  for (auto& row : x)
    for (double& v : row) v = normal(random) * scale;
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) {
      double k = 1;
      for (std::size_t d = 0; d < 5; ++d) k += x[i][d] * x[j][d];
      p.kernel.push_back(k);
    }
    p.labels.push_back(random() % 2 == 0 ? 1 : -1);
    p.offsets.push_back(normal(random) * 2);
    p.weights.push_back(0.1 + 0.9 * static_cast<double>(random() % 100) / 100);
  }
  return p;
}

std::vector<double> fit(const Problem& p) { return fit_logistic(p.kernel, p.labels, p.offsets, p.weights); }

// At the optimum a is the likelihood's slope: a_i = w_i · (t_i - sigmoid(b_i + g_i)).
void expect_optimum(const Problem& p, const std::vector<double>& a) {
  for (std::size_t i = 0; i < p.n; ++i) {
    double g = p.offsets[i];
    for (std::size_t j = 0; j < p.n; ++j) g += p.kernel[i * p.n + j] * a[j];
    const double slope = p.weights[i] * ((p.labels[i] > 0 ? 1 : 0) - 1 / (1 + std::exp(-g)));
    EXPECT_NEAR(a[i], slope, 1e-5) << i;
  }
}

TEST(Logistic, FindsTheOptimum) {
  for (const std::size_t n : {1U, 2U, 20U, 60U})
    for (const double scale : {0.01, 1.0, 30.0})
      for (unsigned seed = 0; seed < 4; ++seed) {
        const Problem p = random_problem(n, seed, scale);
        const std::vector<double> a = fit(p);
        expect_optimum(p, a);
        EXPECT_EQ(a, fit(p));  // bit for bit
      }
}

TEST(Logistic, LearnsFromOneClassAlone) {
  Problem p = random_problem(10, 3, 1);
  p.labels.assign(10, 1);
  expect_optimum(p, fit(p));
  for (const double a : fit(p)) EXPECT_GT(a, 0);
}

TEST(Logistic, WhatTheOffsetSaysAlreadyTeachesNothing) {
  Problem p{1, {1}, {1}, {50}, {1}};
  EXPECT_NEAR(fit(p)[0], 0, 1e-9);
  p.offsets = {-50};
  EXPECT_NEAR(fit(p)[0], 1, 1e-9);
}

TEST(Logistic, SurvivesSameAndContradictingExamples) {
  Problem p{4, std::vector<double>(16, 10), {1, 1, -1, -1}, {0, 0, 0, 0}, {1, 1, 1, 1}};
  double sum = 0;
  for (const double a : fit(p)) sum += a;
  EXPECT_NEAR(sum, 0, 1e-9);
  p.offsets = {700, -700, 700, -700};
  for (const double a : fit(p)) EXPECT_TRUE(std::isfinite(a));
  EXPECT_TRUE(fit(Problem{}).empty());
}

}  // namespace
}  // namespace hearken::numerics
