// Files that the program carries as they were when it was built: label sets, words, SQL, scripts, styles.
#pragma once

#include <span>
#include <string_view>
#include <vector>

namespace hearken {

struct CarriedFile {
  std::string_view name;  // below the root of the sources: "labels/esc50.txt"
  std::string_view bytes;
};

/// By name; cmake/embed.cmake says which.
std::span<const CarriedFile> carried_files();

/// The bytes of the one of that name, which is there.
std::string_view carried_file(std::string_view name);

/// A table: its lines but those that are empty or begin with '#', each cut at every ", ".
std::vector<std::vector<std::string_view>> carried_rows(std::string_view name);

}  // namespace hearken
