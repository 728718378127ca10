// The best rows for some queries: a scan of codes, then the head of the list in float64.
//
// The scan keeps every row whose highest possible score reaches the k-th best of the lowest possible ones (codes.h has
// the bound); these are scored exactly, most promising first, until k exact scores lie above what any other row can
// reach. So the result is that of scoring all rows exactly, whatever the codes lost, the threads did or the CPU has.
//
// Rows may be of groups, of which only the best row counts: then the k are groups, and a long group has no more places
// than a short one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "core/threads/team.h"
#include "search/scan/codes.h"

namespace hearken::search {

/// Better is the higher score, then the lower id, then the lower place. What is not a number comes last.
struct RankedRow {
  double score = 0;
  std::int64_t id = 0;
  std::int64_t place = 0;
};
bool better(const RankedRow& a, const RankedRow& b);

/// What is searched. Each function is called by several threads at once, but for `exact`: the calling thread's only.
struct Searched {
  std::span<const RowBlock> parts;
  std::size_t dimension = 0;
  /// Sets the bits of the rows that may be found, a mask for each panel, for masks.size() panels of parts[part] from
  /// its row `row` on. Rows that only fill up a block must not be found.
  std::function<void(std::size_t part, std::size_t row, std::span<std::uint16_t> masks)> visible;
  /// A row (by its number over all parts) and a query's index: the true score and what breaks ties. Nothing for a row
  /// that is gone: it is left out.
  std::function<std::optional<RankedRow>(std::size_t row, std::size_t query)> exact;
  /// The group of a row (by its number over all parts); none: every row is for itself. Rows of one group have one
  /// RankedRow::id, those of two groups have not.
  std::function<std::size_t(std::size_t row)> group;
};

/// The k best of all visible rows for each query [n, dimension], best first; of each group its best row.
std::vector<std::vector<RankedRow>> nearest(const Searched& rows, std::span<const float> queries, std::size_t k,
                                            Team& team);

/// Bounds of the score of every row, by its number: what nearest() goes by, for rankings of groups of rows. Of rows
/// that are not visible there is nothing: (−∞, −∞).
struct Bounds {
  float low = 0, high = 0;
};
std::vector<Bounds> bounds_of_all(const Searched& rows, std::span<const float> query, Team& team);

/// Things with bounds, best k by their exact scores: as nearest(), for what is not a row.
struct Candidate {
  double high = 0;
  std::size_t item = 0;
};
std::vector<RankedRow> best_of(std::vector<Candidate> candidates, std::size_t k,
                               const std::function<std::optional<RankedRow>(std::size_t item)>& exact);

}  // namespace hearken::search
