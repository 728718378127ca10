// Scan, gather, refine, score.
#include "search/scan/nearest.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <unordered_map>
#include <utility>

#include "search/scan/topk.h"

namespace hearken::search {
namespace {

constexpr double kInfinite = std::numeric_limits<double>::infinity();
constexpr std::size_t kTaskBlocks = 16;  // what a thread takes at a time: 1024 rows, half a megabyte at 512 dimensions
constexpr std::size_t kTaskPanels = kTaskBlocks * kBlockRows / kPanelRows;
constexpr std::size_t kManyCandidates = 4096;

// The k highest of the lowest possible scores seen so far; of groups each one's highest.
class Lows {
 public:
  Lows(std::size_t k, bool groups) : k_(k), groups_(groups), single_(k) {}

  void offer(double low, std::size_t group) {
    if (!groups_) return single_.offer(low);
    double& of_group = of_groups_.try_emplace(group, -kInfinite).first->second;
    of_group = std::max(of_group, low);
    // The bar is allowed to lag behind: looking at all groups for it once for as many offers costs little.
    if (++offered_ > std::max(kBetween, of_groups_.size())) raise_bar();
  }

  void offer_all(const Lows& other) {
    for (const double low : other.single_.kept()) single_.offer(low);
    for (const auto& [group, low] : other.of_groups_) offer(low, group);
  }

  // What a row must be able to reach; k rows, or groups, surely do.
  double least() const { return groups_ ? bar_ : single_.full() ? single_.worst() : -kInfinite; }

  // What a row must be able to reach to be the best of its group; -infinity where there are none.
  double least_in(std::size_t group) const {
    const auto at = of_groups_.find(group);
    return at == of_groups_.end() ? -kInfinite : at->second;
  }

  void raise_bar() {
    offered_ = 0;
    if (k_ == 0 || of_groups_.size() < k_) return;
    TopK<double, std::greater<>> best(k_);
    for (const auto& [group, low] : of_groups_) best.offer(low);
    bar_ = best.worst();
    std::erase_if(of_groups_, [this](const auto& one) { return one.second < bar_; });
  }

 private:
  static constexpr std::size_t kBetween = 256;

  const std::size_t k_;
  const bool groups_;
  TopK<double, std::greater<>> single_;
  std::unordered_map<std::size_t, double> of_groups_;
  std::size_t offered_ = 0;
  double bar_ = -kInfinite;
};

// Rows that may be among the k best of one query, as one thread has seen it.
class Candidates {
 public:
  Candidates(const Searched& rows, std::size_t k) : rows_(rows), lows_(k, rows.group != nullptr) {}

  void add(double score, double margin, std::size_t row) {
    const bool bounded = margin < kInfinite;
    const double high = bounded ? score + margin : kInfinite, low = bounded ? score - margin : -kInfinite;
    if (high < least()) return;
    const std::size_t group = rows_.group ? rows_.group(row) : 0;
    if (rows_.group && high < lows_.least_in(group)) return;
    lows_.offer(low, group);
    all_.push_back({high, row});
    if (all_.size() < limit_) return;
    drop_beaten(lows_);
    limit_ = std::max(kManyCandidates, 2 * all_.size());
  }

  double least() const { return lows_.least(); }

  // Takes out what cannot be among the k best, and of a group what cannot be its best, going by `lows`.
  void drop_beaten(const Lows& lows) {
    std::erase_if(all_, [&](const Candidate& c) {
      return c.high < lows.least() || (rows_.group && c.high < lows.least_in(rows_.group(c.item)));
    });
  }

  Lows& lows() { return lows_; }
  std::vector<Candidate>& all() { return all_; }

