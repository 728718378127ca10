// Sums in float64 over panels of sixteen, blocks of rows one after the other, each sum by one thread.
#include "core/numerics/principal.h"

#include <algorithm>
#include <cmath>

#include "core/numerics/eigen.h"
#include "core/numerics/products.h"
#include "core/threads/team.h"
#include "core/threads/threads.h"
#include "hearken/error.h"

namespace hearken::numerics {
namespace {

constexpr std::size_t kBlock = 256;  // steps of a panel: two panels fit into a core's nearest cache
constexpr std::size_t kTile = kPanel * kPanel;

std::vector<double> mean_of(std::span<const float> rows, std::size_t dimension) {
  std::vector<double> mean(dimension);
  for (std::size_t r = 0; r < rows.size(); r += dimension)
    for (std::size_t i = 0; i < dimension; ++i) mean[i] += static_cast<double>(rows[r + i]);
  const double n = std::max(1.0, static_cast<double>(rows.size() / dimension));
  for (double& x : mean) x /= n;
  return mean;
}

// The symmetric matrix [size, size] of Σ_k value(k, i) · value(k, j) over k < steps.
template <class Value>
std::vector<double> sums_of_products(std::size_t size, std::size_t steps, int threads, const Value& value) {
  const std::size_t panels = panels_of(size);
  std::vector<double> packed(panels * kBlock * kPanel), tiles(panels * panels * kTile);
  Team team(threads);
  for (std::size_t first = 0; first < steps; first += kBlock) {
    const std::size_t count = std::min(kBlock, steps - first);
    team.run(panels, [&](std::size_t p, int) {
      double* to = &packed[p * kBlock * kPanel];
      for (std::size_t k = 0; k < count; ++k)
        for (std::size_t i = p * kPanel; i < (p + 1) * kPanel; ++i) *to++ = i < size ? value(first + k, i) : 0;
    });
    team.run(panels, [&](std::size_t p, int) {
      for (std::size_t q = p; q < panels; ++q)
        add_products(&packed[p * kBlock * kPanel], &packed[q * kBlock * kPanel], count,
                     &tiles[(p * panels + q) * kTile]);
    });
  }
  std::vector<double> out(size * size);
  for (std::size_t i = 0; i < size; ++i)
    for (std::size_t j = i; j < size; ++j)
      out[i * size + j] = out[j * size + i] =
          tiles[(i / kPanel * panels + j / kPanel) * kTile + i % kPanel * kPanel + j % kPanel];
  return out;
}

double length_of(std::span<const double> v) {
  double square = 0;
  for (const double x : v) square += x * x;
  return std::sqrt(square);
}

// To length 1, its largest element positive.
void orient(std::span<double> axis) {
  const double length = length_of(axis);
  const auto largest =
      std::max_element(axis.begin(), axis.end(), [](double x, double y) { return std::abs(x) < std::abs(y); });
  const double scale = length > 0 ? (*largest < 0 ? -1 : 1) / length : 0;
  for (double& x : axis) x *= scale;
}

}  // namespace

Principal principal_components(std::span<const float> rows, std::size_t dimension, std::size_t components,
                               int threads) {
  const std::size_t n = rows.size() / dimension, size = std::min(n, dimension);
  if (size > kMostPrincipal)
    throw Error(ErrorCode::unsupported, "principal components of " + std::to_string(dimension) +
                                            " dimensions: at most " + std::to_string(kMostPrincipal) + " are computed");
  Principal out;
  out.centre = mean_of(rows, dimension);
  const auto centred = [&](std::size_t row, std::size_t i) {
    return static_cast<double>(rows[row * dimension + i]) - out.centre[i];
  };
  const bool by_rows = n < dimension;
  const int team = thread_count(threads);
  std::vector<double> products =
      by_rows ? sums_of_products(n, dimension, team, [&](std::size_t k, std::size_t i) { return centred(i, k); })
              : sums_of_products(dimension, n, team, centred);
  double all = 0;
  for (std::size_t i = 0; i < size; ++i) all += products[i * size + i];
  const Eigen eigen = symmetric_eigen(std::move(products), size);

  const std::size_t count = std::min(components, size);
  out.axes.assign(count * dimension, 0);
  for (std::size_t c = 0; c < count; ++c) {
    const double square = std::max(0.0, eigen.values[c]);  // of all rows along the axis
    out.variances.push_back(n > 1 ? square / static_cast<double>(n - 1) : 0);
    out.shares.push_back(all > 0 ? square / all : 0);
    constexpr double kNothing = 1e-12;
    if (square <= kNothing * all) continue;
    const std::span axis = std::span(out.axes).subspan(c * dimension, dimension);
    const std::span vector = std::span(eigen.vectors).subspan(c * size, size);
    if (by_rows) {
      for (std::size_t r = 0; r < n; ++r)
        for (std::size_t i = 0; i < dimension; ++i) axis[i] += vector[r] * centred(r, i);
    } else {
      std::copy(vector.begin(), vector.end(), axis.begin());
    }
    orient(axis);
  }
  return out;
}

std::vector<float> on_axes(const Principal& principal, std::span<const float> rows) {
  const std::size_t dimension = principal.centre.size(), components = principal.variances.size();
  std::vector<float> out;
  out.reserve(rows.size() / dimension * components);
  std::vector<double> centred(dimension);
  for (std::size_t r = 0; r < rows.size(); r += dimension) {
    for (std::size_t i = 0; i < dimension; ++i) centred[i] = static_cast<double>(rows[r + i]) - principal.centre[i];
    for (std::size_t c = 0; c < components; ++c) {
      double sum = 0;
      for (std::size_t i = 0; i < dimension; ++i) sum += centred[i] * principal.axes[c * dimension + i];
      out.push_back(static_cast<float>(sum));
    }
  }
  return out;
}

}  // namespace hearken::numerics
