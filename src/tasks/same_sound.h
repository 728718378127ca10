// Which of many fingerprints may be of one recording, without comparing each with each.
#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <span>
#include <vector>

#include "audio/measure/landmarks.h"

namespace hearken::tasks {

/// Three landmarks that follow each other are rare enough to be shared by chance by few recordings of many thousand. A
/// part of these triples, chosen by their hash and so the same in every track, goes into one list; tracks that meet in
/// it often are worth a look. Triples that more than kMostTracks tracks have are left out (a tone, a common loop).
class CandidatePairs {
 public:
  static constexpr std::size_t kMostTracks = 64;

  /// `seconds` of sound are to be added, about: the more, the smaller the part that is kept (all of it up to 20 hours).
  explicit CandidatePairs(double seconds);

  /// Any number of threads.
  void add(std::uint32_t track, std::span<const audio::Peak> peaks);

  struct Pair {
    std::uint32_t a = 0, b = 0;  // a < b
    std::uint32_t meetings = 0;
  };
  /// Those that meet in at least three and 1/200 of the triples of the one that has fewer (copies do in 1/40 and more),
  /// by a, then b. To be called once.
  std::vector<Pair> pairs();

 private:
  std::uint64_t kept_mask_;
  std::mutex mutex_;
  std::vector<std::uint64_t> list_;     // hash in the upper half, track in the lower
  std::vector<std::uint32_t> triples_;  // of each track, in the list
};

}  // namespace hearken::tasks
