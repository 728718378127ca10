// Scan, gather, refine, score.
#include "search/nearest.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <functional>
#include <limits>
#include <optional>
#include <utility>

#include "search/topk.h"

namespace hearken::search {
namespace {

constexpr double kEndless = std::numeric_limits<double>::infinity();
constexpr std::size_t kTaskBlocks = 16;  // what a thread takes at a time: 1024 rows, half a megabyte at 512 dimensions
constexpr std::size_t kTaskPanels = kTaskBlocks * kBlockRows / kPanelRows;
constexpr std::size_t kManyCandidates = 4096;

// Rows that may be among the k best of one query, as one thread has seen it.
class Candidates {
 public:
  explicit Candidates(std::size_t k) : lows_(k) {}

  void add(double score, double margin, std::size_t row) {
    const bool bounded = margin < kEndless;
    const double high = bounded ? score + margin : kEndless, low = bounded ? score - margin : -kEndless;
    if (high < least()) return;
    lows_.offer(low);
    all_.push_back({high, row});
    if (all_.size() < limit_) return;
    drop_below(least());
    limit_ = std::max(kManyCandidates, 2 * all_.size());
  }

  // What a row must be able to reach; k rows surely do.
  double least() const { return lows_.full() ? lows_.worst() : -kEndless; }

  void drop_below(double bar) {
    std::erase_if(all_, [bar](const Candidate& c) { return c.high < bar; });
  }

  const std::vector<double>& lows() const { return lows_.kept(); }
  std::vector<Candidate>& all() { return all_; }

 private:
  TopK<double, std::greater<>> lows_;
  std::vector<Candidate> all_;
  std::size_t limit_ = kManyCandidates;
};

// The float that is not above it.
float rounded_down(double value) {
  const auto near = static_cast<float>(value);
  return static_cast<double>(near) > value ? std::nextafter(near, -std::numeric_limits<float>::infinity()) : near;
}

float rounded_up(double value) { return -rounded_down(-value); }

Bar bar_of(const CodedQuery& query) {
  const auto unit = static_cast<float>(query.unit);
  const float least = -std::numeric_limits<float>::infinity();
  return {query.planes == 2 ? 128 * unit : unit, query.planes == 2 ? unit : 0, rounded_up(query.a()),
          rounded_up(query.b()), least};
}

// A part's share of the work: tasks `first` and on.
struct Share {
  std::size_t first = 0, part = 0;
};

std::vector<Share> shares_of(std::span<const Part> parts, std::size_t& tasks) {
  std::vector<Share> shares;
  tasks = 0;
  for (std::size_t p = 0; p < parts.size(); ++p) {
    shares.push_back({tasks, p});
    tasks += (parts[p].rows + kTaskBlocks * kBlockRows - 1) / (kTaskBlocks * kBlockRows);
  }
  return shares;
}

// Calls each(part, first row in it, masks, worker) for stretches of all parts.
template <class Each>
void for_each_stretch(const Searched& rows, Team& team, const Each& each) {
  std::size_t tasks = 0;
  const std::vector<Share> shares = shares_of(rows.parts, tasks);
  team.run(tasks, [&](std::size_t task, int worker) {
    const Share& share = *std::prev(std::upper_bound(shares.begin(), shares.end(), task,
                                                     [](std::size_t t, const Share& s) { return t < s.first; }));
    const Part& part = rows.parts[share.part];
    const std::size_t row = (task - share.first) * kTaskBlocks * kBlockRows;
    const std::size_t panels = std::min(kTaskPanels, (part.rows - row) / kPanelRows);
    std::array<std::uint16_t, kTaskPanels> masks{};
    rows.visible(share.part, row, std::span(masks).first(panels));
    each(part, row, std::span<const std::uint16_t>(masks).first(panels), static_cast<std::size_t>(worker));
  });
}

RowNumbers from_row(const RowNumbers& numbers, std::size_t row) {
  return {numbers.scale + row, numbers.residual + row, numbers.norm + row};
}

// One thread's scan of stretches.
class Scanner {
 public:
  Scanner(std::span<const CodedQuery> queries, const PackedQueries& packed, std::size_t dimension, std::size_t k)
      : queries_(queries), packed_(packed), dimension_(dimension), candidates_(queries.size(), Candidates(k)) {
    for (const CodedQuery& query : queries) bars_.push_back(bar_of(query));
  }

