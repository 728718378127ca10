// --under and --where, which pick the tracks that a command is about.
#pragma once

#include <CLI/App.hpp>
#include <filesystem>
#include <string>

namespace hearken::cli {

/// Adds them, and returns --under. `under` and `where` must live until the parse is over.
CLI::Option* add_selection_options(CLI::App& command, std::filesystem::path& under, std::string& where);

/// What --help says of a CONDITION.
extern const char* const kConditionHelp;

/// Whether `where` is a condition or empty; if not, says where it goes wrong, on a terminal with a mark below the
/// place.
bool good_where(const std::string& where);

}  // namespace hearken::cli
