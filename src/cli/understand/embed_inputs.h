// What embed listens to: files, the sounds of folders, standard input.
#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "hearken/index.h"

namespace hearken::cli {

/// A file that goes away with the object.
class TemporaryFile {
 public:
  explicit TemporaryFile(std::filesystem::path path) : path_(std::move(path)) {}
  ~TemporaryFile();
  TemporaryFile(TemporaryFile&& other) noexcept : path_(std::move(other.path_)) { other.path_.clear(); }
  TemporaryFile& operator=(TemporaryFile&&) = delete;

  const std::filesystem::path& path() const noexcept { return path_; }

 private:
  std::filesystem::path path_;
};

struct SoundInput {
  std::filesystem::path shown;
  std::optional<TemporaryFile> copy;  // of standard input

  const std::filesystem::path& file() const noexcept { return copy ? copy->path() : shown; }
};

/// Standard input to its end, as a file: decoders go back and forth in one. Throws Error as the operating system says.
TemporaryFile read_standard_input();

/// The sounds in a folder, by path; what could not be read, and a folder without any, is added to `skipped`.
std::vector<std::filesystem::path> sounds_in(const std::filesystem::path& folder, std::vector<FileNote>& skipped);

}  // namespace hearken::cli