  void scan(const Part& part, std::size_t row, std::span<const std::uint16_t> masks) {
    // Few queries wait for memory, and four panels hide more of that; many live off the nearest cache.
    const std::size_t at_once = packed_.groups().size() == 1 && packed_.groups()[0].packed.queries <= 4 ? 4 : 2;
    for (std::size_t p = 0; p < masks.size(); p += at_once) {
      const auto some = masks.subspan(p, at_once);
      if (std::any_of(some.begin(), some.end(), [](std::uint16_t m) { return m != 0; }))
        scan_panels(part, row + p * kPanelRows, some);
    }
  }

  Candidates& of(std::size_t query) { return candidates_[query]; }

 private:
  void scan_panels(const Part& part, std::size_t row, std::span<const std::uint16_t> visible) {
    const std::size_t panels = visible.size();
    const std::uint8_t* const codes = part.codes + row / kPanelRows * panel_bytes(dimension_);
    for (const PackedQueries::Group& group : packed_.groups()) {
      const int planes = queries_[0].planes;
      dot_panels(codes, panels, steps_of(dimension_), group.packed, sums_);
      if (!passing(sums_, panels, planes, bars_.data() + group.first, group.count, from_row(part.numbers, row), masks_))
        continue;
      for (std::size_t q = 0; q < group.count; ++q)
        for (std::size_t p = 0; p < panels; ++p)
          for (unsigned m = masks_[q * panels + p] & visible[p]; m != 0; m &= m - 1)
            take(part, row, panels, group.first + q, q, p * kPanelRows + static_cast<std::size_t>(std::countr_zero(m)));
    }
  }

  void take(const Part& part, std::size_t row, std::size_t panels, std::size_t query, std::size_t q, std::size_t r) {
    const CodedQuery& coded = queries_[query];
    const std::size_t count = panels * kPanelRows, at = row + r;
    const std::int32_t* const sums = sums_ + q * static_cast<std::size_t>(coded.planes) * count + r;
    const double sum = coded.planes == 2 ? 128.0 * sums[0] + sums[count] : sums[0];
    const RowNumbers& numbers = part.numbers;
    candidates_[query].add(
        sum * coded.unit * static_cast<double>(numbers.scale[at]),
        coded.margin(static_cast<double>(numbers.residual[at]), static_cast<double>(numbers.norm[at])),
        part.first + at);
    bars_[query].least = rounded_down(candidates_[query].least());
  }

