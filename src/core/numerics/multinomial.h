// Multinomial logistic regression with an L2 penalty, fitted by L-BFGS.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace hearken::numerics {

/// Scores of classes are linear: those of a row x are weights[d] · x summed over the dimension, plus the biases.
struct Multinomial {
  std::size_t dimension = 0, classes = 0;
  std::vector<double> weights;  // [dimension + 1, classes]; the last row holds the biases

  /// The class with the highest score, of equal ones the first.
  std::size_t predict(std::span<const double> row) const;
};

/// The W and b that minimise
///
///     ½ ‖W‖² + strength · Σ over i of (log Σ over c of exp(W_c · x_i + b_c)  −  W_{y_i} · x_i − b_{y_i})
///
/// (Bishop, Pattern Recognition and Machine Learning, 4.3.4, with a Gaussian prior), which is convex, by L-BFGS
/// (Nocedal and Wright, Numerical Optimization, algorithm 7.5) until no element of the gradient exceeds 1e-8 · strength
/// · rows, or for 2000 steps. `rows` is [n, dimension], finite; `truth` [n] is below `classes`. One thread, float64,
/// one order of operations: the same bits on every run.
Multinomial fit_multinomial(std::span<const double> rows, std::size_t dimension, std::span<const std::size_t> truth,
                            std::size_t classes, double strength);

}  // namespace hearken::numerics
