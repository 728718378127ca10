// Eigenvalues and eigenvectors of a symmetric matrix, all of them.
#pragma once

#include <cstddef>
#include <vector>

namespace hearken::numerics {

struct Eigen {
  std::vector<double> values;   // [n], falling
  std::vector<double> vectors;  // [n, n], a row for each value, orthonormal; their signs are as they come
};

/// Of a symmetric matrix [n, n]: Householder's tridiagonal form, then implicit QR steps with Wilkinson's shift (Golub &
/// Van Loan, Matrix Computations, 8.3). The same bits on every run. Throws Error(internal) when it does not settle,
/// which it does for every matrix of finite numbers.
Eigen symmetric_eigen(std::vector<double> matrix, std::size_t n);

}  // namespace hearken::numerics
