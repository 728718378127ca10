// Reading CLI11's objects.
#include "cli/guide/definition.h"

#include <algorithm>

namespace hearken::cli {

CLI::Option* rare(CLI::Option* option) { return option->group(kMoreOptions); }

std::vector<std::string> groups_of(const std::vector<const CLI::App*>& commands) {
  std::vector<std::string> groups;
  for (const CLI::App* command : commands)
    if (std::ranges::find(groups, command->get_group()) == groups.end()) groups.push_back(command->get_group());
  return groups;
}

std::vector<const CLI::App*> shown_commands(const CLI::App& app) {
  return app.get_subcommands(
      [](const CLI::App* command) { return !command->get_group().empty() && !command->get_name().empty(); });
}

const CLI::App* command_named(const CLI::App& above, const std::string& name) {
  const auto found = above.get_subcommands([&](const CLI::App* command) { return command->get_name() == name; });
  return found.empty() ? nullptr : found.front();
}

std::vector<const CLI::Option*> shown_arguments(const CLI::App& command) {
  return command.get_options(
      [](const CLI::Option* option) { return option->get_positional() && !option->get_group().empty(); });
}

std::vector<const CLI::Option*> shown_options(const CLI::App& command) {
  return command.get_options(
      [](const CLI::Option* option) { return !option->get_positional() && !option->get_group().empty(); });
}

bool is_flag(const CLI::Option& option) { return option.get_items_expected_max() == 0; }

bool takes_many(const CLI::Option& option) { return option.get_items_expected_max() > 1; }

std::vector<std::string> names_of(const CLI::Option& option) {
  std::vector<std::string> names;
  for (const std::string& name : option.get_snames()) names.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) names.push_back("--" + name);
  return names;
}

const CLI::Option* option_named(const CLI::App& command, const std::string& name) {
  for (const CLI::Option* option : shown_options(command)) {
    const std::vector<std::string> names = names_of(*option);
    if (std::ranges::find(names, name) != names.end()) return option;
  }
  return nullptr;
}

std::string kind_of(const CLI::Option& option) {
  if (option.get_positional() && option.get_type_name().empty()) return option.get_single_name();
  return is_flag(option) ? std::string() : option.get_type_name();
}

std::string whole_name(const CLI::App& command) {
  const std::string above = command.get_parent() == nullptr ? std::string() : whole_name(*command.get_parent()) + " ";
  return above + command.get_name();
}

// CLI11 hands the program's down to every command.
std::string footer_of(const CLI::App& command) {
  const CLI::App* const above = command.get_parent();
  if (above == nullptr) return command.get_footer();
  const CLI::App* program = above;
  while (program->get_parent() != nullptr) program = program->get_parent();
  if (command.get_footer() != program->get_footer()) return command.get_footer();
  return above == program ? std::string() : footer_of(*above);
}

std::string usage_of(const CLI::App& command) {
  std::string usage = whole_name(command);
  if (!shown_commands(command).empty()) usage += " COMMAND";
  usage += " [OPTIONS]";
  for (const CLI::Option* argument : shown_arguments(command)) {
    const std::string name = argument->get_single_name() + (takes_many(*argument) ? "..." : "");
    usage += argument->get_required() ? " " + name : " [" + name + "]";
  }
  return usage;
}

}  // namespace hearken::cli
