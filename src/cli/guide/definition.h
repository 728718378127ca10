// The commands and options as CLI11 holds them, read for help, manual pages, completion and hints: the one definition.
#pragma once

#include <CLI/App.hpp>
#include <string>
#include <vector>

namespace hearken::cli {

/// The group of options that --help leaves out and --help-all shows.
inline constexpr const char* kMoreOptions = "More options";
/// The group of the commands that --help describes.
inline constexpr const char* kCommonCommands = "Common commands";

/// An option that few need: only --help-all shows it.
CLI::Option* rare(CLI::Option* option);

/// Commands below `app` that people may know, in the order of their groups.
std::vector<const CLI::App*> shown_commands(const CLI::App& app);
/// The one of that name, shown or not; nullptr for none.
const CLI::App* command_named(const CLI::App& above, const std::string& name);
std::vector<std::string> groups_of(const std::vector<const CLI::App*>& commands);

/// What the command takes without a name; and its options, --help among them.
std::vector<const CLI::Option*> shown_arguments(const CLI::App& command);
std::vector<const CLI::Option*> shown_options(const CLI::App& command);

bool is_flag(const CLI::Option& option);
bool takes_many(const CLI::Option& option);

/// "-o", "--out", …
std::vector<std::string> names_of(const CLI::Option& option);

/// The option of that name; nullptr for none.
const CLI::Option* option_named(const CLI::App& command, const std::string& name);

/// What may stand for it: an argument's name or words, or the type of an option's value ("FILE", "mean|best"); of a
/// flag nothing.
std::string kind_of(const CLI::Option& option);

/// "hearken model pull".
std::string whole_name(const CLI::App& command);

/// What stands below its options. A command of a group ("token add") without a text of its own has the group's.
std::string footer_of(const CLI::App& command);

/// "hearken find [OPTIONS] TEXT".
std::string usage_of(const CLI::App& command);

}  // namespace hearken::cli
