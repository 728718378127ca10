// The cache file of a space's codes: segments one after the other, each added when the library had grown.
//
// It lies beside the library, LIBRARY.codes-MODEL with the row number of the model. A file appears whole (new_file.h)
// and is then only appended to, by one process at a time; a segment counts when its checksum and that of the one
// before it are right, so what a crash or somebody else leaves behind is found out. Nothing here throws for what is
// wrong with the file, its folder or the disk: without a cache everything works, only slower.
#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <vector>

#include "core/files/mapped_file.h"
#include "search/scan/code_segment.h"

namespace hearken::search {

class CodeCache {
 public:
  CodeCache() = default;
  /// Maps the file and checks its segments: those up to the first that is not sound stay. `header` says the dimension
  /// and the model that they must have.
  CodeCache(std::filesystem::path file, const SegmentHeader& header);

  std::span<const CodeSegment> segments() const { return segments_; }
  /// Whether all of the file is sound segments.
  bool whole() const;
  /// Forgets them: the file will be made anew.
  void clear() { segments_.clear(); }

  /// The checksum that the next segment names as the one before it.
  Digest last_checksum() const;
  /// Adds a sealed segment to the file, or puts a new file with the segments and this one in its place; leaves it to
  /// another process that is at it.
  void write(const CodeSegment& segment) const;

 private:
  enum class Appended { yes, left_to_others, impossible };
  Appended append(const CodeSegment& segment) const;

  std::filesystem::path file_;
  std::optional<MappedFile> mapped_;
  std::vector<CodeSegment> segments_;
};

}  // namespace hearken::search
