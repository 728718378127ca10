// Nearest neighbour, then or-opt: the moves of the travelling salesman that turn nothing around, as costs have a
// direction here.
#include "tasks/playlists/list_order.h"

#include <algorithm>
#include <limits>

namespace hearken::tasks {
namespace {

constexpr double kNeighboursOfOneGroup = 1, kOneBetween = 0.5;
constexpr std::size_t kReach = 100, kLongestMoved = 3;
constexpr double kLeastGain = 1e-9;  // so that rounding cannot go round in circles

class Costs {
 public:
  Costs(std::span<const double> cost, std::span<const int> groups) : cost_(cost), groups_(groups) {}

  std::size_t size() const { return groups_.size(); }
  double step(std::size_t a, std::size_t b) const {
    return cost_[a * size() + b] + (same(a, b) ? kNeighboursOfOneGroup : 0);
  }
  double leap(std::size_t a, std::size_t b) const { return same(a, b) ? kOneBetween : 0; }

  // Of the places [from, until) of an order and of the two that follow: what changes when those places do.
  double part(std::span<const std::size_t> order, std::size_t from, std::size_t until) const {
    double sum = 0;
    for (std::size_t i = from < 2 ? 0 : from - 2; i < until; ++i) {
      if (i + 1 < order.size()) sum += step(order[i], order[i + 1]);
      if (i + 2 < order.size()) sum += leap(order[i], order[i + 2]);
    }
    return sum;
  }

 private:
  bool same(std::size_t a, std::size_t b) const { return groups_[a] >= 0 && groups_[a] == groups_[b]; }

  std::span<const double> cost_;
  std::span<const int> groups_;
};

std::vector<std::size_t> nearest_neighbours(const Costs& costs) {
  std::vector<std::size_t> order{0};
  std::vector<bool> used(costs.size());
  used[0] = true;
  while (order.size() < costs.size()) {
    std::size_t best = 0;
    double least = std::numeric_limits<double>::infinity();
    for (std::size_t next = 0; next < costs.size(); ++next) {
      if (used[next]) continue;
      double cost = costs.step(order.back(), next);
      if (order.size() > 1) cost += costs.leap(order[order.size() - 2], next);
      if (cost < least) least = cost, best = next;
    }
    used[best] = true;
    order.push_back(best);
  }
  return order;
}

// Puts what stands at [from, from + length) so that it begins at `to`, the rest closing up.
void move_part(std::vector<std::size_t>& order, std::size_t from, std::size_t length, std::size_t to) {
  const auto at = [&](std::size_t i) { return order.begin() + static_cast<std::ptrdiff_t>(i); };
  if (to < from)
    std::rotate(at(to), at(from), at(from + length));
  else
    std::rotate(at(from), at(from + length), at(to + length));
}

bool shorten(const Costs& costs, std::vector<std::size_t>& order) {
  const std::size_t n = order.size();
  bool any = false;
  for (std::size_t length = 1; length <= kLongestMoved; ++length) {
    for (std::size_t from = 1; from + length <= n; ++from) {
      const std::size_t first = from > kReach ? from - kReach : 1, last = std::min(n - length, from + kReach);
      for (std::size_t to = std::max<std::size_t>(first, 1); to <= last; ++to) {
        if (to == from) continue;
        const std::size_t begin = std::min(from, to), end = std::max(from, to) + length;
        const double before = costs.part(order, begin, end);
        move_part(order, from, length, to);
        if (costs.part(order, begin, end) < before - kLeastGain) {
          any = true;
          break;  // something else stands at `from` now
        }
        move_part(order, to, length, from);
      }
    }
  }
  return any;
}

}  // namespace

std::vector<std::size_t> smooth_order(std::span<const double> cost, std::span<const int> groups) {
  if (groups.empty()) return {};
  const Costs costs(cost, groups);
  std::vector<std::size_t> order = nearest_neighbours(costs);
  while (shorten(costs, order)) {
  }
  return order;
}

double cost_of_order(std::span<const double> cost, std::span<const int> groups, std::span<const std::size_t> order) {
  return Costs(cost, groups).part(order, 0, order.size());
}

}  // namespace hearken::tasks
