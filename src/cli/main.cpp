// The program: picks the command, turns errors into one line and an exit status.
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
#include "core/paths.h"

namespace hearken::cli {
namespace {

// The command that was asked for, as far as it was understood: program, model, convert.
std::vector<const CLI::App*> commands(const CLI::App& program) {
  std::vector<const CLI::App*> chosen{&program};
  while (!chosen.back()->get_subcommands().empty()) chosen.push_back(chosen.back()->get_subcommands().front());
  return chosen;
}

// What is wrong with the usage. CLI11 names the words it could not place in no order and does not say what each is;
// and what it misses may be missing only because an option was mistyped.
std::string explained(const CLI::App& program, const CLI::ParseError& error) {
  const bool about_words = dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr ||
                           dynamic_cast<const CLI::RequiredError*>(&error) != nullptr;
  const std::vector<std::string> left = program.remaining(true);
  if (!about_words || left.empty()) return error.what();
  const auto option = std::find_if(left.begin(), left.end(),
                                   [](const std::string& word) { return word.size() > 1 && word.front() == '-'; });
  if (option != left.end()) return "unknown option " + display(option->substr(0, option->find('=')));
  if (!commands(program).back()->get_subcommands({}).empty()) return "unknown command " + display(left.front());
  return dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr ? "unexpected argument " + display(left.front())
                                                                  : error.what();
}

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
  const char* here = std::getenv("HEARKEN_DECODE_IN_PROCESS");
  if (here == nullptr || *here == '\0')
    audio::use_decoder_program(audio::DecoderProgram{.arguments = {"hearken", audio::kDecoderArgument}});
}

int run(int argc, char** argv) {
  CLI::App program{"Find any sound by describing it, or by handing over another sound.", "hearken"};
  program.set_version_flag("--version", "hearken " + std::string(version()));
  program.require_subcommand(0, 1);
  program.footer(R"(Begin with:
  hearken index ~/Music
  hearken find "calm piano"
Each command explains itself: hearken find --help)");

  int status = kDone;
  for (const auto add :
       {add_index,   add_find,   add_like,    add_match,      add_dedupe,  add_similar, add_score,  add_classify,
        add_tag,     add_filter, add_map,     add_cluster,    add_compare, add_clean,   add_rate,   add_playlist,
        add_journey, add_radio,  add_caption, add_events,     add_embed,   add_export,  add_import, add_info,
        add_remote,  add_serve,  add_model,   add_make_model, add_tune,    add_eval,    add_bench})
    add(program, status);

  std::vector<std::string> arguments = as_typed({argv + 1, argv + argc});
  std::reverse(arguments.begin(), arguments.end());  // CLI11 takes them from the back
  try {
    program.parse(std::move(arguments));
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return program.exit(error);  // --help, --version
    print_error(explained(program, error));
    std::string help = "see: ";
    for (const CLI::App* command : commands(program)) help += command->get_name() + " ";
    print_error(help + "--help");
    return kWrongUsage;
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
