// Pairs and entropies, counted from the table of both groupings.
#include "tasks/labels/agreement.h"

#include <cmath>
#include <map>
#include <utility>

namespace hearken::tasks {
namespace {

double pairs(double n) { return n * (n - 1) / 2; }

template <class Key>
double entropy(const std::map<Key, double>& counts, double n) {
  double sum = 0;
  for (const auto& [key, count] : counts) sum -= count / n * std::log(count / n);
  return sum;
}

template <class Key>
double pairs_within(const std::map<Key, double>& counts) {
  double sum = 0;
  for (const auto& [key, count] : counts) sum += pairs(count);
  return sum;
}

}  // namespace

Agreement agreement(std::span<const std::size_t> a, std::span<const std::size_t> b) {
  std::map<std::size_t, double> of_a, of_b;
  std::map<std::pair<std::size_t, std::size_t>, double> both;
  for (std::size_t i = 0; i < a.size(); ++i) ++of_a[a[i]], ++of_b[b[i]], ++both[{a[i], b[i]}];
  const auto n = static_cast<double>(a.size());
  Agreement out{1, 1};
  if (a.empty()) return out;
  const double together = pairs_within(both), in_a = pairs_within(of_a), in_b = pairs_within(of_b);
  const double expected = n > 1 ? in_a * in_b / pairs(n) : 0, most = (in_a + in_b) / 2;
  if (most != expected) out.adjusted_rand = (together - expected) / (most - expected);
  const double ha = entropy(of_a, n), hb = entropy(of_b, n), shared = ha + hb - entropy(both, n);
  if (ha + hb > 0) out.normalised_mutual_information = shared / ((ha + hb) / 2);
  return out;
}

}  // namespace hearken::tasks
