// bench_search: rounds over the scan, reading its codes, and oneDNN's product of the same size.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/cpu/isa.h"
#include "core/numerics/vectors.h"
#include "core/split_mix.h"
#include "core/threads/team.h"
#include "core/threads/threads.h"
#include "hearken/bench.h"
#include "hearken/error.h"
#include "library/half.h"
#include "nn/cpu/bare_products.h"
#include "search/scan/code_segment.h"
#include "search/scan/nearest.h"
#include "search/scan/stored_rows.h"

namespace hearken {
namespace {

using namespace search;

constexpr std::size_t kDimension = 512, kTrackWindows = 50, kBest = 10;
constexpr std::size_t kPiece = 16384;  // windows of one of oneDNN's products
constexpr int kRounds = 9;
constexpr int kChecked = 4;  // queries that brute force answers too

// Of a seed, the same numbers everywhere.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed * kSplitMixStep) {}
  std::uint64_t bits() { return split_mix(state_ += kSplitMixStep); }
  // The sum of four even numbers, of variance 1: nearly normal.
  float normal() {
    const std::uint64_t b = bits();
    const auto sum = static_cast<int>((b & 0xFFFF) + (b >> 16U & 0xFFFF) + (b >> 32U & 0xFFFF) + (b >> 48U));
    return static_cast<float>(sum - 2 * 0xFFFF) * (1.7320508F / 65536);
  }

 private:
  std::uint64_t state_;
};

// A little like windows of music: all alike to a degree (cosine 0.3), those of one track more (0.8).
void make_window(std::size_t of_track, std::size_t window, std::span<float> out) {
  Random common(1), track(2 + of_track), own(~window);
  double square = 0;
  for (float& x : out) {
    x = 0.55F * common.normal() + 0.7F * track.normal() + 0.45F * own.normal();
    square += static_cast<double>(x) * static_cast<double>(x);
  }
  for (float& x : out) x /= static_cast<float>(std::sqrt(square));
}

struct Rows {
  std::vector<std::uint16_t> halves;  // [windows, kDimension], as a library has them
  std::unique_ptr<NewSegment> codes;
};

Rows make_rows(std::size_t windows, Team& team) {
  SegmentHeader header;
  header.dimension = kDimension;
  std::vector<Entry> tracks((windows + kTrackWindows - 1) / kTrackWindows);
  for (std::size_t t = 0; t < tracks.size(); ++t)
    tracks[t].windows = std::min(kTrackWindows, windows - t * kTrackWindows);
  Rows rows;
  rows.halves.resize(windows * kDimension);
  rows.codes = std::make_unique<NewSegment>(header, tracks, std::span<const std::int64_t>());
  team.run(tracks.size(), [&](std::size_t t, int) {
    std::array<float, kDimension> vector;
    for (std::size_t w = t * kTrackWindows; w < t * kTrackWindows + tracks[t].windows; ++w) {
      make_window(t, w, vector);
      const std::span<std::uint16_t> stored = std::span(rows.halves).subspan(w * kDimension, kDimension);
      std::transform(vector.begin(), vector.end(), stored.begin(), library::half_from_float);
      widen(stored, vector);
      rows.codes->set_window(w, vector);
    }
  });
  return rows;
}

// As more windows of tracks here and there.
std::vector<float> make_queries(std::size_t queries, std::size_t windows) {
  std::vector<float> out(queries * kDimension);
  for (std::size_t q = 0; q < queries; ++q)
    make_window((q + 1) * windows / (queries + 1) / kTrackWindows, windows + q,
                std::span(out).subspan(q * kDimension, kDimension));
  return out;
}

template <class What>
double warm_milliseconds(What what) {
  what();
  const double start = monotonic_seconds();
  what();
  return 1e3 * (monotonic_seconds() - start);
}

Times times(std::vector<double> rounds) {
  std::sort(rounds.begin(), rounds.end());
  return {rounds[rounds.size() / 2], rounds[0]};
}

void read_all(std::span<const std::uint8_t> bytes, Team& team) {
  constexpr std::size_t kChunk = 1 << 19U;
  std::vector<std::uint64_t> seen(static_cast<std::size_t>(team.threads()) * 8);
  team.run((bytes.size() + kChunk - 1) / kChunk, [&](std::size_t i, int worker) {
    const auto chunk = bytes.subspan(i * kChunk, std::min(kChunk, bytes.size() - i * kChunk));
    seen[static_cast<std::size_t>(worker) * 8] |= read_once(chunk.data(), chunk.size());
  });
}

// In float64, as nearest() ranks what the codes let through.
double exact_score(const Rows& rows, std::span<const float> query, std::size_t row, std::size_t q,
                   std::span<float> scratch) {
  widen(std::span(rows.halves).subspan(row * kDimension, kDimension), scratch);
  return numerics::dot(query.subspan(q * kDimension, kDimension), scratch);
}

// The int8 product of all queries with all windows, in pieces whose sums stay in the caches; of all windows at once
// they would not.
std::vector<nn::Cpu::ProductShape> product_alone(int queries, std::size_t windows) {
  std::vector<nn::Cpu::ProductShape> pieces;
  for (std::size_t w = 0; w < windows; w += kPiece)
    pieces.push_back({queries, static_cast<int>(kDimension), static_cast<int>(std::min(kPiece, windows - w)),
                      nn::ProductType::int8});
  return pieces;
}

// Found are as many of the best as brute force in float64 has them.
double recall(const std::vector<std::vector<RankedRow>>& found, const Rows& rows, std::span<const float> query,
              std::size_t count, Team& team) {
  std::size_t right = 0, all = 0;
  for (std::size_t q = 0; q < found.size(); q += std::max<std::size_t>(1, found.size() / kChecked)) {
    std::vector<double> scores(count);
    constexpr std::size_t kStretch = 4096;
    team.run((count + kStretch - 1) / kStretch, [&](std::size_t i, int) {
      std::vector<float> scratch(kDimension);
      for (std::size_t r = i * kStretch; r < std::min(count, (i + 1) * kStretch); ++r)
        scores[r] = exact_score(rows, query, r, q, scratch);
    });
    const std::size_t best = std::min(kBest, count);
    std::nth_element(scores.begin(), scores.begin() + static_cast<std::ptrdiff_t>(best - 1), scores.end(),
                     std::greater<>());
    const double least = scores[best - 1];
    all += best;
    right += static_cast<std::size_t>(
        std::count_if(found[q].begin(), found[q].end(), [&](const RankedRow& r) { return r.score >= least; }));
  }
  return static_cast<double>(right) / static_cast<double>(all);
}

}  // namespace

