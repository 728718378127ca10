// Newton's steps in the form that needs no inverse of the kernel, halved when one goes too far.
#include "core/numerics/logistic.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace hearken::numerics {
namespace {

double log_sigmoid(double x) { return x < 0 ? x - std::log1p(std::exp(x)) : -std::log1p(std::exp(-x)); }
double sigmoid(double x) { return x < 0 ? std::exp(x) / (1 + std::exp(x)) : 1 / (1 + std::exp(-x)); }

std::vector<double> product(std::span<const double> matrix, std::span<const double> x) {
  std::vector<double> out(x.size());
  for (std::size_t i = 0; i < x.size(); ++i)
    for (std::size_t j = 0; j < x.size(); ++j) out[i] += matrix[i * x.size() + j] * x[j];
  return out;
}

// The lower triangle L of a positive definite matrix, L Lᵀ = matrix, in its place.
void cholesky(std::vector<double>& m, std::size_t n) {
  for (std::size_t j = 0; j < n; ++j) {
    for (std::size_t i = j; i < n; ++i) {
      double sum = m[i * n + j];
      for (std::size_t k = 0; k < j; ++k) sum -= m[i * n + k] * m[j * n + k];
      m[i * n + j] = i == j ? std::sqrt(std::max(sum, 1e-300)) : sum / m[j * n + j];
    }
  }
}

// x with L Lᵀ x = b.
std::vector<double> solved(const std::vector<double>& l, std::vector<double> b) {
  const std::size_t n = b.size();
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t k = 0; k < i; ++k) b[i] -= l[i * n + k] * b[k];
    b[i] /= l[i * n + i];
  }
  for (std::size_t i = n; i-- > 0;) {
    for (std::size_t k = i + 1; k < n; ++k) b[i] -= l[k * n + i] * b[k];
    b[i] /= l[i * n + i];
  }
  return b;
}

}  // namespace

std::vector<double> fit_logistic(std::span<const double> kernel, std::span<const double> labels,
                                 std::span<const double> offsets, std::span<const double> weights) {
  constexpr int kMostSteps = 100;
  constexpr double kEnough = 1e-12;  // of the objective, per example
  const std::size_t n = labels.size();
  const auto objective = [&](std::span<const double> a, std::span<const double> g) {
    double sum = 0;
    for (std::size_t i = 0; i < n; ++i)
      sum += weights[i] * log_sigmoid(labels[i] * (offsets[i] + g[i])) - 0.5 * a[i] * g[i];
    return sum;
  };
  std::vector<double> a(n), g(n), root(n), b(n), scaled(n);
  double reached = objective(a, g);
  for (int step = 0; step < kMostSteps; ++step) {
    for (std::size_t i = 0; i < n; ++i) {
      const double p = sigmoid(offsets[i] + g[i]);
      const double curvature = weights[i] * p * (1 - p);
      root[i] = std::sqrt(curvature);
      b[i] = curvature * g[i] + weights[i] * ((labels[i] > 0 ? 1.0 : 0.0) - p);
    }
    std::vector<double> m(n * n);
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = 0; j < n; ++j) m[i * n + j] = root[i] * kernel[i * n + j] * root[j] + (i == j ? 1.0 : 0.0);
    cholesky(m, n);
    const std::vector<double> kb = product(kernel, b);
    for (std::size_t i = 0; i < n; ++i) scaled[i] = root[i] * kb[i];
    const std::vector<double> inner = solved(m, scaled);
    std::vector<double> towards(n);
    for (std::size_t i = 0; i < n; ++i) towards[i] = b[i] - root[i] * inner[i];
    std::vector<double> next_g = product(kernel, towards);
    double next = objective(towards, next_g);
    for (int halvings = 0; !(next >= reached) && halvings < 60; ++halvings) {
      for (std::size_t i = 0; i < n; ++i) towards[i] = (towards[i] + a[i]) / 2, next_g[i] = (next_g[i] + g[i]) / 2;
      next = objective(towards, next_g);
    }
    if (!(next >= reached)) break;
    const bool enough = next - reached <= kEnough * static_cast<double>(n);
    a = std::move(towards);
    g = std::move(next_g);
    reached = next;
    if (enough) break;
  }
  return a;
}

}  // namespace hearken::numerics
