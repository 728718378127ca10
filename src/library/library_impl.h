// What a Library holds: the connection, and where the file really is.
#pragma once

#include <filesystem>
#include <memory>

#include "hearken/library.h"
#include "library/sqlite.h"

namespace hearken {

struct Library::Impl {
  std::filesystem::path path;  // absolute, as the caller spelt it
  std::filesystem::path file;  // the same with symbolic links resolved: two spellings are one library
  OpenMode mode = OpenMode::read;
  std::unique_ptr<library::Database> database;

  library::Database& db() const noexcept { return *database; }

  /// Library::open on another SQLite file system layer (a registered VFS; null: SQLite's own).
  static Library open(const std::filesystem::path& path, OpenMode mode, const char* vfs = nullptr);
};

inline Library::Impl& impl_of(const Library& library) noexcept { return *library.impl_; }

}  // namespace hearken
