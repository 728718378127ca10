// The options themselves, and the place where a condition goes wrong.
#include "cli/selecting.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

#include "cli/common.h"
#include "core/paths.h"
#include "search/index/where.h"

namespace hearken::cli {

const char* const kConditionHelp =
    "A CONDITION compares what the library knows of a track: path, title, artist, album, genre, key, tag (text in\n"
    "quotes), duration (seconds), tempo, loudness, brightness, added (dates), id. With = != < <= > >=, ~ (contains),\n"
    "in (…), is empty, and, or, not, ( ). Case does not matter. docs/FIND.md has it all.\n";

CLI::Option* add_selection_options(CLI::App& command, std::filesystem::path& under, std::string& where) {
  add_value(command, "--where", where, "Only tracks that are so, see below", "CONDITION");
  return add_value(command, "--under,--in", under, "Only tracks at or below this path", "PATH");
}

bool good_where(const std::string& where) {
  if (where.empty()) return true;
  try {
    search::parse_where(where);
    return true;
  } catch (const search::WhereError& error) {
    print_error("--where: " + error.reason());
    if (error.at() > 0 && ::isatty(STDERR_FILENO) != 0 && display(where) == where)
      fmt::print(stderr, "  {}\n  {:>{}}\n", where, '^', error.at());
    return false;
  }
}

}  // namespace hearken::cli