SearchBench bench_search(std::int64_t windows, int queries, int threads) {
  if (windows < 1) throw Error(ErrorCode::invalid_argument, "windows: " + std::to_string(windows) + ", not 1 or more");
  if (queries < 1) throw Error(ErrorCode::invalid_argument, "queries: " + std::to_string(queries) + ", not 1 or more");
  isa_cap();
  SearchBench out;
  out.windows = windows;
  out.queries = queries;
  out.threads = thread_count(threads);
  Team team(out.threads);
  const auto count = static_cast<std::size_t>(windows), asked = static_cast<std::size_t>(queries);
  const Rows rows = make_rows(count, team);
  const std::vector<float> query = make_queries(asked, count);
  const RowBlock part = rows.codes->view().windows;

  std::vector<float> vector(kDimension);
  Searched searched;
  searched.parts = std::span(&part, 1);
  searched.dimension = kDimension;
  searched.visible = [&](std::size_t, std::size_t row, std::span<std::uint16_t> masks) {
    for (std::size_t p = 0; p < masks.size(); ++p) {
      const std::size_t first = row + p * kPanelRows, left = count > first ? count - first : 0;
      masks[p] = static_cast<std::uint16_t>(left >= kPanelRows ? 0xFFFFU : (1U << left) - 1U);
    }
  };
  searched.exact = [&](std::size_t row, std::size_t q) -> std::optional<RankedRow> {
    return RankedRow{exact_score(rows, query, row, q, vector), static_cast<std::int64_t>(row), 0};
  };

  const std::span<const std::uint8_t> codes(part.codes, part.rows / kPanelRows * panel_bytes(kDimension));
  std::optional<nn::BareProducts> product;
  if (queries > 1) product.emplace(product_alone(queries, count));
  std::vector<std::vector<RankedRow>> found;
  std::vector<double> of_query, of_reading, of_product;
  for (int round = 0; round < kRounds; ++round) {
    of_query.push_back(warm_milliseconds([&] { found = nearest(searched, query, kBest, team); }));
    of_reading.push_back(warm_milliseconds([&] { read_all(codes, team); }));
    if (product) of_product.push_back(warm_milliseconds([&] { product->run(out.threads); }));
  }
  out.query_ms = times(of_query);
  out.read_once_ms = times(of_reading);
  if (product) out.product_ms = times(of_product);
  out.bytes_per_second = static_cast<double>(codes.size()) / (1e-3 * out.read_once_ms.median);
  out.recall_at_10 = recall(found, rows, query, count, team);
  return out;
}

}  // namespace hearken
