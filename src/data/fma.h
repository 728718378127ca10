// The Free Music Archive's tables from bytes; read_fma() reads the files.
#pragma once

#include <filesystem>
#include <string_view>

#include "hearken/dataset.h"

namespace hearken::data {

/// Fills in tracks and by_name from tracks.csv's bytes. Throws Error(corrupt) naming `shown`, line and reason.
void parse_fma_tracks(std::string_view bytes, const std::filesystem::path& shown, Fma& out);

/// Fills in genres from genres.csv's, likewise.
void parse_fma_genres(std::string_view bytes, const std::filesystem::path& shown, Fma& out);

}  // namespace hearken::data
