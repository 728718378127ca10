// Two sweeps of dynamic programming over the points by progress: first how small the greatest step can be, then the
// least squares among the ways that keep to it.
#include "tasks/playlists/bottleneck_path.h"

#include <algorithm>
#include <limits>
#include <set>

namespace hearken::tasks {
namespace {

constexpr double kNowhere = std::numeric_limits<double>::infinity();

// Those between the ends and the ends, by progress, then by number.
std::vector<std::size_t> by_progress(std::span<const double> progress, std::size_t first, std::size_t last) {
  std::vector<std::size_t> out;
  for (std::size_t i = 0; i < progress.size(); ++i)
    if (i == first || i == last || (progress[i] > progress[first] && progress[i] < progress[last])) out.push_back(i);
  std::stable_sort(out.begin(), out.end(), [&](std::size_t a, std::size_t b) { return progress[a] < progress[b]; });
  return out;
}

}  // namespace

std::size_t most_steps(std::span<const double> progress, std::size_t first, std::size_t last, std::size_t steps) {
  if (!(progress[first] < progress[last])) return 0;
  std::set<double> different;
  for (const std::size_t i : by_progress(progress, first, last)) different.insert(progress[i]);
  return std::min(steps, different.size() - 1);
}

std::vector<std::size_t> bottleneck_path(std::span<const double> distances, std::span<const double> progress,
                                         std::size_t first, std::size_t last, std::size_t steps) {
  if (steps == 0 || most_steps(progress, first, last, steps) < steps) return {};
  const std::vector<std::size_t> points = by_progress(progress, first, last);
  const std::size_t n = points.size(), all = progress.size();
  const auto apart = [&](std::size_t a, std::size_t b) { return distances[points[a] * all + points[b]]; };
  const auto before = [&](std::size_t a, std::size_t b) { return progress[points[a]] < progress[points[b]]; };

  std::vector<double> least(n, kNowhere), next(n);
  least[0] = 0;  // `first` has the least progress, alone
  for (std::size_t step = 0; step < steps; ++step) {
    std::fill(next.begin(), next.end(), kNowhere);
    for (std::size_t b = 1; b < n; ++b)
      for (std::size_t a = 0; a < b && before(a, b); ++a) next[b] = std::min(next[b], std::max(least[a], apart(a, b)));
    least.swap(next);
  }
  const double bound = least[n - 1];

  std::vector<double> sum(n, kNowhere);
  std::vector<std::size_t> from(steps * n, n);
  sum[0] = 0;
  for (std::size_t step = 0; step < steps; ++step) {
    std::fill(next.begin(), next.end(), kNowhere);
    for (std::size_t b = 1; b < n; ++b) {
      for (std::size_t a = 0; a < b && before(a, b); ++a) {
        const double d = apart(a, b);
        if (d > bound || !(sum[a] + d * d < next[b])) continue;
        next[b] = sum[a] + d * d;
        from[step * n + b] = a;
      }
    }
    sum.swap(next);
  }
  std::vector<std::size_t> way{n - 1};
  for (std::size_t step = steps; step-- > 0;) way.push_back(from[step * n + way.back()]);
  std::reverse(way.begin(), way.end());
  for (std::size_t& point : way) point = points[point];
  return way;
}

}  // namespace hearken::tasks
