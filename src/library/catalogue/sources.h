// The folders and files that were indexed.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "hearken/library.h"

namespace hearken::library {

struct Source {
  std::int64_t id = 0;
  std::filesystem::path path;
  std::int64_t added_at = 0;  // Unix seconds
  std::int64_t tracks = 0;    // at or below it whose files are there
};

/// By path. `tracks` is counted where it is asked for: a pass over all of them for each source.
std::vector<Source> sources(const Library& library, bool count_tracks = false);

}  // namespace hearken::library
