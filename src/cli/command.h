// What commands are made of: the arguments they fill in, the options that several of them take, what a value may be.
#pragma once

#include <CLI/App.hpp>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace hearken::cli {

/// Adds a command, and returns it with the arguments that its options fill in. They live as long as the program; when
/// it is this command that was asked for, `run` gets them, and what it returns is left in `status`.
template <class Arguments>
auto add_command(CLI::App& program, int& status, const std::string& name, const std::string& what,
                 int (*run)(Arguments)) {
  using Value = std::remove_cvref_t<Arguments>;
  const auto arguments = std::make_shared<Value>();
  CLI::App* command = program.add_subcommand(name, what);
  command->callback([arguments, &status, run] { status = run(*arguments); });
  return std::pair<CLI::App&, Value&>(*command, *arguments);
}

/// Refuses an option or argument that is there and empty, as an unset variable of a script leaves it.
CLI::Option* not_empty(CLI::Option* option);

/// Makes an option that takes a list take one argument at a time, and that as it is: what follows may be a file or a
/// track, and CLI11 would cut "[a, b]" into two.
CLI::Option* as_written(CLI::Option* list);

/// One of these words.
CLI::Option* one_of(CLI::Option* option, const std::vector<std::string>& words);

/// A number from `least` to `most`; --help calls it `name`.
template <class Number>
CLI::Option* within(CLI::Option* option, Number least, Number most, const char* name) {
  return option->check(CLI::Range(least, most).description(""))->type_name(name);
}

/// A finite number of at least 0, or above 0; else "`what` was expected, not …".
CLI::Option* not_negative(CLI::Option* option, const std::string& what, const char* name);
CLI::Option* positive(CLI::Option* option, const std::string& what, const char* name);

/// An option whose value must not be empty; --help calls it `type`.
template <class Value>
CLI::Option* add_value(CLI::App& command, const std::string& name, Value& value, const std::string& what,
                       const std::string& type) {
  return not_empty(command.add_option(name, value, what))->type_name(type);
}

/// An argument without a name of its own on the command line.
template <class Value>
CLI::Option* add_positional(CLI::App& command, const std::string& name, Value& value, const std::string& what) {
  return command.add_option(name, value, what)->type_name("");
}

/// The positional FILE|DIR|TRACK: what open_sounds() takes.
CLI::Option* add_sounds(CLI::App& command, std::vector<std::string>& sounds);

/// --quiet and --json.
template <class Options>
void add_output_options(CLI::App& command, Options& options) {
  command.add_flag("--quiet", options.quiet, "No progress, no remarks");
  command.add_flag("--json", options.json, "The result as JSON");
}

/// --threads.
CLI::Option* add_threads_option(CLI::App& command, int& threads);

/// --precision.
CLI::Option* add_precision_option(CLI::App& command, std::string& precision);

}  // namespace hearken::cli
