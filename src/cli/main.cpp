// The program: picks the command, turns errors into one line and an exit status.
#include <execinfo.h>
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <iterator>
#include <new>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "audio/jail/decoder_pool.h"
#include "audio/jail/decoder_process.h"
#include "cli/common.h"
#include "cli/guide/complete.h"
#include "cli/guide/definition.h"
#include "cli/guide/guide.h"
#include "cli/visible.h"
#include "core/environment.h"

namespace hearken::cli {
namespace {

// CLI11 cuts a list of positionals written "[a, b]" in two; for those who take paths "./[a, b]" is the same. A text
// stays as it is.
std::vector<std::string> as_typed(std::vector<std::string> arguments) {
  constexpr std::string_view kTakePaths[] = {"index", "like", "score", "rate", "radio", "events", "caption"};
  if (arguments.empty() || std::ranges::find(kTakePaths, arguments.front()) == std::end(kTakePaths)) return arguments;
  for (std::size_t i = 1; i < arguments.size(); ++i)
    if (arguments[i].starts_with('[') && arguments[i].ends_with(']') && arguments[i - 1] != "--text" &&
        arguments[i - 1] != "--not-text")
      arguments[i].insert(0, "./");
  return arguments;
}

// HEARKEN_DECODE_IN_PROCESS is for who trusts every file.
void decode_in_processes_of_their_own() {
  if (environment("HEARKEN_DECODE_IN_PROCESS").empty())
    audio::use_decoder_program(audio::DecoderProgram{.arguments = {"hearken", audio::kDecoderArgument}});
}

struct Group {
  const char* name;
  std::vector<void (*)(CLI::App&, int&)> commands;
};

void add_commands(CLI::App& program, int& status) {
  const Group groups[] = {
      {kCommonCommands, {add_index, add_find, add_like, add_match, add_playlist, add_info, add_serve}},
      {"Sounds and files", {add_score, add_classify, add_caption, add_events, add_filter, add_embed}},
      {"The whole library", {add_tag, add_rate, add_cluster, add_map, add_similar, add_dedupe, add_clean, add_check}},
      {"What to play next", {add_journey, add_radio}},
      {"In and out", {add_export, add_import, add_remote, add_mcp, add_token}},
      {"Models", {add_model, add_make_model, add_tune, add_compare, add_eval, add_bench}},
      {"Hearken itself", {add_help, add_version, add_config, add_completion, add_man}},
  };
  for (const Group& group : groups) {
    for (const auto add : group.commands) add(program, status);
    for (CLI::App* command : program.get_subcommands({}))
      if (command->get_group() == "Subcommands") command->group(group.name);
  }
}

int run(int argc, char** argv) {
  CLI::App program{"Find any sound by describing it, or by handing over another sound.", "hearken"};
  program.formatter(help_formatter());
  program.set_help_flag("-h,--help", "Explain this command");
  program.set_help_all_flag("--help-all", "Explain it with all its options");
  program.set_version_flag("--version", "hearken " + std::string(version()), "Say which version this is");
  program.require_subcommand(0, 1);
  program.footer(R"(Begin with:
  hearken index ~/Music
  hearken find "calm piano"
Each command explains itself: hearken help find)");
  int status = kDone;
  add_commands(program, status);
  if (argc > 1 && std::string_view(argv[1]) == "complete") {
    for (const std::string& line : completions(program, {argv + 2, argv + argc})) fmt::print("{}\n", line);
    return kDone;
  }

  std::vector<std::string> arguments = as_typed({argv + 1, argv + argc});
  std::reverse(arguments.begin(), arguments.end());  // CLI11 takes them from the back
  try {
    program.parse(std::move(arguments));
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return program.exit(error);  // --help, --version
    print_error(explained(program, error));
    return kWrongUsage;
  } catch (const Error& error) {
    print_error(explained(program, error));
    return exit_status(error.code());
  }
  if (program.get_subcommands().empty()) {
    std::fputs(program.help().c_str(), stderr);
    return kWrongUsage;
  }
  return status;
}

}  // namespace
}  // namespace hearken::cli

// Whatever goes wrong, building the commands included, ends in one line and an exit status.
int main(int argc, char** argv) {  // NOLINT(bugprone-exception-escape): only when even a complaint cannot be written
  using namespace hearken;
  if (argc == 2 && std::string_view(argv[1]) == audio::kDecoderArgument) ::_exit(audio::run_decoder());
  int status = cli::kFailed;
  void* nobody = nullptr;
  ::backtrace(&nobody, 1);  // loads what glibc unwinds with: without memory, when it is first needed, that would abort
  cli::show_hidden_characters();
  try {
    cli::decode_in_processes_of_their_own();
    status = cli::run(argc, argv);
  } catch (const Error& error) {
    cli::print_error(error.what());
    status = cli::exit_status(error.code());
  } catch (const std::bad_alloc&) {
    cli::print_error("not enough memory");
  } catch (const std::exception& error) {
    cli::print_error(std::string("unexpected: ") + error.what());
  } catch (...) {
    cli::print_error("unexpected: an exception that says nothing");
  }
  audio::use_decoder_program(std::nullopt);  // ends them
  if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
    cli::print_error("standard output could not be written");
    return cli::kFailed;
  }
  return status;
}
