// The penalised likelihood with its gradient, and the steps downhill.
#include "core/numerics/multinomial.h"

#include <algorithm>
#include <cmath>
#include <deque>

namespace hearken::numerics {
namespace {

using Vector = std::vector<double>;

double product(const Vector& a, const Vector& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

void add(Vector& to, double times, const Vector& what) {
  for (std::size_t i = 0; i < to.size(); ++i) to[i] += times * what[i];
}

double largest(const Vector& v) {
  double most = 0;
  for (const double x : v) most = std::max(most, std::abs(x));
  return most;
}

class Likelihood {
 public:
  Likelihood(std::span<const double> rows, std::size_t dimension, std::span<const std::size_t> truth,
             std::size_t classes, double strength)
      : rows_(rows), truth_(truth), dimension_(dimension), classes_(classes), strength_(strength) {}

  // The penalised loss at `w`, [dimension + 1, classes], and its gradient.
  double operator()(const Vector& w, Vector& gradient) const {
    std::fill(gradient.begin(), gradient.end(), 0.0);
    Vector scores(classes_);
    double loss = 0;
    for (std::size_t i = 0; i < truth_.size(); ++i) {
      const double* row = &rows_[i * dimension_];
      scores_of(w, row, scores);
      const double most = *std::max_element(scores.begin(), scores.end());
      double sum = 0;
      for (double& score : scores) sum += score = std::exp(score - most);
      loss -= std::log(scores[truth_[i]] / sum);
      for (double& score : scores) score *= strength_ / sum;
      scores[truth_[i]] -= strength_;
      for (std::size_t k = 0; k < dimension_; ++k)
        for (std::size_t c = 0; c < classes_; ++c) gradient[k * classes_ + c] += row[k] * scores[c];
      for (std::size_t c = 0; c < classes_; ++c) gradient[dimension_ * classes_ + c] += scores[c];
    }
    double penalty = 0;
    for (std::size_t i = 0; i < dimension_ * classes_; ++i) {
      penalty += w[i] * w[i];
      gradient[i] += w[i];
    }
    return penalty / 2 + strength_ * loss;
  }

  void scores_of(const Vector& w, const double* row, Vector& scores) const {
    for (std::size_t c = 0; c < classes_; ++c) scores[c] = w[dimension_ * classes_ + c];
    for (std::size_t k = 0; k < dimension_; ++k)
      for (std::size_t c = 0; c < classes_; ++c) scores[c] += row[k] * w[k * classes_ + c];
  }

 private:
  std::span<const double> rows_;
  std::span<const std::size_t> truth_;
  std::size_t dimension_, classes_;
  double strength_;
};

struct Step {
  Vector s, y;  // change of the place and of the gradient
  double sy;
};

// The gradient turned and stretched by the curvature that the last steps met: the two loops of algorithm 7.4.
Vector direction(const Vector& gradient, const std::deque<Step>& steps) {
  Vector q = gradient, alphas(steps.size());
  for (std::size_t i = steps.size(); i-- > 0;) {
    alphas[i] = product(steps[i].s, q) / steps[i].sy;
    add(q, -alphas[i], steps[i].y);
  }
  const double scale = steps.empty() ? 1 / std::max(1.0, std::sqrt(product(gradient, gradient)))
                                     : steps.back().sy / product(steps.back().y, steps.back().y);
  for (double& x : q) x *= -scale;
  for (std::size_t i = 0; i < steps.size(); ++i) add(q, -alphas[i] - product(steps[i].y, q) / steps[i].sy, steps[i].s);
  return q;
}

}  // namespace

std::size_t Multinomial::predict(std::span<const double> row) const {
  Vector scores(weights.end() - static_cast<std::ptrdiff_t>(classes), weights.end());
  for (std::size_t k = 0; k < dimension; ++k)
    for (std::size_t c = 0; c < classes; ++c) scores[c] += row[k] * weights[k * classes + c];
  return static_cast<std::size_t>(std::max_element(scores.begin(), scores.end()) - scores.begin());
}

Multinomial fit_multinomial(std::span<const double> rows, std::size_t dimension, std::span<const std::size_t> truth,
                            std::size_t classes, double strength) {
  constexpr std::size_t kMemory = 10;
  constexpr int kMostSteps = 2000;
  const Likelihood likelihood(rows, dimension, truth, classes, strength);
  const double small = 1e-8 * strength * static_cast<double>(truth.size());

  Multinomial out{dimension, classes, Vector((dimension + 1) * classes)};
  Vector gradient(out.weights.size()), next_gradient(gradient.size());
  double loss = likelihood(out.weights, gradient);
  std::deque<Step> steps;
  for (int count = 0; count < kMostSteps && largest(gradient) > small; ++count) {
    const Vector way = direction(gradient, steps);
    const double slope = product(gradient, way);
    Vector next;
    double next_loss = loss;
    // Halved until it goes down enough (Armijo); of a convex function the full step nearly always does.
    double length = 1;
    for (; length > 1e-12; length /= 2) {
      next = out.weights;
      add(next, length, way);
      next_loss = likelihood(next, next_gradient);
      if (next_loss <= loss + 1e-4 * length * slope) break;
    }
    if (!(length > 1e-12)) break;  // as far down as rounding lets it
    Step step{next, next_gradient, 0};
    add(step.s, -1, out.weights);
    add(step.y, -1, gradient);
    step.sy = product(step.s, step.y);
    if (step.sy > 0) steps.push_back(std::move(step));
    if (steps.size() > kMemory) steps.pop_front();
    out.weights = std::move(next);
    std::swap(gradient, next_gradient);
    loss = next_loss;
  }
  return out;
}

}  // namespace hearken::numerics
