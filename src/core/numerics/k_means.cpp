// Rows are assigned by threads, each row by one of them; sums are taken in the rows' order.
#include "core/numerics/k_means.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <random>

#include "core/numerics/vectors.h"
#include "core/threads/team.h"
#include "core/threads/threads.h"

namespace hearken::numerics {
namespace {

// 0 to 1.
double draw(std::mt19937& random) { return static_cast<double>(random()) / 4294967296.0; }

class Run {
 public:
  Run(std::span<const float> rows, std::size_t dimension, std::size_t k, Team& team)
      : rows_(rows), dimension_(dimension), n_(rows.size() / dimension), k_(k), team_(team) {}

  // k-means++: a row is drawn as often as its distance to the nearest centre is large.
  void seed(std::mt19937& random) {
    std::vector<double> distances(n_, 1);
    found_.centres.clear();
    for (std::size_t c = 0; c < k_; ++c) {
      const double all = std::accumulate(distances.begin(), distances.end(), 0.0);
      double left = draw(random) * all;
      std::size_t row = 0;
      for (; row + 1 < n_ && left >= distances[row]; ++row) left -= distances[row];
      while (row > 0 && all > 0 && distances[row] <= 0) --row;
      found_.centres.insert(found_.centres.end(), row_at(row), row_at(row) + dimension_);
      for (std::size_t r = 0; r < n_; ++r) {
        const double distance = std::max(0.0, 1 - fast_product(row_at(r), row_at(row), dimension_));
        distances[r] = c == 0 ? distance : std::min(distances[r], distance);
      }
    }
  }

  KMeans settle(std::vector<float> centres) {
    found_.centres = std::move(centres);
    return settle();
  }
  KMeans settle() {
    for (int round = 0; round < kRounds; ++round) {
      const std::vector<std::size_t> before = found_.of;
      assign();
      if (found_.of == before) break;
      fill_empty();
      move_centres();
    }
    assign();
    found_.total = std::accumulate(found_.similarities.begin(), found_.similarities.end(), 0.0);
    return found_;
  }

 private:
  const float* row_at(std::size_t r) const { return rows_.data() + r * dimension_; }

  void assign() {
    found_.of.resize(n_), found_.similarities.resize(n_), found_.others.resize(n_);
    constexpr std::size_t kShare = 256;
    team_.run((n_ + kShare - 1) / kShare, [&](std::size_t share, int) {
      for (std::size_t r = share * kShare; r < std::min((share + 1) * kShare, n_); ++r) {
        double best = -std::numeric_limits<double>::infinity(), next = best;
        std::size_t of = 0;
        for (std::size_t c = 0; c < k_; ++c) {
          const double x = fast_product(row_at(r), &found_.centres[c * dimension_], dimension_);
          if (x > best)
            next = best, best = x, of = c;
          else
            next = std::max(next, x);
        }
        found_.of[r] = of;
        found_.similarities[r] = std::clamp(best, -1.0, 1.0);
        found_.others[r] = k_ > 1 ? std::clamp(next, -1.0, 1.0) : found_.similarities[r];
      }
    });
  }

  // An empty cluster takes the row that fits its own least, the first of equals, from a cluster that keeps others.
  void fill_empty() {
    std::vector<std::size_t> sizes(k_);
    for (const std::size_t c : found_.of) ++sizes[c];
    for (std::size_t c = 0; c < k_; ++c) {
      if (sizes[c] > 0) continue;
      std::size_t worst = n_;
      for (std::size_t r = 0; r < n_; ++r)
        if (sizes[found_.of[r]] > 1 && (worst == n_ || found_.similarities[r] < found_.similarities[worst])) worst = r;
      if (worst == n_) return;
      --sizes[found_.of[worst]];
      found_.of[worst] = c, found_.similarities[worst] = 1;
      ++sizes[c];
    }
  }

  void move_centres() {
    std::vector<double> sums(k_ * dimension_);
    for (std::size_t r = 0; r < n_; ++r)
      for (std::size_t i = 0; i < dimension_; ++i)
        sums[found_.of[r] * dimension_ + i] += static_cast<double>(row_at(r)[i]);
    for (std::size_t c = 0; c < k_; ++c) {
      const std::span sum = std::span(sums).subspan(c * dimension_, dimension_);
      const double length = std::sqrt(std::inner_product(sum.begin(), sum.end(), sum.begin(), 0.0));
      if (length <= 0) continue;  // its members cancel each other, or there are none: it stays
      for (std::size_t i = 0; i < dimension_; ++i)
        found_.centres[c * dimension_ + i] = static_cast<float>(sum[i] / length);
    }
  }

  std::span<const float> rows_;
  const std::size_t dimension_, n_, k_;
  Team& team_;
  KMeans found_;
};

std::vector<float> seed_rows(std::span<const float> rows, std::size_t dimension) {
  const std::size_t n = rows.size() / dimension;
  if (n <= kSeedRows) return {rows.begin(), rows.end()};
  std::vector<std::size_t> places(n);
  std::iota(places.begin(), places.end(), std::size_t{0});
  std::mt19937 random(1);
  std::vector<float> out;
  for (std::size_t i = 0; i < kSeedRows; ++i) {
    std::swap(places[i], places[i + random() % (n - i)]);
    const auto row = rows.subspan(places[i] * dimension, dimension);
    out.insert(out.end(), row.begin(), row.end());
  }
  return out;
}

}  // namespace

KMeans k_means(std::span<const float> rows, std::size_t dimension, std::size_t k, int threads) {
  Team team(thread_count(threads));
  const std::vector<float> some = seed_rows(rows, dimension);
  std::mt19937 random(1);
  KMeans best;
  for (int attempt = 0; attempt < kTries; ++attempt) {
    Run run(some, dimension, k, team);
    run.seed(random);
    KMeans found = run.settle();
    if (attempt == 0 || found.total > best.total) best = std::move(found);
  }
  if (some.size() == rows.size()) return best;
  return Run(rows, dimension, k, team).settle(std::move(best.centres));
}

std::vector<double> silhouettes(const KMeans& found) {
  std::vector<double> out(found.of.size());
  for (std::size_t r = 0; r < out.size(); ++r) {
    const double own = 1 - found.similarities[r], other = 1 - found.others[r], larger = std::max(own, other);
    if (larger > 0) out[r] = (other - own) / larger;
  }
  return out;
}

}  // namespace hearken::numerics
