// What playlist, journey and radio share: which tracks, where the list goes, how it is shown.
#pragma once

#include <CLI/App.hpp>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "cli/common.h"

namespace hearken::cli {

struct ListOptions {
  ListedFrom from;
  std::filesystem::path out;
  bool absolute = false;
};

/// --where, --under, --genre; -o and --absolute.
void add_list_options(CLI::App& command, ListOptions& options);

/// From which cosines two sounds are alike, for the library's vectors of the model asked for: by that model where it is
/// at hand, else as for any.
Levels alike_levels_of(const CommonOptions& common, const Library& library);

/// Refuses an -o whose ending is no playlist's, before anything is computed.
void check_out(const ListOptions& options);

/// The list as a file when -o was given; on standard output as JSON, or for a person where there is no file. `more` is
/// what else the JSON says. Says on standard error how long it is.
void show_list(const CommonOptions& common, const ListOptions& options, const TrackList& list, const std::string& title,
               nlohmann::json more);

}  // namespace hearken::cli
