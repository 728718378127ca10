// hearken completion SHELL: what a shell sources, which asks the program for the words themselves.
#include <fmt/format.h>

#include <string>

#include "cli/common.h"
#include "cli/guide/guide.h"
#include "core/carried.h"

namespace hearken::cli {
namespace {

struct CompletionArguments {
  std::string shell;
};

int run_completion(const CompletionArguments& options) {
  fmt::print("{}", carried_file("src/cli/guide/completion." + options.shell));
  return kDone;
}

}  // namespace

void add_completion(CLI::App& program, int& status) {
  const auto [command, options] =
      add_command(program, status, "completion", "Let the shell complete commands, options, tracks, models and tags",
                  run_completion);
  one_of(add_positional(command, "SHELL", options.shell, "bash, zsh or fish"), {"bash", "zsh", "fish"})->required();
  command.footer(R"(Prints what the shell reads. An installed Hearken has it where the shells look.

Examples:
  source <(hearken completion bash)
  hearken completion zsh > ~/.zfunc/_hearken
  hearken completion fish > ~/.config/fish/completions/hearken.fish)");
}

}  // namespace hearken::cli
