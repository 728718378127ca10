// Two passes over the stored means: some to find the axes, all to be put on them.
#include "server/plane.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstring>
#include <functional>
#include <map>
#include <random>
#include <span>
#include <utility>

#include "library/library_impl.h"
#include "library/sqlite.h"
#include "search/arithmetic.h"

namespace hearken::server {
namespace {

using library::Statement;

constexpr std::size_t kSample = 4096;
constexpr std::size_t kAxes = 4;  // two more than wanted: the iteration then settles sooner
constexpr int kRounds = 60;

using Axes = std::vector<std::vector<double>>;  // [kAxes][dimension]

// each(place, id, genre, mean [dimension] of length 1) for the tracks of the space by id.
void for_each_track(const Library& library, const View& view,
                    const std::function<void(std::size_t, std::int64_t, const std::string&, std::span<float>)>& each) {
  Statement rows(library.impl().db(),
                 "SELECT t.id, t.genre, e.mean FROM embeddings e JOIN tracks t ON t.id = e.track_id "
                 "WHERE e.model_id = ? AND t.missing = 0 ORDER BY t.id");
  std::vector<float> mean(view.space.dimension);
  std::size_t place = 0;
  for (rows.bind(view.space.model_id); rows.step(); ++place) {
    const library::Bytes bytes = rows.bytes(2);
    if (bytes.size() != mean.size() * sizeof(float)) continue;  // damaged; a search names it
    std::memcpy(mean.data(), bytes.data(), bytes.size());
    search::scale_to_unit(mean, mean.size());
    each(place, rows.integer(0), rows.text(1), mean);
  }
}

double product(std::span<const float> row, std::span<const double> axis) {
  double sum = 0;
  for (std::size_t i = 0; i < row.size(); ++i) sum += static_cast<double>(row[i]) * axis[i];
  return sum;
}

// Gram and Schmidt's way, an axis after the other; returns their lengths before.
std::array<double, kAxes> make_orthonormal(Axes& axes) {
  std::array<double, kAxes> lengths{};
  for (std::size_t a = 0; a < axes.size(); ++a) {
    for (std::size_t b = 0; b < a; ++b) {
      double along = 0;
      for (std::size_t i = 0; i < axes[a].size(); ++i) along += axes[a][i] * axes[b][i];
      for (std::size_t i = 0; i < axes[a].size(); ++i) axes[a][i] -= along * axes[b][i];
    }
    double square = 0;
    for (const double x : axes[a]) square += x * x;
    lengths[a] = std::sqrt(square);
    for (double& x : axes[a]) x = lengths[a] > 0 ? x / lengths[a] : 0;
  }
  return lengths;
}

struct Principal {
  Axes axes;
  std::array<double, 2> shares = {0.0, 0.0};
};

// Of centred rows [n, dimension].
Principal principal_axes(std::span<const float> rows, std::size_t dimension) {
  Principal out;
  std::mt19937 random(1);
  for (std::size_t a = 0; a < kAxes; ++a) {
    std::vector<double>& axis = out.axes.emplace_back(dimension);
    for (double& x : axis) x = static_cast<double>(random()) / static_cast<double>(std::mt19937::max()) - 0.5;
  }
  make_orthonormal(out.axes);
  std::array<double, kAxes> variances{};
  for (int round = 0; round < kRounds; ++round) {
    Axes next(kAxes, std::vector<double>(dimension));
    for (std::size_t r = 0; r < rows.size(); r += dimension) {
      const auto row = rows.subspan(r, dimension);
      for (std::size_t a = 0; a < kAxes; ++a) {
        const double along = product(row, out.axes[a]);
        for (std::size_t i = 0; i < dimension; ++i) next[a][i] += along * static_cast<double>(row[i]);
      }
    }
    out.axes = std::move(next);
    variances = make_orthonormal(out.axes);
  }
  double all = 0;
  for (const float x : rows) all += static_cast<double>(x) * static_cast<double>(x);
  for (std::size_t a = 0; a < 2; ++a) {
    out.shares[a] = all > 0 ? variances[a] / all : 0;
    auto& axis = out.axes[a];
    const auto largest =
        std::max_element(axis.begin(), axis.end(), [](double x, double y) { return std::abs(x) < std::abs(y); });
    if (largest != axis.end() && *largest < 0)
      for (double& x : axis) x = -x;
  }
  return out;
}

}  // namespace

Plane plane_of(const Library& library, const View& view) {
  const std::size_t dimension = view.space.dimension;
  const std::size_t step = static_cast<std::size_t>(view.tracks) / kSample + 1;
  std::vector<float> sample;
  for_each_track(library, view, [&](std::size_t place, std::int64_t, const std::string&, std::span<float> mean) {
    if (place % step == 0) sample.insert(sample.end(), mean.begin(), mean.end());
  });
  std::vector<double> centre(dimension);
  for (std::size_t i = 0; i < sample.size(); ++i) centre[i % dimension] += static_cast<double>(sample[i]);
  for (double& x : centre) x /= std::max(1.0, static_cast<double>(sample.size() / dimension));
  for (std::size_t i = 0; i < sample.size(); ++i) sample[i] -= static_cast<float>(centre[i % dimension]);
  const Principal principal = principal_axes(sample, dimension);

  Plane out;
  out.shares = principal.shares;
  std::vector<std::string> genre_of;
  std::map<std::string, std::int64_t> counted;
  for_each_track(library, view, [&](std::size_t, std::int64_t id, const std::string& genre, std::span<float> mean) {
    for (std::size_t i = 0; i < dimension; ++i) mean[i] -= static_cast<float>(centre[i]);
    out.ids.push_back(id);
    out.x.push_back(static_cast<float>(product(mean, principal.axes[0])));
    out.y.push_back(static_cast<float>(product(mean, principal.axes[1])));
    genre_of.push_back(genre);
    if (!genre.empty()) ++counted[genre];
  });
  for (const auto& [genre, count] : counted) out.genres.push_back(genre);
  std::ranges::stable_sort(out.genres, std::ranges::greater(), [&](const std::string& g) { return counted.at(g); });
  std::map<std::string, int> places;
  for (const std::string& genre : out.genres) places.emplace(genre, static_cast<int>(places.size()));
  for (const std::string& genre : genre_of) out.genre.push_back(genre.empty() ? -1 : places.at(genre));
  return out;
}

std::shared_ptr<const Plane> Planes::of(const Library& mine, const std::shared_ptr<const View>& view) {
  std::lock_guard lock(mutex_);
  if (view_ != view) {
    plane_ = std::make_shared<const Plane>(plane_of(mine, *view));
    view_ = view;
  }
  return plane_;
}

}  // namespace hearken::server
