// One index run per library at a time.
#pragma once

#include <filesystem>

#include "core/files/descriptor.h"

namespace hearken::library {

/// Holds `<library file>.lock`, a file of its own that stays behind: the lock ends with the process, however it ends.
/// (Not the database file: closing a descriptor of that would drop SQLite's locks.)
class RunLock {
 public:
  /// Throws Error: busy, naming the library and the process that holds it; permission_denied, io.
  RunLock(const std::filesystem::path& library_file, const std::filesystem::path& shown);

 private:
  Descriptor descriptor_;
};

}  // namespace hearken::library
