// The bound on what codes lose holds for every pair of vectors, and is not far from what they do lose.
#include "search/scan/codes.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>
#include <vector>

namespace hearken::search {
namespace {

constexpr std::size_t kCodeDimensions[] = {1, 3, 7, 64, 100, 512};

struct Coded {
  explicit Coded(std::size_t dimension)
      : codes(padded(1) / kPanelRows * panel_bytes(dimension), kZeroCode), numbers(3 * padded(1)) {}
  PartMemory memory() {
    return {codes.data(), numbers.data(), numbers.data() + padded(1), numbers.data() + 2 * padded(1)};
  }
  RowBlock part() { return {0, padded(1), codes.data(), {memory().scale, memory().residual, memory().norm}}; }

  std::vector<std::uint8_t> codes;
  std::vector<float> numbers;
};

long double exact_product(const std::vector<float>& a, const std::vector<float>& b) {
  long double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += static_cast<long double>(a[i]) * static_cast<long double>(b[i]);
  return sum;
}

void expect_bound(const std::vector<float>& x, const std::vector<float>& y, std::size_t row) {
  const std::size_t n = x.size();
  Coded coded(n);
  encode(x, row, coded.memory());
  const double residual = static_cast<double>(coded.memory().residual[row]),
               norm = static_cast<double>(coded.memory().norm[row]),
               scale = static_cast<double>(coded.memory().scale[row]);
  const long double exact = exact_product(x, y);
  for (const int planes : {1, 2}) {
    const CodedQuery query = encode_query(y, planes);
    double sum = 0;
    for (std::size_t i = 0; i < n; ++i) {
      const int number = planes == 2 ? 128 * query.high[i] + query.low[i] : query.high[i];
      ASSERT_GE(query.high[i], -127);
      ASSERT_LE(std::abs(number), planes == 2 ? 16256 : 127);
      sum += static_cast<double>(number) * (coded.codes[code_at(row, i, n)] - kZeroCode);
    }
    const double margin = query.margin(residual, norm);
    ASSERT_FALSE(static_cast<double>(std::abs(exact - static_cast<long double>(sum * query.unit * scale))) > margin)
        << planes << " planes, " << n;
  }
  const CodedQuery query = encode_query(y, 1);
  if (std::isinf(query.residual)) return;  // of no usual length: every row is looked at in full
  const Estimate e = estimate(y, query.length, coded.part(), row);
  ASSERT_FALSE(static_cast<double>(std::abs(exact - static_cast<long double>(e.score))) > e.margin) << n;
}

TEST(Encode, TheBoundHolds) {
  std::mt19937 random(1);
  std::normal_distribution<float> normal;
  std::uniform_real_distribution<float> exponent(-6, 6);
  for (const std::size_t n : kCodeDimensions)
    for (int round = 0; round < 300; ++round) {
      std::vector<float> x(n), y(n);
      const float by = std::pow(10.0F, exponent(random));
      for (float& v : x) v = by * normal(random);
      for (float& v : y) v = normal(random) / std::sqrt(static_cast<float>(n));
      if (round % 4 == 1) {  // the worst query: all of what is lost
        Coded coded(n);
        encode(x, 0, coded.memory());
        double square = 0;
        for (std::size_t i = 0; i < n; ++i) {
          y[i] = x[i] - coded.memory().scale[0] * static_cast<float>(coded.codes[code_at(0, i, n)] - kZeroCode);
          square += static_cast<double>(y[i]) * static_cast<double>(y[i]);
        }
        for (float& v : y) v = square > 0 ? v / static_cast<float>(std::sqrt(square)) : 1.0F;
      }
      if (round % 4 == 2) x.assign(n, 0.0F), x[random() % n] = by;
      if (round % 4 == 3) y = x;
      expect_bound(x, y, random() % kBlockRows);
    }
}

TEST(Encode, OddNumbersAreBoundedToo) {
  for (const float odd : {0.0F, -0.0F, 1e-45F, 1e-40F, 1e-16F, 2e-15F, 9e14F, 2e15F, 3e38F})
    expect_bound({0.0F, odd, -odd / 3}, {0.5F, 0.5F, 0.7F}, 1);
  for (const float none : {std::numeric_limits<float>::infinity(), std::numeric_limits<float>::quiet_NaN()}) {
    Coded coded(3);
    encode(std::vector<float>{1, none, 0}, 0, coded.memory());
    EXPECT_EQ(coded.memory().residual[0], std::numeric_limits<float>::infinity());
  }
}

// Of unit vectors like those of models: 127 steps for the greatest of 512 normal numbers.
TEST(Encode, LosesLittle) {
  std::mt19937 random(2);
  std::normal_distribution<float> normal;
  for (int round = 0; round < 50; ++round) {
    std::vector<float> x(512);
    for (float& v : x) v = normal(random) / std::sqrt(512.0F);
    Coded coded(512);
    encode(x, 0, coded.memory());
    EXPECT_LT(coded.memory().residual[0], 0.013F);
    const CodedQuery coarse = encode_query(x, 1), fine = encode_query(x, 2);
    EXPECT_LT(coarse.residual, 0.013);
    EXPECT_LT(fine.residual, 0.00011);
  }
}

TEST(PackedQueries, AreWhereTheProductLooks) {
  std::mt19937 random(3);
  std::normal_distribution<float> normal;
  for (const int planes : {1, 2})
    for (const std::size_t count : {1U, 2U, 3U, 5U, 6U, 7U, 12U, 13U, 48U}) {
      const std::size_t n = 10;
      std::vector<std::vector<float>> floats(count, std::vector<float>(n));
      std::vector<CodedQuery> queries;
      for (auto& v : floats) {
        for (float& x : v) x = normal(random);
        queries.push_back(encode_query(v, planes));
      }
      const PackedQueries packed(queries, n);
      std::size_t next = 0;
      for (const PackedQueries::Group& group : packed.groups()) {
        EXPECT_EQ(group.first, next);
        const std::size_t width = group.packed.queries, p = static_cast<std::size_t>(planes);
        EXPECT_TRUE(width == 2 || width == 4 || width == 8 || width == 12) << width;
        for (std::size_t q = 0; q < group.count; ++q)
          for (std::size_t plane = 0; plane < p; ++plane) {
            const auto& want = plane == 0 ? queries[next + q].high : queries[next + q].low;
            std::int32_t sum = 0;
            for (std::size_t i = 0; i < n; ++i) {
              EXPECT_EQ(group.packed.values[(i / 4 * width + q * p + plane) * 4 + i % 4], want[i]);
              sum += want[i];
            }
            EXPECT_EQ(group.packed.starts[q * p + plane], -128 * sum);
          }
        next += group.count;
      }
      EXPECT_EQ(next, count);
    }
}

}  // namespace
}  // namespace hearken::search
