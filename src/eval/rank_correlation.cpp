// Spearman's correlation with interval, chance and power.
#include <cmath>
#include <random>

#include "eval/metrics.h"
#include "hearken/compare.h"

namespace hearken {
namespace {

double normal(double z) { return std::erfc(-z / std::sqrt(2.0)) / 2; }

// Chance of a two-sided p < 0.05 of n things whose true correlation is 0.5, by Fisher's z with the standard error that
// Bonett and Wright (Psychometrika 65, 2000) give for Spearman's.
double power_of(std::size_t n) {
  if (n < 4) return 0;
  constexpr double kRho = 0.5, kBound = 1.959963984540054;
  const double error = std::sqrt((1 + kRho * kRho / 2) / (static_cast<double>(n) - 3));
  return normal(std::atanh(kRho) / error - kBound) + normal(-std::atanh(kRho) / error - kBound);
}

}  // namespace

RankCorrelation rank_correlation(std::span<const double> a, std::span<const double> b) {
  RankCorrelation out;
  out.n = a.size();
  out.power = power_of(out.n);
  constexpr double kWanted = 0.8;
  for (out.needed = 4; power_of(out.needed) < kWanted;) ++out.needed;
  const double rho = out.n >= 3 ? eval::spearman(a, b) : std::nan("");
  if (!std::isfinite(rho)) return out;
  out.rho = rho;

  const eval::Interval interval = eval::bootstrap(out.n, [&](std::span<const std::size_t> rows) {
    std::vector<double> x, y;
    for (const std::size_t row : rows) x.push_back(a[row]), y.push_back(b[row]);
    return eval::spearman(x, y);
  });
  if (std::isfinite(interval.low)) out.low = interval.low, out.high = interval.high;

  constexpr int kPermutations = 10'000;
  constexpr double kEqual = 1e-12;  // sums in another order are not less
  const std::vector<double> ranks = eval::ranks(a);
  std::vector<double> shuffled = eval::ranks(b);
  std::mt19937 random(1);
  int as_strong = 0;
  for (int i = 0; i < kPermutations; ++i) {
    for (std::size_t last = shuffled.size(); last > 1; --last) std::swap(shuffled[last - 1], shuffled[random() % last]);
    if (std::abs(eval::spearman(ranks, shuffled)) >= std::abs(rho) - kEqual) ++as_strong;
  }
  out.p = (as_strong + 1.0) / (kPermutations + 1.0);  // the one observed is one of them
  return out;
}

}  // namespace hearken
