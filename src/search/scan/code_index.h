// The codes of all tracks of a space, brought up to date with the library when they are made.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "hearken/library.h"
#include "library/window_flags.h"
#include "search/scan/code_cache.h"
#include "search/scan/code_segment.h"
#include "search/space.h"

namespace hearken::search {

/// Of how many windows on a space gets a cache file beside its library. Fewer are coded anew each time, in
/// milliseconds.
inline constexpr std::uint64_t kCachedFrom = 8192;

/// What the segments of a space have in common: dimension and model.
SegmentHeader segment_header(const Space& space);

/// Rows are numbered through all segments, for windows and for means; each segment's from a multiple of kBlockRows on.
/// Const once made, and shared by threads.
class CodeIndex {
 public:
  /// Reads the cache file where it matches, codes what it lacks, and writes that to it where it can. Throws Error:
  /// corrupt (names the track whose stored vectors are damaged), io; never for what is wrong with the cache.
  CodeIndex(const Library& library, const Space& space, std::uint64_t cached_from = kCachedFrom);

  /// An embedding of the space as the rows know it.
  struct Track {
    std::int64_t id = 0, embedding = 0;
    std::size_t first = 0, windows = 0;  // its rows among the windows'
    std::size_t mean = 0;                // its row among the means'
    bool visible = false;                // not gone, not missing
    bool silent = false;                 // nothing is heard in any window: searches leave it out
  };
  std::span<const Track> tracks() const { return tracks_; }  // in the order of the rows
  const Track& of_window(std::size_t row) const;
  const Track& of_mean(std::size_t row) const;
  const Track* find(std::int64_t id) const;  // visible ones; null: none

  std::span<const RowBlock> windows() const { return windows_; }
  std::span<const RowBlock> means() const { return means_; }
  std::span<const RowBlock> cosines() const { return cosines_; }
  std::size_t visible_windows() const { return visible_windows_; }
  /// Of the visible tracks that are not silent, how many are in `only` (as below).
  std::int64_t count(const std::vector<std::int64_t>* only) const;
  std::size_t coded() const { return coded_; }  // windows that were not in the cache

  /// A track's flags, one for each window; empty when none of them has one.
  std::span<const std::uint8_t> flags(const Track& track) const;

  /// The visible tracks among those in `only` (ascending ids; null: all), as masks of rows: see Searched::visible.
  /// Without silent tracks and silent windows; `unflagged`: of the windows only those without any flag.
  void mask_windows(std::size_t part, std::size_t row, const std::vector<std::int64_t>* only, bool unflagged,
                    std::span<std::uint16_t> masks) const;
  void mask_means(std::size_t part, std::size_t row, const std::vector<std::int64_t>* only,
                  std::span<std::uint16_t> masks) const;

 private:
  void add(const CodeSegment& segment);
  void see(const Library& library);
  void read_flags(const Library& library, std::int64_t model_id);

  CodeCache cache_;
  std::vector<NewSegment> made_;
  std::vector<Track> tracks_;
  std::vector<std::uint32_t> by_id_;  // visible tracks by id
  std::vector<RowBlock> windows_, means_, cosines_;
  std::vector<std::size_t> first_track_;        // of each segment, and behind the last
  std::vector<library::EmbeddingFlags> flags_;  // by embedding
  std::vector<std::size_t> flagged_;            // rows with any flag, ascending
  std::vector<std::size_t> silent_;             // rows of silent windows, ascending
  std::size_t visible_windows_ = 0, coded_ = 0;
};

}  // namespace hearken::search
