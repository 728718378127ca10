// A file that has no name in any folder: it goes with the object, and with the process however that ends.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "core/files/descriptor.h"

namespace hearken {

/// Not shared between threads while it is written.
class UnnamedFile {
 public:
  /// On the file system of the folder for temporary files. `doing` is what it is for, in messages: "keep an upload".
  /// Throws Error as the operating system says.
  explicit UnnamedFile(std::string doing);

  /// Where it can be opened as long as the object lives, also by a process that this one starts.
  const std::filesystem::path& path() const noexcept { return path_; }
  std::uint64_t size() const noexcept { return size_; }

  /// Behind what is there. Throws Error as the operating system says.
  void write(std::string_view bytes);

 private:
  std::string doing_;
  Descriptor descriptor_;
  std::filesystem::path path_;
  std::uint64_t size_ = 0;
};

}  // namespace hearken
