// Principal component analysis (Pearson 1901): the directions along which rows of vectors differ most.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace hearken::numerics {

struct Principal {
  std::vector<double> centre;     // [dimension], the rows' mean
  std::vector<double> axes;       // [components, dimension], orthonormal; the largest element of each is positive
  std::vector<double> variances;  // [components], falling: sum of squares / (rows − 1)
  std::vector<double> shares;     // [components], of all variance; zeros where there is none
};

/// Of float32 rows [n, dimension], row-major. Exact: by the covariance, or by the products of the centred rows where
/// they are fewer than dimensions. At most min(n, dimension) components; an axis without variance is zeros. Equals
/// scikit-learn's PCA, whose signs follow the same rule (of two elements equally large the first counts). The same bits
/// for any number of threads (0: all cores). Throws Error(unsupported) when rows and dimensions are both more than
/// kMostPrincipal, whose square of float64 and cube of operations it takes.
Principal principal_components(std::span<const float> rows, std::size_t dimension, std::size_t components,
                               int threads = 0);
inline constexpr std::size_t kMostPrincipal = 4096;

/// Rows [n, dimension] on the axes: [n, components].
std::vector<float> on_axes(const Principal& principal, std::span<const float> rows);

}  // namespace hearken::numerics
