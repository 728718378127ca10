// A sound's landmarks beside a track's: at which offset do they agree, and how much?
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "audio/measure/landmarks.h"

namespace hearken::search {

/// Offsets and places are counted in quarters of a frame (8 ms): a query is heard four times, each a quarter later.
inline constexpr int kQuarters = 4;

/// A vote is a frame of the track in which a pair begins that the query has too, at one offset. Not every such pair:
/// one chord that two recordings share by chance has many.
struct Alignment {
  double offset_seconds = 0;                  // place in the track - place in the query
  double start_seconds = 0, end_seconds = 0;  // in the query: the first and the last vote
  std::int64_t votes = 0;
  std::int64_t dense_votes = 0;                // of them, within the kVotesSeconds of the query that have most
  std::vector<std::uint32_t> votes_by_second;  // of the query, up to the last that has one
};

inline constexpr double kVotesSeconds = 20;

/// So many dense votes make a match: from 6 for a query of a second to 20 for one of 20 s and more (docs/MATCH.md
/// has the measurements).
std::int64_t votes_needed(double query_seconds) noexcept;

/// A query's pairs, to be looked for in many tracks. Const and shared by threads.
class PairTable {
 public:
  /// quarters[q] are the landmarks of the query from q quarters of a frame on. Keys that come more than kMostAlike
  /// times are left out: a steady tone has them everywhere, and they say nothing of the place.
  explicit PairTable(std::span<const audio::Landmarks> quarters);

  static constexpr std::size_t kMostAlike = 1024;

  /// Different pairs of the query.
  std::size_t pairs() const noexcept { return pairs_; }

  /// The best offset of the track, of equal ones the first; nothing when it has fewer than `least` dense votes.
  std::optional<Alignment> align(const audio::Landmarks& track, std::int64_t least) const;

 private:
  std::vector<std::uint64_t> present_;  // a bit for each key
  std::vector<std::uint32_t> rank_;     // bits set before each word of `present_`
  std::vector<std::uint32_t> first_;    // [keys present + 1], into places_
  std::vector<std::int32_t> places_;    // in the query, quarters of a frame
  std::size_t pairs_ = 0;
};

}  // namespace hearken::search
