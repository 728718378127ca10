// A file mapped read-only into memory.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>

namespace hearken {

/// Owns the mapping; the bytes stay valid while it lives. A file that shrinks while mapped is the caller's risk (models
/// are not written in place). Reading from many threads is fine.
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

}  // namespace hearken
