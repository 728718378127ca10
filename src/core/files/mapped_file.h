// A file mapped read-only into memory.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>

namespace hearken {

/// Owns the mapping; the bytes stay valid while it lives. Reading from many threads is fine.
///
/// Of a file that shrinks while it is mapped the system ends whoever reads what is gone (SIGBUS). A handler, set with
/// the first mapping, puts zeros there instead and takes a note of it; signals that have nothing to do with a mapping
/// go the way they went before. Reading files into memory would be the other way: weights and codes take gigabytes, and
/// processes share what is mapped. Whoever has computed with mapped numbers calls check_mapped_files() before it gives
/// the result away.
class MappedFile {
 public:
  /// Throws Error as the operating system says, naming the file. An empty file gives an empty span.
  explicit MappedFile(const std::filesystem::path& path);
  ~MappedFile();
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&& other) noexcept;

  std::span<const std::byte> bytes() const noexcept { return {data_, size_}; }

  /// Lets go of the memory that the pages inside `part` of bytes() take in this process; what is read again is mapped
  /// again.
  static void release_pages(std::span<const std::byte> part) noexcept;

 private:
  const std::byte* data_ = nullptr;
  std::size_t size_ = 0;
};

/// Throws Error(io) once a mapped file has shrunk and something of it was read as zeros: from then on nothing that this
/// process computes can be told from what is right. It has to be started again. Costs a load.
void check_mapped_files();

}  // namespace hearken