 private:
  const Searched& rows_;
  Lows lows_;
  std::vector<Candidate> all_;
  std::size_t limit_ = kManyCandidates;
};

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

std::vector<Share> shares_of(std::span<const RowBlock> parts, std::size_t& tasks) {
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
    const RowBlock& part = rows.parts[share.part];
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
  Scanner(const Searched& rows, std::span<const CodedQuery> queries, const PackedQueries& packed, std::size_t k)
      : queries_(queries),
        packed_(packed),
        dimension_(rows.dimension),
        candidates_(queries.size(), Candidates(rows, k)) {
    for (const CodedQuery& query : queries) bars_.push_back(bar_of(query));
  }

  void scan(const RowBlock& part, std::size_t row, std::span<const std::uint16_t> masks) {
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
  void scan_panels(const RowBlock& part, std::size_t row, std::span<const std::uint16_t> visible) {
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

  void take(const RowBlock& part, std::size_t row, std::size_t panels, std::size_t query, std::size_t q,
            std::size_t r) {
    const CodedQuery& coded = queries_[query];
    const std::size_t count = panels * kPanelRows, at = row + r;
    const std::int32_t* const sums = sums_ + q * static_cast<std::size_t>(coded.planes) * count + r;
    const double sum = coded.planes == 2 ? 128.0 * sums[0] + sums[count] : sums[0];
    const RowNumbers& numbers = part.numbers;
    candidates_[query].add(
        sum * coded.unit * static_cast<double>(numbers.scale[at]),
        coded.margin(static_cast<double>(numbers.residual[at]), static_cast<double>(numbers.norm[at])),
        part.first + at);
    bars_[query].least = -rounded_up(-candidates_[query].least());
  }

  std::span<const CodedQuery> queries_;
  const PackedQueries& packed_;
  std::size_t dimension_;
  std::vector<Candidates> candidates_;
  std::vector<Bar> bars_;
  alignas(64) std::int32_t sums_[kMostQueries * kBlockRows];
  std::uint16_t masks_[kMostQueries * kBlockRows / kPanelRows];
};

const RowBlock& part_of(std::span<const RowBlock> parts, std::size_t row) {
  return *std::prev(std::upper_bound(parts.begin(), parts.end(), row,
                                     [](std::size_t r, const RowBlock& part) { return r < part.first; }));
}

// The candidates of all threads; those of a query in one plane once more with its floats, which takes its own loss out
// of the bounds.
std::vector<Candidate> gather(const Searched& rows, const CodedQuery& query, std::span<Scanner> scanners,
                              std::size_t index, std::size_t k) {
  Lows lows(k, rows.group != nullptr);
  for (Scanner& scanner : scanners) lows.offer_all(scanner.of(index).lows());
  lows.raise_bar();
  std::vector<Candidate> all;
  for (Scanner& scanner : scanners) {
    scanner.of(index).drop_beaten(lows);
    const auto& some = scanner.of(index).all();
    all.insert(all.end(), some.begin(), some.end());
  }
  if (query.planes == 2 || !(query.residual < kInfinite)) return all;
  Candidates finer(rows, k);
  for (const Candidate& c : all) {
    const RowBlock& part = part_of(rows.parts, c.item);
    const Estimate e = estimate(query.exact, query.length, part, c.item - part.first);
    finer.add(e.score, e.margin, c.item);
  }
  finer.lows().raise_bar();
  finer.drop_beaten(finer.lows());
  return std::move(finer.all());
}

// best_of() where of each group (RankedRow::id) only the best row counts.
std::vector<RankedRow> best_of_groups(const Searched& rows, std::vector<Candidate> candidates, std::size_t k,
                                      std::size_t query) {
  std::sort(candidates.begin(), candidates.end(), [](const Candidate& a, const Candidate& b) {
    return a.high != b.high ? a.high > b.high : a.item < b.item;
  });
  std::vector<RankedRow> best;                           // best first, one of each group
  std::unordered_map<std::size_t, double> found_scores;  // of each group, its best so far
  for (const Candidate& c : candidates) {
    if (best.size() == k && best.back().score > c.high) break;
    double& found = found_scores.try_emplace(rows.group(c.item), -kInfinite).first->second;
    if (found > c.high) continue;
    const std::optional<RankedRow> row = rows.exact(c.item, query);
    if (!row) continue;
    if (row->score > found) found = row->score;
    const auto same = std::ranges::find(best, row->id, &RankedRow::id);
    if (same != best.end() && !better(*row, *same)) continue;
    if (same != best.end()) best.erase(same);
    best.insert(std::ranges::upper_bound(best, *row, better), *row);
    best.resize(std::min(best.size(), k));
  }
  return best;
}

}  // namespace

bool better(const RankedRow& a, const RankedRow& b) {
  if (a.score != b.score) {
    const bool a_is = !std::isnan(a.score), b_is = !std::isnan(b.score);
    if (a_is && b_is) return a.score > b.score;
    if (a_is != b_is) return a_is;
  }
  return a.id != b.id ? a.id < b.id : a.place < b.place;
}

std::vector<RankedRow> best_of(std::vector<Candidate> candidates, std::size_t k,
                               const std::function<std::optional<RankedRow>(std::size_t item)>& exact) {
  std::sort(candidates.begin(), candidates.end(), [](const Candidate& a, const Candidate& b) {
    return a.high != b.high ? a.high > b.high : a.item < b.item;
  });
  TopK<RankedRow, bool (*)(const RankedRow&, const RankedRow&)> best(k, better);
  for (const Candidate& c : candidates) {
    if (best.full() && (k == 0 || best.worst().score > c.high)) break;
    if (const std::optional<RankedRow> ranked = exact(c.item)) best.offer(*ranked);
  }
  return best.take();
}

std::vector<std::vector<RankedRow>> nearest(const Searched& rows, std::span<const float> queries, std::size_t k,
                                            Team& team) {
  const std::size_t count = queries.size() / rows.dimension;
  std::vector<std::vector<RankedRow>> out(count);
  if (k == 0 || count == 0) return out;
  std::vector<CodedQuery> coded;
  for (std::size_t q = 0; q < count; ++q)
    coded.push_back(encode_query(queries.subspan(q * rows.dimension, rows.dimension), count == 1 ? 2 : 1));
  const PackedQueries packed(coded, rows.dimension);
  std::vector<Scanner> scanners;
  for (int i = 0; i < team.threads(); ++i) scanners.emplace_back(rows, coded, packed, k);
  for_each_stretch(rows, team, [&](const RowBlock& part, std::size_t row, auto masks, std::size_t worker) {
    scanners[worker].scan(part, row, masks);
  });
  std::vector<std::vector<Candidate>> candidates(count);
  team.run(count, [&](std::size_t q, int) { candidates[q] = gather(rows, coded[q], scanners, q, k); });
  for (std::size_t q = 0; q < count; ++q)
    out[q] = rows.group ? best_of_groups(rows, std::move(candidates[q]), k, q)
                        : best_of(std::move(candidates[q]), k, [&](std::size_t row) { return rows.exact(row, q); });
  return out;
}

std::vector<Bounds> bounds_of_all(const Searched& rows, std::span<const float> query, Team& team) {
  const CodedQuery coded = encode_query(query, 2);
  const PackedQueries packed(std::span(&coded, 1), rows.dimension);
  const Bar bar = bar_of(coded);  // its slack is more than all rounding to float
  constexpr float kHighest = std::numeric_limits<float>::infinity();
  const std::size_t total = rows.parts.empty() ? 0 : rows.parts.back().first + rows.parts.back().rows;
  std::vector<Bounds> out(total, {-kHighest, -kHighest});
  for_each_stretch(rows, team, [&](const RowBlock& part, std::size_t row, auto masks, std::size_t) {
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
