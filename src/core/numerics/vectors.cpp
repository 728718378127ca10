// One order of summation each.
#include "core/numerics/vectors.h"

#include <array>
#include <cmath>

namespace hearken::numerics {

double dot(std::span<const float> a, std::span<const float> b) {
  std::array<double, 8> lanes{};
  const std::size_t n = a.size();
  std::size_t i = 0;
  for (; i + 8 <= n; i += 8)
    for (std::size_t j = 0; j < 8; ++j) lanes[j] += static_cast<double>(a[i + j]) * static_cast<double>(b[i + j]);
  double sum = 0;
  for (; i < n; ++i) sum += static_cast<double>(a[i]) * static_cast<double>(b[i]);
  for (const double lane : lanes) sum += lane;
  return sum;
}

void scale_to_unit(std::span<float> rows, std::size_t dimension) {
  for (std::size_t first = 0; first + dimension <= rows.size(); first += dimension) {
    const std::span<float> row = rows.subspan(first, dimension);
    const double square = dot(row, row);
    if (square <= 0) continue;
    const double scale = 1 / std::sqrt(square);
    for (float& x : row) x = static_cast<float>(static_cast<double>(x) * scale);
  }
}

double fast_product(const float* a, const float* b, std::size_t n) {
  constexpr std::size_t kLanes = 16;
  std::array<float, kLanes> sums{};
  std::size_t i = 0;
  for (; i + kLanes <= n; i += kLanes)
    for (std::size_t lane = 0; lane < kLanes; ++lane) sums[lane] += a[i + lane] * b[i + lane];
  double sum = 0;
  for (; i < n; ++i) sum += static_cast<double>(a[i]) * static_cast<double>(b[i]);
  for (const float lane : sums) sum += static_cast<double>(lane);
  return sum;
}

}  // namespace hearken::numerics
