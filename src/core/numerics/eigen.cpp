// The tridiagonal form T = Qᵀ A Q first, then T's eigenvectors by rotations that are applied to the rows of Qᵀ at once.
#include "core/numerics/eigen.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "hearken/error.h"

namespace hearken::numerics {
namespace {

double lane_product(const double* a, const double* b, std::size_t n) {
  double lanes[4] = {};  // side by side, so that a compiler makes vector code of it
  std::size_t i = 0;
  for (; i + 4 <= n; i += 4)
    for (std::size_t lane = 0; lane < 4; ++lane) lanes[lane] += a[i + lane] * b[i + lane];
  double sum = lanes[0] + lanes[1] + (lanes[2] + lanes[3]);
  for (; i < n; ++i) sum += a[i] * b[i];
  return sum;
}

struct Tridiagonal {
  std::vector<double> diagonal;  // [n]
  std::vector<double> beside;    // [n - 1]
  std::vector<double> turned;    // Qᵀ [n, n]
};

// H = 1 − β v vᵀ with H x = α e₁.
struct Reflector {
  std::vector<double> v;
  double beta = 0;
};

Tridiagonal tridiagonal_form(std::vector<double>& a, std::size_t n) {
  Tridiagonal t;
  t.diagonal.resize(n);
  t.beside.resize(n > 0 ? n - 1 : 0);
  std::vector<Reflector> reflectors;
  std::vector<double> w(n);
  for (std::size_t k = 0; k + 1 < n; ++k) {
    const std::size_t rest = n - k - 1;
    double* const column = &a[k * n + k + 1];  // the row is the column
    t.diagonal[k] = a[k * n + k];
    Reflector h{{column, column + rest}, 0};
    const double length = std::sqrt(lane_product(column, column, rest));
    const double alpha = column[0] > 0 ? -length : length;
    t.beside[k] = rest > 1 ? alpha : column[0];
    if (rest > 1 && length > 0) {
      h.v[0] -= alpha;
      h.beta = 2 / lane_product(h.v.data(), h.v.data(), rest);
      const double* const v = h.v.data();
      const auto row = [&](std::size_t i) { return &a[(k + 1 + i) * n + k + 1]; };
      for (std::size_t i = 0; i < rest; ++i) w[i] = h.beta * lane_product(row(i), v, rest);
      const double half = h.beta / 2 * lane_product(w.data(), v, rest);
      for (std::size_t i = 0; i < rest; ++i) w[i] -= half * v[i];
      for (std::size_t i = 0; i < rest; ++i) {
        double* const r = row(i);
        for (std::size_t j = 0; j < rest; ++j) r[j] -= v[i] * w[j] + w[i] * v[j];
      }
    }
    reflectors.push_back(std::move(h));
  }
  if (n > 0) t.diagonal[n - 1] = a[n * n - 1];

  t.turned.assign(n * n, 0);
  for (std::size_t i = 0; i < n; ++i) t.turned[i * n + i] = 1;
  for (std::size_t k = reflectors.size(); k-- > 0;) {
    const Reflector& h = reflectors[k];
    if (h.beta == 0) continue;
    for (std::size_t i = k + 1; i < n; ++i) {
      double* const row = &t.turned[i * n + k + 1];
      const double along = h.beta * lane_product(row, h.v.data(), h.v.size());
      for (std::size_t j = 0; j < h.v.size(); ++j) row[j] -= along * h.v[j];
    }
  }
  return t;
}

void rotate(double* a, double* b, std::size_t n, double c, double s) {
  for (std::size_t i = 0; i < n; ++i) {
    const double x = a[i], y = b[i];
    a[i] = c * x + s * y;
    b[i] = c * y - s * x;
  }
}

// One step on the part first … last, whose elements beside the diagonal are not zero.
void step(Tridiagonal& t, std::size_t n, std::size_t first, std::size_t last) {
  std::vector<double>&d = t.diagonal, &e = t.beside;
  const double half = (d[last - 1] - d[last]) / 2, corner = e[last - 1];
  const double root = std::hypot(half, corner);
  const double shift = d[last] - corner * (corner / (half + (half >= 0 ? root : -root)));
  double x = d[first] - shift, z = e[first];
  for (std::size_t k = first; k < last; ++k) {
    const double r = std::hypot(x, z);
    const double c = r > 0 ? x / r : 1, s = r > 0 ? z / r : 0;
    if (k > first) e[k - 1] = r;
    const double above = d[k], below = d[k + 1], side = e[k];
    d[k] = c * c * above + 2 * c * s * side + s * s * below;
    d[k + 1] = s * s * above - 2 * c * s * side + c * c * below;
    e[k] = c * s * (below - above) + (c * c - s * s) * side;
    if (k + 1 < last) {
      x = e[k];
      z = s * e[k + 1];
      e[k + 1] *= c;
    }
    rotate(&t.turned[k * n], &t.turned[(k + 1) * n], n, c, s);
  }
}

}  // namespace

Eigen symmetric_eigen(std::vector<double> matrix, std::size_t n) {
  Tridiagonal t = tridiagonal_form(matrix, n);
  matrix = {};
  constexpr std::size_t kMostSteps = 60;  // for each value; two are usual
  std::size_t steps = 0;
  const auto negligible = [&](std::size_t i) {
    return std::abs(t.beside[i]) <=
           std::numeric_limits<double>::epsilon() * (std::abs(t.diagonal[i]) + std::abs(t.diagonal[i + 1]));
  };
  for (std::size_t last = n > 0 ? n - 1 : 0; last > 0;) {
    if (negligible(last - 1)) {
      t.beside[--last] = 0;
      continue;
    }
    std::size_t first = last - 1;
    while (first > 0 && !negligible(first - 1)) --first;
    if (++steps > kMostSteps * n) throw Error(ErrorCode::internal, "the eigenvalues of a matrix do not settle");
    step(t, n, first, last);
  }
  std::vector<std::size_t> order(n);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return t.diagonal[a] > t.diagonal[b]; });
  Eigen out;
  out.values.reserve(n);
  out.vectors.reserve(n * n);
  for (const std::size_t i : order) {
    out.values.push_back(t.diagonal[i]);
    const auto row = t.turned.begin() + static_cast<std::ptrdiff_t>(i * n);
    out.vectors.insert(out.vectors.end(), row, row + static_cast<std::ptrdiff_t>(n));
  }
  return out;
}

}  // namespace hearken::numerics
