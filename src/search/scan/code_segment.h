// A segment: the codes of some tracks' windows and means, as one piece of bytes, the same in memory and in a cache
// file.
//
//     SegmentHeader · Entry [entries] · int64 [gone] · windows: codes, 3 × float [rows] · means: codes, 6 × float
//     [rows]
//
// each from a multiple of 64 bytes on; rows are padded(count). Little-endian. docs/LIBRARY.md describes the file.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <type_traits>

#include "core/hash.h"
#include "search/scan/codes.h"

namespace hearken::search {

/// One embedding, a track's vectors; in the order of the rows. `content` tells files with the same numbers apart.
struct Entry {
  std::int64_t embedding = 0, track = 0;
  std::uint64_t windows = 0;
  Digest content{};
};

struct SegmentHeader {
  std::array<char, 8> magic{'H', 'R', 'K', 'N', 'C', 'O', 'D', 'E'};
  std::uint32_t version = 1;
  std::uint32_t dimension = 0;
  std::uint64_t entries = 0, windows = 0, gone = 0;
  std::uint64_t bytes = 0;  // of the segment
  Digest model{};           // of the model's fingerprint
  Digest before{};          // the checksum of the segment before; zeros in the first
  Digest state{};           // of models.state once this segment counts
  Digest checksum{};        // of the segment with zeros here
};
static_assert(std::is_trivially_copyable_v<SegmentHeader> && sizeof(SegmentHeader) == 112);
static_assert(std::is_trivially_copyable_v<Entry> && sizeof(Entry) == 40);

/// Looks at bytes that somebody else keeps, 64-byte aligned.
struct CodeSegment {
  SegmentHeader header;
  std::span<const std::byte> bytes;
  std::span<const Entry> entries;
  std::span<const std::int64_t> gone;  // embeddings of earlier segments that are no more
  RowBlock windows, means;             // `first` is left 0
  RowNumbers cosine;                   // of the means made unit length, for the same codes
};

/// The segment at the beginning of some bytes; nothing where they are not one whole, undamaged segment of this layout.
std::optional<CodeSegment> read_segment(std::span<const std::byte> bytes);

/// A segment being made.
class NewSegment {
 public:
  /// header: dimension, model, before, state. Throws std::bad_alloc.
  NewSegment(const SegmentHeader& header, std::span<const Entry> entries, std::span<const std::int64_t> gone);

  /// Row numbers count within the segment. Different rows may be written by different threads.
  void set_window(std::size_t row, std::span<const float> vector);
  void set_mean(std::size_t row, std::span<const float> mean);

  /// Puts the checksum in; nothing may be set after that.
  void seal();
  CodeSegment view() const;

 private:
  struct Free {
    void operator()(std::byte* p) const;
  };
  std::unique_ptr<std::byte, Free> bytes_;
  std::size_t size_ = 0, dimension_ = 0;
  PartMemory windows_, means_;
  float* cosine_[3] = {};
};

}  // namespace hearken::search
