// Which words may stand next on the command line.
#pragma once

#include <CLI/App.hpp>
#include <string>
#include <vector>

namespace hearken::cli {

/// Of a line being typed: `words` follow the program's name, and the last is what is there of the word to complete. A
/// line for each candidate, "WORD\tWHAT IT IS"; ":files" and ":folders" ask the shell for its own.
std::vector<std::string> completions(const CLI::App& program, const std::vector<std::string>& words);

}  // namespace hearken::cli
