// hearken model rm NAME
#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <iostream>
#include <string>

#include "cli/models/model.h"
#include "core/paths.h"

namespace hearken::cli {
namespace {

struct ModelRmArguments : ModelOptions {
  bool yes = false;
};

bool confirmed(const Removal& removal) {
  for (const auto& path : removal.paths) fmt::print(stderr, "  {}\n", short_path(path));
  fmt::print(stderr, "delete this ({})? [y/N] ", human_bytes(removal.bytes));
  std::string answer;
  std::getline(std::cin, answer);
  return answer == "y" || answer == "Y" || answer == "yes";
}

int run_model_rm(const ModelRmArguments& options) {
  if (options.name == "starter")
    throw Error(ErrorCode::invalid_argument,
                "model rm: starter comes with Hearken; only models in the cache are removed");
  if (!options.yes) {
    const Removal removal = remove_cached(options.name, true);
    if (::isatty(STDIN_FILENO) == 0 || ::isatty(STDERR_FILENO) == 0)
      throw Error(ErrorCode::invalid_argument,
                  "model rm: would delete " + human_bytes(removal.bytes) +
                      " from the cache, which other programs use too; without a terminal to ask at, say --yes");
    if (!confirmed(removal)) {
      print_error("nothing was deleted");
      return kFailed;
    }
  }
  const Removal removal = remove_cached(options.name);
  if (options.json) {
    auto paths = nlohmann::json::array();
    for (const auto& path : removal.paths) paths.push_back(display(path));
    print_json({{"name", options.name}, {"deleted", std::move(paths)}, {"bytes", removal.bytes}});
  } else if (!options.quiet) {
    fmt::print("deleted {}\n", human_bytes(removal.bytes));
  }
  return kDone;
}

}  // namespace

void add_model_rm(CLI::App& model, int& status) {
  const auto [command, options] = add_command(model, status, "rm", "Take a model out of the cache", run_model_rm);
  add_output_options(command, options);
  add_positional(command, "NAME", options.name, "org/repo, org/repo@revision or org/repo:file")->required();
  command.add_flag("--yes", options.yes, "Do not ask");
  command.footer(
      R"(org/repo stands for everything of the repository, org/repo@revision for that snapshot, org/repo:file for the
one file. Contents that another snapshot shares stay.

Example:
  hearken model rm laion/clap-htsat-unfused)");
}

}  // namespace hearken::cli
