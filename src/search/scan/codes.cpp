// Quantisation of rows and of queries.
#include "search/scan/codes.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>

namespace hearken::search {
namespace {

constexpr float kEndless = std::numeric_limits<float>::infinity();
constexpr float kLargest = 1e15F, kSmallest = 1e-15F;  // beyond them float could not hold products of lengths

// The nearest whole number, for |v| below 2^22, so that compilers can use vectors.
std::int32_t nearest(float v) {
  constexpr float kMagic = 12582912.0F;
  return std::bit_cast<std::int32_t>(v + kMagic) - std::bit_cast<std::int32_t>(kMagic);
}

// In eight sums of fixed order.
template <class Term>
double sum_of(std::size_t n, const Term& term) {
  std::array<double, 8> lanes{};
  std::size_t i = 0;
  for (; i + 8 <= n; i += 8)
    for (std::size_t j = 0; j < 8; ++j) lanes[j] += term(i + j);
  double sum = 0;
  for (; i < n; ++i) sum += term(i);
  for (const double lane : lanes) sum += lane;
  return sum;
}

float largest_of(std::span<const float> x) {
  std::array<float, 16> lanes{};
  std::size_t i = 0;
  for (; i + 16 <= x.size(); i += 16)
    for (std::size_t j = 0; j < 16; ++j) lanes[j] = std::max(lanes[j], std::abs(x[i + j]));
  for (; i < x.size(); ++i) lanes[0] = std::max(lanes[0], std::abs(x[i]));
  return *std::max_element(lanes.begin(), lanes.end());
}

bool all_finite(std::span<const float> x) {
  return std::all_of(x.begin(), x.end(), [](float v) { return std::isfinite(v); });
}

}  // namespace

float rounded_up(double value) {
  const auto near = static_cast<float>(value);
  return static_cast<double>(near) < value ? std::nextafter(near, kEndless) : near;
}

void encode(std::span<const float> x, std::size_t row, const PartMemory& to) {
  const std::size_t n = x.size();
  const float largest = largest_of(x);
  to.scale[row] = to.norm[row] = 0;
  if (largest < kSmallest || !(largest <= kLargest) || !all_finite(x)) {  // without a code
    to.residual[row] = all_finite(x) && largest <= kLargest
                           ? largest == 0 ? 0.0F : 2 * kSmallest * std::sqrt(static_cast<float>(n))
                           : kEndless;
    for (std::size_t i = 0; i < n; ++i) to.codes[code_at(row, i, n)] = kZeroCode;
    return;
  }
  const float scale = largest / 127, inverse = 127 / largest;
  std::uint8_t* const first = to.codes + code_at(row, 0, n);
  std::array<std::int32_t, 64> level;
  double lost = 0, kept = 0;
  for (std::size_t i = 0; i < n; i += level.size()) {
    const std::size_t count = std::min(level.size(), n - i);
    for (std::size_t j = 0; j < count; ++j) level[j] = std::clamp(nearest(x[i + j] * inverse), -127, 127);
    lost += sum_of(count, [&](std::size_t j) {
      const double d = static_cast<double>(x[i + j]) - static_cast<double>(scale) * level[j];
      return d * d;
    });
    kept += sum_of(count, [&](std::size_t j) { return static_cast<double>(level[j]) * level[j]; });
    for (std::size_t j = 0; j < count; ++j)
      first[(i + j) / 4 * 4 * kPanelRows + (i + j) % 4] = static_cast<std::uint8_t>(level[j] + kZeroCode);
  }
  to.scale[row] = scale;
  to.residual[row] = rounded_up(std::sqrt(lost) * (1 + 1e-9));
  to.norm[row] = rounded_up(static_cast<double>(scale) * std::sqrt(kept) * (1 + 1e-9));
}

CodedQuery encode_query(std::span<const float> y, int planes) {
  CodedQuery out;
  out.exact = y;
  out.planes = planes;
  out.high.assign(y.size(), 0);
  if (planes == 2) out.low.assign(y.size(), 0);
  const float largest = largest_of(y);
  out.length =
      std::sqrt(sum_of(y.size(), [&](std::size_t i) { return static_cast<double>(y[i]) * static_cast<double>(y[i]); }));
  if (largest == 0 && all_finite(y)) return out;
  if (!(out.length >= 0x1p-20 && out.length <= 0x1p20)) {  // every row is looked at in full
    out.length = 1;
    out.residual = std::numeric_limits<double>::infinity();
    return out;
  }
  const int most = planes == 2 ? 128 * 127 : 127;
  out.unit = static_cast<double>(largest) / most;
  double lost = 0;
  for (std::size_t i = 0; i < y.size(); ++i) {
    const auto level = std::clamp(static_cast<int>(std::lrint(static_cast<double>(y[i]) / out.unit)), -most, most);
    const double d = static_cast<double>(y[i]) - out.unit * level;
    lost += d * d;
    const int high = planes == 2 ? (level + 64 + 128 * 128) / 128 - 128 : level;
    out.high[i] = static_cast<std::int8_t>(high);
    if (planes == 2) out.low[i] = static_cast<std::int8_t>(level - 128 * high);
  }
  out.residual = std::sqrt(lost) * (1 + 1e-9);
  return out;
}

PackedQueries::PackedQueries(std::span<const CodedQuery> queries, std::size_t dimension) {
  if (queries.empty()) return;
  const auto planes = static_cast<std::size_t>(queries[0].planes);
  for (std::size_t first = 0; first < queries.size();) {
    const std::size_t count = std::min(queries.size() - first, kMostQueries / planes), used = count * planes;
    const std::size_t width = used <= 2 ? 2 : used <= 4 ? 4 : used <= 8 ? 8 : kMostQueries;
    auto& values = values_.emplace_back(steps_of(dimension) * width * 4);
    auto& starts = starts_.emplace_back(width);
    for (std::size_t q = 0; q < used; ++q) {
      const CodedQuery& query = queries[first + q / planes];
      const std::vector<std::int8_t>& plane = q % planes == 0 ? query.high : query.low;
      for (std::size_t i = 0; i < dimension; ++i) {
        values[(i / 4 * width + q) * 4 + i % 4] = plane[i];
        starts[q] -= kZeroCode * plane[i];
      }
    }
    groups_.push_back({{values.data(), starts.data(), width}, first, count});
    first += count;
  }
}

Estimate estimate(std::span<const float> y, double length, const RowBlock& part, std::size_t row) {
  const std::size_t n = y.size();
  const std::uint8_t* const first = part.codes + code_at(row, 0, n);
  const double sum = sum_of(n, [&](std::size_t i) {
    return static_cast<double>(y[i]) * (first[i / 4 * 4 * kPanelRows + i % 4] - kZeroCode);
  });
  const RowNumbers& numbers = part.numbers;
  const double residual = static_cast<double>(numbers.residual[row]), norm = static_cast<double>(numbers.norm[row]);
  return {sum * static_cast<double>(numbers.scale[row]), length * ((1 + 1e-9) * residual + 1e-9 * norm)};
}

}  // namespace hearken::search
