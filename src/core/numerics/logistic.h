// Logistic regression on a kernel, with a Gaussian prior: what ratings teach, found by Newton's method.
#pragma once

#include <span>
#include <vector>

namespace hearken::numerics {

/// For n examples with labels y (+1 or -1), the a [n] by which the function g(x) = sum over i of a_i · k(x, x_i)
/// maximises
///
///     sum over i of w_i · log sigmoid(y_i · (b_i + g(x_i)))  -  ½ · aᵀ K a
///
/// that is L2-regularised logistic regression in the features of the kernel, from the offsets b on: with nothing to
/// learn from, g is 0 (Rasmussen and Williams, Gaussian Processes for Machine Learning, algorithm 3.1, with weights).
/// `kernel` is K [n, n], symmetric and positive semidefinite, finite. Double precision, one order of operations: the
/// same bits on every run. n³ / 3 multiplications a step, some five steps.
std::vector<double> fit_logistic(std::span<const double> kernel, std::span<const double> labels,
                                 std::span<const double> offsets, std::span<const double> weights);

}  // namespace hearken::numerics
