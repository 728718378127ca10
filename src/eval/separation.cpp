// Distances from products in float64, |a|² + |b|² − 2ab, for panels of sixteen points against all others.
#include "eval/separation.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <random>

#include "core/numerics/products.h"
#include "core/threads/team.h"
#include "core/threads/threads.h"

namespace hearken::eval {
namespace {

using numerics::add_products;
using numerics::kPanel;
using numerics::panels_of;

// Rows as panels [count / 16][dimension][16], with the squares of their lengths.
struct Panels {
  std::size_t count = 0, dimension = 0;
  std::vector<double> values, squares;

  template <class Value>
  Panels(std::size_t rows, std::size_t width, const Value& value)
      : count(rows), dimension(width), values(panels_of(rows) * width * kPanel), squares(panels_of(rows) * kPanel) {
    for (std::size_t r = 0; r < rows; ++r)
      for (std::size_t i = 0; i < width; ++i) {
        const double x = value(r, i);
        values[(r / kPanel * width + i) * kPanel + r % kPanel] = x;
        squares[r] += x * x;
      }
  }
  const double* panel(std::size_t p) const { return &values[p * dimension * kPanel]; }
};

// each(row of a, row of b, square of their distance) for a panel of a and all rows of b, in their order for each row.
template <class Each>
void for_each_distance(const Panels& a, std::size_t panel, const Panels& b, const Each& each) {
  for (std::size_t q = 0; q < panels_of(b.count); ++q) {
    double sums[kPanel * kPanel] = {};
    add_products(a.panel(panel), b.panel(q), a.dimension, sums);
    for (std::size_t i = 0; i < kPanel && panel * kPanel + i < a.count; ++i)
      for (std::size_t j = 0; j < kPanel && q * kPanel + j < b.count; ++j) {
        const std::size_t r = panel * kPanel + i, s = q * kPanel + j;
        each(r, s, std::max(0.0, a.squares[r] + b.squares[s] - 2 * sums[i * kPanel + j]));
      }
  }
}

std::vector<std::size_t> drawn(std::vector<std::size_t> places, std::size_t most) {
  if (places.size() <= most) return places;
  std::mt19937_64 random(1);
  for (std::size_t i = 0; i < most; ++i) std::swap(places[i], places[i + random() % (places.size() - i)]);
  places.resize(most);
  std::sort(places.begin(), places.end());
  return places;
}

void add_silhouettes(Separation& out, std::span<const float> rows, std::size_t dimension, std::span<const int> classes,
                     const std::vector<std::size_t>& with_class, Team& team) {
  const std::vector<std::size_t> places = drawn(with_class, kMostSilhouettes);
  std::vector<std::int64_t> sizes(out.by_class.size());
  for (const std::size_t place : places) ++sizes[static_cast<std::size_t>(classes[place])];
  const auto present = std::count_if(sizes.begin(), sizes.end(), [](std::int64_t size) { return size > 0; });
  if (present < 2 || present >= static_cast<std::ptrdiff_t>(places.size())) return;

  const Panels points(places.size(), dimension, [&](std::size_t r, std::size_t i) {
    return static_cast<double>(rows[places[r] * dimension + i]);
  });
  std::vector<double> silhouettes(places.size());
  team.run(panels_of(places.size()), [&](std::size_t panel, int) {
    std::vector<double> sums(kPanel * sizes.size());  // of distances to each class
    for_each_distance(points, panel, points, [&](std::size_t r, std::size_t s, double square) {
      if (r != s) sums[r % kPanel * sizes.size() + static_cast<std::size_t>(classes[places[s]])] += std::sqrt(square);
    });
    for (std::size_t r = panel * kPanel; r < std::min((panel + 1) * kPanel, places.size()); ++r) {
      const auto own = static_cast<std::size_t>(classes[places[r]]);
      if (sizes[own] < 2) continue;
      const double* const sum = &sums[r % kPanel * sizes.size()];
      double nearest = std::numeric_limits<double>::infinity();
      for (std::size_t c = 0; c < sizes.size(); ++c)
        if (c != own && sizes[c] > 0) nearest = std::min(nearest, sum[c] / static_cast<double>(sizes[c]));
      const double within = sum[own] / static_cast<double>(sizes[own] - 1), larger = std::max(within, nearest);
      if (larger > 0) silhouettes[r] = (nearest - within) / larger;
    }
  });
  out.silhouette_points = static_cast<std::int64_t>(places.size());
  out.silhouette = std::accumulate(silhouettes.begin(), silhouettes.end(), 0.0) / static_cast<double>(places.size());
  std::vector<double> sums(sizes.size());
  for (std::size_t r = 0; r < places.size(); ++r) sums[static_cast<std::size_t>(classes[places[r]])] += silhouettes[r];
  for (std::size_t c = 0; c < sizes.size(); ++c)
    if (sizes[c] > 0) out.by_class[c].silhouette = sums[c] / static_cast<double>(sizes[c]);
}

void add_nearest_centroids(Separation& out, std::span<const float> rows, std::size_t dimension,
                           std::span<const int> classes, const std::vector<std::size_t>& with_class, Team& team) {
  std::vector<std::size_t> present;  // the classes that have points
  std::vector<double> sums(out.by_class.size() * dimension);
  for (std::size_t c = 0; c < out.by_class.size(); ++c)
    if (out.by_class[c].points > 0) present.push_back(c);
  for (const std::size_t place : with_class)
    for (std::size_t i = 0; i < dimension; ++i)
      sums[static_cast<std::size_t>(classes[place]) * dimension + i] +=
          static_cast<double>(rows[place * dimension + i]);
  const Panels centroids(present.size(), dimension, [&](std::size_t c, std::size_t i) {
    return sums[present[c] * dimension + i] / static_cast<double>(out.by_class[present[c]].points);
  });
  constexpr std::size_t kShare = 64 * kPanel;  // points at once
  std::vector<std::uint8_t> right(with_class.size());
  team.run((with_class.size() + kShare - 1) / kShare, [&](std::size_t share, int) {
    const std::size_t first = share * kShare, count = std::min(kShare, with_class.size() - first);
    const Panels points(count, dimension, [&](std::size_t r, std::size_t i) {
      return static_cast<double>(rows[with_class[first + r] * dimension + i]);
    });
    for (std::size_t panel = 0; panel < panels_of(count); ++panel) {
      double least[kPanel];
      std::fill_n(least, kPanel, std::numeric_limits<double>::infinity());
      std::size_t nearest[kPanel] = {};
      for_each_distance(points, panel, centroids, [&](std::size_t r, std::size_t c, double square) {
        if (square < least[r % kPanel]) least[r % kPanel] = square, nearest[r % kPanel] = c;
      });
      for (std::size_t r = panel * kPanel; r < std::min((panel + 1) * kPanel, count); ++r)
        right[first + r] =
            present[nearest[r % kPanel]] == static_cast<std::size_t>(classes[with_class[first + r]]) ? 1 : 0;
    }
  });
  std::vector<std::int64_t> hits(out.by_class.size());
  for (std::size_t r = 0; r < with_class.size(); ++r)
    hits[static_cast<std::size_t>(classes[with_class[r]])] += right[r];
  for (const std::size_t c : present)
    out.by_class[c].nearest_centroid = static_cast<double>(hits[c]) / static_cast<double>(out.by_class[c].points);
  out.nearest_centroid = static_cast<double>(std::accumulate(hits.begin(), hits.end(), std::int64_t{0})) /
                         static_cast<double>(with_class.size());
}

}  // namespace

Separation separation(std::span<const float> rows, std::size_t dimension, std::span<const int> classes,
                      std::size_t class_count, int threads) {
  Separation out;
  out.by_class.resize(class_count);
  std::vector<std::size_t> with_class;
  for (std::size_t place = 0; place < classes.size(); ++place) {
    if (classes[place] < 0) continue;
    with_class.push_back(place);
    ++out.by_class[static_cast<std::size_t>(classes[place])].points;
  }
  out.points = static_cast<std::int64_t>(with_class.size());
  for (const ClassSeparation& c : out.by_class) out.classes += c.points > 0 ? 1 : 0;
  if (with_class.empty()) return out;
  Team team(thread_count(threads));
  add_silhouettes(out, rows, dimension, classes, with_class, team);
  add_nearest_centroids(out, rows, dimension, classes, with_class, team);
  return out;
}

}  // namespace hearken::eval