  std::span<const CodedQuery> queries_;
  const PackedQueries& packed_;
  std::size_t dimension_;
  std::vector<Candidates> candidates_;
  std::vector<Bar> bars_;
  alignas(64) std::int32_t sums_[kMostQueries * kBlockRows];
  std::uint16_t masks_[kMostQueries * kBlockRows / kPanelRows];
};

const Part& part_of(std::span<const Part> parts, std::size_t row) {
  return *std::prev(std::upper_bound(parts.begin(), parts.end(), row,
                                     [](std::size_t r, const Part& part) { return r < part.first; }));
}

// The candidates of all threads; those of a query in one plane once more with its floats, which takes its own loss out
// of the bounds.
std::vector<Candidate> gather(const Searched& rows, const CodedQuery& query, std::span<Scanner> scanners,
                              std::size_t index, std::size_t k) {
  TopK<double, std::greater<>> lows(k);
  for (Scanner& scanner : scanners)
    for (const double low : scanner.of(index).lows()) lows.offer(low);
  const double least = lows.full() ? lows.worst() : -kEndless;
  std::vector<Candidate> all;
  for (Scanner& scanner : scanners) {
    scanner.of(index).drop_below(least);
    const auto& some = scanner.of(index).all();
    all.insert(all.end(), some.begin(), some.end());
  }
  if (query.planes == 2 || !(query.residual < kEndless)) return all;
  Candidates finer(k);
  for (const Candidate& c : all) {
    const Part& part = part_of(rows.parts, c.item);
    const Estimate e = estimate(query.exact, query.length, part, c.item - part.first);
    finer.add(e.score, e.margin, c.item);
  }
  finer.drop_below(finer.least());
  return std::move(finer.all());
}

}  // namespace

bool better(const Ranked& a, const Ranked& b) {
  if (a.score != b.score) {
    const bool a_is = !std::isnan(a.score), b_is = !std::isnan(b.score);
    if (a_is && b_is) return a.score > b.score;
    if (a_is != b_is) return a_is;
  }
  return a.id != b.id ? a.id < b.id : a.place < b.place;
}

std::vector<Ranked> best_of(std::vector<Candidate> candidates, std::size_t k,
                            const std::function<std::optional<Ranked>(std::size_t item)>& exact) {
  std::sort(candidates.begin(), candidates.end(), [](const Candidate& a, const Candidate& b) {
    return a.high != b.high ? a.high > b.high : a.item < b.item;
  });
  TopK<Ranked, bool (*)(const Ranked&, const Ranked&)> best(k, better);
  for (const Candidate& c : candidates) {
    if (best.full() && (k == 0 || best.worst().score > c.high)) break;
    if (const std::optional<Ranked> ranked = exact(c.item)) best.offer(*ranked);
  }
  return best.take();
}

std::vector<std::vector<Ranked>> nearest(const Searched& rows, std::span<const float> queries, std::size_t k,
                                         Team& team) {
  const std::size_t count = queries.size() / rows.dimension;
  std::vector<std::vector<Ranked>> out(count);
  if (k == 0 || count == 0) return out;
  std::vector<CodedQuery> coded;
  for (std::size_t q = 0; q < count; ++q)
    coded.push_back(encode_query(queries.subspan(q * rows.dimension, rows.dimension), count == 1 ? 2 : 1));
  const PackedQueries packed(coded, rows.dimension);
  std::vector<Scanner> scanners;
  for (int i = 0; i < team.threads(); ++i) scanners.emplace_back(coded, packed, rows.dimension, k);
  for_each_stretch(rows, team, [&](const Part& part, std::size_t row, auto masks, std::size_t worker) {
    scanners[worker].scan(part, row, masks);
  });
  std::vector<std::vector<Candidate>> candidates(count);
  team.run(count, [&](std::size_t q, int) { candidates[q] = gather(rows, coded[q], scanners, q, k); });
  for (std::size_t q = 0; q < count; ++q)
    out[q] = best_of(std::move(candidates[q]), k, [&](std::size_t row) { return rows.exact(row, q); });
  return out;
}

std::vector<Bounds> bounds_of_all(const Searched& rows, std::span<const float> query, Team& team) {
  const CodedQuery coded = encode_query(query, 2);
  const PackedQueries packed(std::span(&coded, 1), rows.dimension);
  const Bar bar = bar_of(coded);  // its slack is more than all rounding to float
  constexpr float kHighest = std::numeric_limits<float>::infinity();
  const std::size_t total = rows.parts.empty() ? 0 : rows.parts.back().first + rows.parts.back().rows;
  std::vector<Bounds> out(total, {-kHighest, -kHighest});
  for_each_stretch(rows, team, [&](const Part& part, std::size_t row, auto masks, std::size_t) {
    alignas(64) std::int32_t sums[2 * kBlockRows];
    for (std::size_t p = 0; p < masks.size(); p += 4, row += kBlockRows) {
      const auto visible = masks.subspan(p, 4);
      if (std::all_of(visible.begin(), visible.end(), [](std::uint16_t m) { return m == 0; })) continue;
      dot_panels(part.codes + row / kPanelRows * panel_bytes(rows.dimension), 4, steps_of(rows.dimension),
                 packed.groups()[0].packed, sums);
      const RowNumbers numbers = from_row(part.numbers, row);
      Bounds all[kBlockRows];
      for (std::size_t r = 0; r < kBlockRows; ++r) {
        const float product =
            static_cast<float>(sums[r]) * bar.high + static_cast<float>(sums[kBlockRows + r]) * bar.low;
        const float score = product * numbers.scale[r], margin = bar.a * numbers.residual[r] + bar.b * numbers.norm[r];
        const bool bounded = margin < kHighest;
        all[r] = {bounded ? score - margin : -kHighest, bounded ? score + margin : kHighest};
      }
      for (std::size_t r = 0; r < kBlockRows; ++r)
        if ((visible[r / kPanelRows] >> r % kPanelRows & 1) != 0) out[part.first + row + r] = all[r];
    }
  });
  return out;
}

}  // namespace hearken::search
