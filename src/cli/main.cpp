// The program: picks the command, turns errors into one line and an exit status.
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <cstdio>
#include <exception>
#include <new>
#include <string>
#include <utility>
#include <vector>

#include "cli/common.h"

int main(int argc, char** argv) {
  using namespace hearken;
  CLI::App program{"Find any sound by describing it, or by handing over another sound.", "hearken"};
  program.set_version_flag("--version", "hearken " + std::string(version()));
  program.require_subcommand(0, 1);
  program.footer(
      "Begin with:\n"
      "  hearken index ~/Music\n"
      "  hearken find \"calm piano\"\n"
      "Each command explains itself: hearken find --help");

  int status = cli::kDone;
  cli::add_index(program, status);
  cli::add_find(program, status);
  cli::add_embed(program, status);
  cli::add_info(program, status);
  cli::add_model(program, status);

  try {
    std::vector<std::string> arguments(argv + 1, argv + argc);
    // CLI11 cuts a list of positionals written "[a, b]" in two; only index has one, and there "./[a, b]" is the same.
    if (argc > 1 && arguments.front() == "index")
      for (std::string& argument : arguments)
        if (argument.starts_with('[') && argument.ends_with(']')) argument.insert(0, "./");
    std::reverse(arguments.begin(), arguments.end());  // CLI11 takes them from the back
    program.parse(std::move(arguments));
    if (program.get_subcommands().empty()) {
      std::fputs(program.help().c_str(), stderr);
      status = cli::kWrongUsage;
    }
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return program.exit(error);  // --help, --version
    const auto chosen = program.get_subcommands();
    cli::complain(error.what());
    cli::complain("see: hearken " + (chosen.empty() ? "" : chosen.front()->get_name() + " ") + "--help");
    return cli::kWrongUsage;
  } catch (const Error& error) {
    cli::complain(error.what());
    status = cli::exit_status(error.code());
  } catch (const std::bad_alloc&) {
    cli::complain("not enough memory");
    status = cli::kFailed;
  } catch (const std::exception& error) {
    cli::complain(std::string("unexpected: ") + error.what());
    status = cli::kFailed;
  }
  if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
    cli::complain("standard output could not be written");
    return cli::kFailed;
  }
  return status;
}
