// Reading folders to the bottom: which files could be sound, by name so far.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "hearken/index.h"
#include "library/indexing/ignore.h"

namespace hearken::library {

struct FileState {
  std::int64_t size = 0;
  std::int64_t mtime_ns = 0;  // since 1970
  std::int64_t device = 0;    // st_dev

  /// The device does not count: its number may change with a reboot.
  bool same_content_as(const FileState& other) const { return size == other.size && mtime_ns == other.mtime_ns; }
};

/// Follows symbolic links. Throws Error as the operating system says; unsupported when it is no regular file.
FileState stat_file(const std::filesystem::path& path);

struct CrawledFile {
  std::string path;  // absolute; roots have their symbolic links resolved, what is below is as it was reached
  FileState state;
  std::uint64_t inode = 0;
  bool candidate = false;  // named explicitly or with an audio extension: taken for sound without looking inside
};

struct EmptyFolder {
  std::string path;
  std::int64_t device = 0;
};

struct Crawl {
  std::vector<CrawledFile> files;        // each once, by path bytes
  std::vector<std::string> folders;      // the roots that are folders and could be read
  std::vector<std::string> files_named;  // the roots that are files
  std::vector<std::string> gone;         // roots that are not there
  std::vector<EmptyFolder> empty;        // folders with nothing at all in them: emptied, or mount points unmounted
  std::vector<FileNote> skipped;         // roots and folders that could not be read, broken links named like sound
  IgnoreRules ignored;                   // of the folders read
  bool cancelled = false;
};

enum class Links {
  follow,     // wherever they lead
  pass_over,  // for folders that others write to: nothing outside of a root is read, also while links are made
};

/// Reads the roots. Below a root, hidden entries (leading dot) are passed over, and what a .hearkenignore names;
/// regular files only. Links are followed after everything that is reached without one, and a folder or file that was
/// reached already is not taken again, so loops end. (Two hard links are two files.) `tick` is called now and then with
/// the folder being read; it returns false to stop.
Crawl crawl(std::span<const std::filesystem::path> roots, const std::function<bool(const std::string&)>& tick = {},
            Links links = Links::follow);

/// Whether `path` is `folder` or lies below it; both absolute, without a slash at the end.
bool at_or_below(std::string_view path, std::string_view folder);

}  // namespace hearken::library
