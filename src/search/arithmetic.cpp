// Directions, their sums, and windows drawn by them; all in float64 until the last step.
#include "search/arithmetic.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "hearken/error.h"

namespace hearken::search {
namespace {

constexpr double kCancelled = 0.01;  // of a unit vector

double length(std::span<const double> v) {
  double square = 0;
  for (const double x : v) square += x * x;
  return std::sqrt(square);
}

void append_unit(std::span<const double> sum, double length_of_sum, std::vector<float>& out) {
  for (const double x : sum) out.push_back(static_cast<float>(x / length_of_sum));
}

// The item's direction with its sign: s · u of like.h. An item whose windows cancel each other has none.
std::vector<double> signed_direction(const ItemVectors& item, std::size_t dimension) {
  std::vector<double> sum(dimension, 0.0);
  for (std::size_t i = 0; i < item.vectors.size(); ++i) sum[i % dimension] += static_cast<double>(item.vectors[i]);
  const double norm = length(sum);
  for (double& x : sum) x *= norm > 0 ? (item.negative ? -1 : 1) / norm : 0;
  return sum;
}

// 1 / the cosine of a query and of its sounds alone. What others draw very far away is read as if it were nearer.
double scale_of(std::span<const double> query, std::span<const double> sounds) {
  constexpr double kLeast = 0.1;
  const double lengths = length(query) * length(sounds);
  const double product = std::inner_product(query.begin(), query.end(), sounds.begin(), 0.0);
  return lengths > 0 ? 1 / std::clamp(product / lengths, kLeast, 1.0) : 1;
}

void check_something_counts_for(std::span<const ItemVectors> items) {
  if (std::none_of(items.begin(), items.end(), is_asked_for))
    throw Error(ErrorCode::invalid_argument,
                "a query by sound needs a file or a track that counts for; words alone are for find");
}

Error cancelled() {
  return Error(ErrorCode::invalid_argument,
               "what counts for and what counts against cancel each other: nothing is left to search for");
}

}  // namespace

QueryWindows query_windows(std::span<const ItemVectors> items, std::size_t dimension) {
  check_something_counts_for(items);
  std::vector<std::vector<double>> directions;
  if (items.size() > 1)
    for (const ItemVectors& item : items) directions.push_back(signed_direction(item, dimension));
  QueryWindows out;
  for (std::size_t j = 0; j < items.size(); ++j) {
    if (!is_asked_for(items[j])) continue;
    const std::span<const float> rows = items[j].vectors;
    for (std::size_t w = 0; w * dimension < rows.size(); ++w) {
      const std::span<const float> row = rows.subspan(w * dimension, dimension);
      if (items.size() == 1) {
        out.vectors.insert(out.vectors.end(), row.begin(), row.end());
        out.scale.push_back(1);
      } else {
        std::vector<double> sum(row.begin(), row.end()), sounds = sum;
        for (std::size_t i = 0; i < items.size(); ++i) {
          for (std::size_t d = 0; i != j && d < dimension; ++d) {
            sum[d] += directions[i][d];
            if (is_asked_for(items[i])) sounds[d] += directions[i][d];
          }
        }
        const double norm = length(sum);
        if (norm < kCancelled) continue;
        append_unit(sum, norm, out.vectors);
        out.scale.push_back(scale_of(sum, sounds));
      }
      out.places.push_back({j, w});
    }
  }
  if (out.places.empty()) throw cancelled();
  return out;
}

std::vector<float> query_mean(std::span<const ItemVectors> items, std::size_t dimension, double* scale) {
  check_something_counts_for(items);
  std::vector<double> sum(dimension, 0.0), sounds = sum;
  for (const ItemVectors& item : items) {
    const std::vector<double> direction = signed_direction(item, dimension);
    for (std::size_t d = 0; d < dimension; ++d) {
      sum[d] += direction[d];
      if (is_asked_for(item)) sounds[d] += direction[d];
    }
  }
  const double norm = length(sum);
  if (norm < kCancelled) throw cancelled();
  if (scale != nullptr) *scale = scale_of(sum, sounds);
  std::vector<float> out;
  append_unit(sum, norm, out);
  return out;
}

}  // namespace hearken::search
