// Products of quantised queries with coded rows, and which rows they leave in the running: the scan's inner loops.
//
// Codes are laid in panels of 16 rows: step after step the bytes of four dimensions, row by row, so that a vector
// register's 32-bit lanes are rows and no sum is ever taken across lanes. A code is 128 + the quantised number, which
// is what VNNI multiplies (unsigned by signed); queries are signed.
#pragma once

#include <cstddef>
#include <cstdint>

namespace hearken::search {

inline constexpr std::size_t kPanelRows = 16;
inline constexpr std::size_t kMostQueries = 12;  // of one product: with two panels they fill the registers
inline constexpr std::uint8_t kZeroCode = 128;

/// Steps of four dimensions; what is beyond the dimension is kZeroCode in a row and 0 in a query.
inline constexpr std::size_t steps_of(std::size_t dimension) { return (dimension + 3) / 4; }
inline constexpr std::size_t panel_bytes(std::size_t dimension) { return steps_of(dimension) * 4 * kPanelRows; }

/// Where a row's number of one dimension lies among the codes.
inline constexpr std::size_t code_at(std::size_t row, std::size_t i, std::size_t dimension) {
  return row / kPanelRows * panel_bytes(dimension) + i / 4 * 4 * kPanelRows + row % kPanelRows * 4 + i % 4;
}

/// Some queries as a product wants them.
struct QueryGroup {
  const std::int8_t* values = nullptr;   // [steps][queries][4]
  const std::int32_t* starts = nullptr;  // [queries]: −128 · the sum of a query's numbers, as codes are 128 too large
  std::size_t queries = 0;               // 2, 4, 8 or 12
};

/// sums[q · 16 · panels + r] = Σ_i (code[r, i] − 128) · query[q, i], exact, for 2 or 4 panels that follow each other.
/// codes and sums are 64-byte aligned.
void dot_panels(const std::uint8_t* codes, std::size_t panels, std::size_t steps, const QueryGroup& group,
                std::int32_t* sums);

/// The two ways of dot_panels(): by Highway, and by AVX-512 VNNI, which only some CPUs have.
void dot_panels_portable(const std::uint8_t* codes, std::size_t panels, std::size_t steps, const QueryGroup& group,
                         std::int32_t* sums);
bool has_vnni();
void dot_panels_vnni(const std::uint8_t* codes, std::size_t panels, std::size_t steps, const QueryGroup& group,
                     std::int32_t* sums);

/// What a row must reach: (high · sum of the first plane + low · sum of the second) · scale + a · residual + b · norm
/// is at least `least`, or not a number. A query of one plane has planes = 1 and no `low`.
struct Bar {
  float high = 0, low = 0, a = 0, b = 0, least = 0;
};

/// What is kept about a row beside its codes; arrays by row.
struct RowNumbers {
  const float* scale = nullptr;
  const float* residual = nullptr;
  const float* norm = nullptr;
};

/// masks[q · panels + p]: a bit for each row of panel p that reaches bars[q]. `sums` as dot_panels() leaves them, the
/// planes of a query one after the other. Returns whether there is any bit.
bool passing(const std::int32_t* sums, std::size_t panels, int planes, const Bar* bars, std::size_t queries,
             const RowNumbers& rows, std::uint16_t* masks);

/// The bytes combined, for measuring how fast they can be read.
std::uint64_t read_once(const std::uint8_t* bytes, std::size_t size);

}  // namespace hearken::search
