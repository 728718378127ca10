// The directory of a zip file whose entries are stored, not compressed: where each one's bytes lie.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string_view>
#include <vector>

#include "hearken/error.h"

namespace hearken::model {

struct ZipEntry {
  std::string_view name;     // in the file's bytes
  std::uint64_t header = 0;  // where its local header begins
  std::uint64_t limit = 0;   // where the next thing in the file begins
  std::uint64_t size = 0;
  std::uint32_t crc = 0;
};

/// Read strictly, so that no two programs can see two different archives in one file: the directory ends the file, and
/// entries neither overlap nor share a name. Only the directory is touched until an entry is asked for. Remembers less
/// than the directory's own size. Const members may be called from many threads.
/// Source: PKWARE's APPNOTE.TXT 6.3.10, sections 4.3 to 4.5 (with zip64).
class ZipDirectory {
 public:
  /// `file` must outlive this; `path` is for errors. Throws Error(corrupt), or Error(unsupported) for a compressed,
  /// encrypted or split archive.
  ZipDirectory(std::filesystem::path path, std::span<const std::byte> file);

  const std::vector<ZipEntry>& entries() const noexcept { return entries_; }  // ordered by name
  const ZipEntry* find(std::string_view name) const noexcept;                 // null: not there

  /// The entry's bytes; its local header is checked against the directory, its checksum is not. Throws Error(corrupt).
  std::span<const std::byte> bytes(const ZipEntry& entry) const;

  /// The same, with the checksum: reads all of it.
  std::span<const std::byte> checked_bytes(const ZipEntry& entry) const;

 private:
  Error broken(std::string_view entry, std::string_view reason, ErrorCode code = ErrorCode::corrupt) const;
  void read_end();
  void read_directory(std::uint64_t begin, std::uint64_t end, std::uint64_t count);
  void check_overlaps(std::uint64_t directory);

  std::filesystem::path path_;
  std::span<const std::byte> file_;
  std::vector<ZipEntry> entries_;
};

}  // namespace hearken::model
