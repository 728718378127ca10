// The formulas, as the header states them.
#include "eval/metrics.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <random>

namespace hearken::eval {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

// A strict order of scores: a NaN is below all.
bool higher(double a, double b) { return std::isnan(b) ? !std::isnan(a) : a > b; }

// Chance that none of `relevant` items among `items` is among the first k.
double chance_of_none(std::size_t items, std::size_t relevant, std::size_t k) {
  double chance = 1;
  for (std::size_t i = 0; i < relevant; ++i) {
    if (items - i <= k) return 0;
    chance *= static_cast<double>(items - i - k) / static_cast<double>(items - i);
  }
  return chance;
}

}  // namespace

std::vector<std::size_t> ranking(std::span<const double> scores) {
  std::vector<std::size_t> order(scores.size());
  std::iota(order.begin(), order.end(), 0U);
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return higher(scores[a], scores[b]); });
  return order;
}

std::vector<std::size_t> places(std::span<const double> scores, std::span<const std::size_t> relevant) {
  std::vector<std::size_t> out;
  for (const std::size_t item : relevant) {
    std::size_t before = 0;
    for (std::size_t i = 0; i < scores.size(); ++i)
      before += higher(scores[i], scores[item]) || (i < item && !higher(scores[item], scores[i])) ? 1U : 0U;
    out.push_back(before + 1);
  }
  std::sort(out.begin(), out.end());
  return out;
}

double average_precision(std::span<const std::size_t> places, std::size_t k) {
  double sum = 0;
  for (std::size_t i = 0; i < places.size() && places[i] <= k; ++i)
    sum += static_cast<double>(i + 1) / static_cast<double>(places[i]);
  return sum / static_cast<double>(std::min(places.size(), k));
}

double mean(std::span<const double> values) {
  if (values.empty()) return kNan;
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double deviation(std::span<const double> values) {
  const double middle = mean(values);
  double sum = 0;
  for (const double value : values) sum += (value - middle) * (value - middle);
  return values.empty() ? kNan : std::sqrt(sum / static_cast<double>(values.size()));
}

double median(std::span<const double> values) { return quantile(values, 0.5); }

double quantile(std::span<const double> values, double q) {
  if (values.empty()) return kNan;
  std::vector<double> sorted(values.begin(), values.end());
  std::sort(sorted.begin(), sorted.end());
  const double at = q * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(at);
  if (below + 1 >= sorted.size()) return sorted.back();
  return std::lerp(sorted[below], sorted[below + 1], at - static_cast<double>(below));
}

double accuracy(std::span<const std::size_t> predicted, std::span<const std::size_t> truth) {
  if (truth.empty()) return kNan;
  std::size_t hits = 0;
  for (std::size_t i = 0; i < truth.size(); ++i) hits += predicted[i] == truth[i] ? 1U : 0U;
  return static_cast<double>(hits) / static_cast<double>(truth.size());
}

double recall_at(std::span<const double> first_places, std::size_t k) {
  if (first_places.empty()) return kNan;
  const auto hits = std::count_if(first_places.begin(), first_places.end(),
                                  [&](double place) { return place <= static_cast<double>(k); });
  return static_cast<double>(hits) / static_cast<double>(first_places.size());
}

double random_recall(std::size_t items, std::size_t relevant, std::size_t k) {
  return 1 - chance_of_none(items, relevant, k);
}

// An item at place i is relevant with chance R / M, and then (R - 1) / (M - 1) of the i - 1 before it are expected to
// be.
double random_average_precision(std::size_t items, std::size_t relevant, std::size_t k) {
  const double m = static_cast<double>(items), r = static_cast<double>(relevant);
  double sum = 0;
  for (std::size_t i = 1; i <= std::min(items, k); ++i) {
    const double before = items > 1 ? static_cast<double>(i - 1) * (r - 1) / (m - 1) : 0;
    sum += r / m * (1 + before) / static_cast<double>(i);
  }
  return sum / static_cast<double>(std::min(relevant, k));
}

double random_median_place(std::size_t items, std::span<const std::size_t> relevant) {
  if (relevant.empty()) return kNan;
  const auto reached = [&](std::size_t place) {
    double sum = 0;
    for (const std::size_t r : relevant) sum += random_recall(items, r, place);
    return sum >= 0.5 * static_cast<double>(relevant.size()) * (1 - 1e-12);  // rounding must not cost a place
  };
  std::size_t low = 1, high = items;
  while (low < high) {
    const std::size_t middle = low + (high - low) / 2;
    if (reached(middle))
      high = middle;
    else
      low = middle + 1;
  }
  return static_cast<double>(low);
}

std::vector<double> ranks(std::span<const double> values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), 0U);
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
  std::vector<double> out(values.size());
  for (std::size_t first = 0; first < order.size();) {
    std::size_t end = first + 1;
    while (end < order.size() && values[order[end]] == values[order[first]]) ++end;
    for (std::size_t i = first; i < end; ++i) out[order[i]] = static_cast<double>(first + end + 1) / 2;
    first = end;
  }
  return out;
}

double spearman(std::span<const double> a, std::span<const double> b) {
  const std::vector<double> x = ranks(a), y = ranks(b);
  const double middle_x = mean(x), middle_y = mean(y);
  double xy = 0, xx = 0, yy = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    xy += (x[i] - middle_x) * (y[i] - middle_y);
    xx += (x[i] - middle_x) * (x[i] - middle_x);
    yy += (y[i] - middle_y) * (y[i] - middle_y);
  }
  return xx > 0 && yy > 0 ? xy / std::sqrt(xx * yy) : kNan;
}

Interval wilson(std::size_t hits, std::size_t trials) {
  if (trials == 0) return {0, 1};
  constexpr double z = 1.959963984540054;  // the normal distribution's 97.5 % point
  const double n = static_cast<double>(trials), p = static_cast<double>(hits) / n;
  const double centre = (p + z * z / (2 * n)) / (1 + z * z / n);
  const double half = z / (1 + z * z / n) * std::sqrt(p * (1 - p) / n + z * z / (4 * n * n));
  return {hits == 0 ? 0 : centre - half, hits == trials ? 1 : centre + half};
}

Interval bootstrap(std::size_t n, const std::function<double(std::span<const std::size_t> rows)>& statistic,
                   std::uint32_t seed) {
  std::mt19937 random(seed);
  std::vector<std::size_t> rows(n);
  std::vector<double> found;
  for (std::size_t i = 0; i < kResamples && n > 0; ++i) {
    for (std::size_t& row : rows) row = static_cast<std::size_t>((std::uint64_t{random()} * n) >> 32);
    if (const double value = statistic(rows); !std::isnan(value)) found.push_back(value);
  }
  return {quantile(found, 0.025), quantile(found, 0.975)};
}

Interval bootstrap_mean(std::span<const double> values, std::uint32_t seed) {
  return bootstrap(
      values.size(),
      [&](std::span<const std::size_t> rows) {
        double sum = 0;
        for (const std::size_t row : rows) sum += values[row];
        return sum / static_cast<double>(rows.size());
      },
      seed);
}

}  // namespace hearken::eval
