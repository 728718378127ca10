// Titles, artists, albums and genres from a catalogue that somebody else keeps.
#pragma once

#include <cstdint>
#include <filesystem>

#include "hearken/library.h"

namespace hearken::tasks {

struct CatalogueReport {
  std::int64_t rows = 0;    // of the catalogue
  std::int64_t tracks = 0;  // of the library that it names
};

/// Reads FMA's tracks.csv (tracks by the number in their file's name: title, artist, genre), or a CSV file with a
/// column `path` (relative to it) and any of title, artist, album, genre. What is not empty there replaces what the
/// library has of a track. The library is open for writing. Throws Error: corrupt (naming file, line and reason), as
/// the operating system says; nothing is changed then.
CatalogueReport read_catalogue(const Library& library, const std::filesystem::path& file);

}  // namespace hearken::tasks
