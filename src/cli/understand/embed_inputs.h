// What embed listens to: files, the sounds of folders, standard input.
#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "core/files/unnamed_file.h"
#include "hearken/index.h"

namespace hearken::cli {

struct SoundInput {
  std::filesystem::path shown;
  std::optional<UnnamedFile> copy;  // of standard input

  const std::filesystem::path& file() const noexcept { return copy ? copy->path() : shown; }
};

/// Standard input to its end, as a file: decoders go back and forth in one. Throws Error as the operating system says.
UnnamedFile read_standard_input();

/// The sounds in a folder, by path; what could not be read, and a folder without any, is added to `skipped`.
std::vector<std::filesystem::path> sounds_in(const std::filesystem::path& folder, std::vector<FileNote>& skipped);

}  // namespace hearken::cli
