// Vectors as int8 codes, and the bound on how far a product with a code is from the product with its vector.
//
// A row x becomes x̂ = scale · c, c whole numbers from −127 to 127, with the length of what is lost, |x − x̂|, and of
// what is kept, |x̂|. For a query y and its own code ŷ:
//
//     |y·x − ŷ·x̂| = |y·(x − x̂) + (y − ŷ)·x̂| ≤ |y| · |x − x̂| + |y − ŷ| · |x̂|          (Cauchy and Schwarz)
//
// The lengths are rounded up, and the bound is widened by what rounding in float can do: it holds for the numbers as
// they are computed, including a product in float64.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "search/scan/dot.h"

namespace hearken::search {

/// The least float that is not below it.
float rounded_up(double value);

/// Rows come in blocks of as many; what fills the last one up are rows of zeros.
inline constexpr std::size_t kBlockRows = 4 * kPanelRows;
inline constexpr std::size_t padded(std::size_t rows) { return (rows + kBlockRows - 1) / kBlockRows * kBlockRows; }

/// Coded rows, wherever they lie; codes 64-byte aligned.
struct RowBlock {
  std::size_t first = 0;  // the number of its first row
  std::size_t rows = 0;   // a multiple of kBlockRows
  const std::uint8_t* codes = nullptr;
  RowNumbers numbers;
};

/// Where encode() writes: arrays for padded(n) rows, codes filled with kZeroCode and numbers with 0 before.
struct PartMemory {
  std::uint8_t* codes = nullptr;
  float* scale = nullptr;
  float* residual = nullptr;
  float* norm = nullptr;
};

/// Codes one row [dimension]. A row that is not finite, or beyond 1e15, gets an endless residual: it is always looked
/// at in full.
void encode(std::span<const float> x, std::size_t row, const PartMemory& to);

/// A query's code: in one plane (±127) or in two (±16256 = 128 · high + low), which is 128 times as fine.
struct CodedQuery {
  std::span<const float> exact;
  double unit = 0;      // ŷ = unit · (the whole numbers)
  double length = 0;    // |y|
  double residual = 0;  // |y − ŷ|; endless for a query that is not finite, or of no usual length
  int planes = 1;
  std::vector<std::int8_t> high, low;

  /// y·x is within margin() of ŷ·x̂, for a row with these numbers.
  double margin(double row_residual, double row_norm) const { return a() * row_residual + b() * row_norm; }
  double a() const { return length * (1 + kSlack); }
  double b() const { return residual * (1 + kSlack) + length * kSlack; }
  static constexpr double kSlack = 0x1p-18;
};
CodedQuery encode_query(std::span<const float> y, int planes);

/// Queries side by side as dot_panels() takes them, in groups of at most kMostQueries values.
class PackedQueries {
 public:
  PackedQueries(std::span<const CodedQuery> queries, std::size_t dimension);

  struct Group {
    QueryGroup packed;
    std::size_t first = 0, count = 0;  // the queries it holds
  };
  std::span<const Group> groups() const { return groups_; }

 private:
  std::vector<std::vector<std::int8_t>> values_;
  std::vector<std::vector<std::int32_t>> starts_;
  std::vector<Group> groups_;
};

/// The product of a query in float and a row's code, and how far at most the true product is from it.
struct Estimate {
  double score = 0, margin = 0;
};
Estimate estimate(std::span<const float> y, double length, const RowBlock& part, std::size_t row);

}  // namespace hearken::search
