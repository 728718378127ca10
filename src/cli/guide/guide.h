// Finding the way: help, hints, completion and manual pages, all made from the commands as they are defined.
#pragma once

#include <CLI/App.hpp>
#include <CLI/Error.hpp>
#include <cstddef>
#include <memory>
#include <string>

#include "hearken/error.h"

namespace hearken::cli {

/// What writes --help and --help-all.
std::shared_ptr<CLI::FormatterBase> help_formatter();

/// The help of a command in lines of at most `width` columns, examples excepted. `all`: with what few need.
std::string help_of(const CLI::App& app, bool all, std::size_t width);

/// "-o, --out FILE".
std::string term_of(const CLI::Option& option);

/// Paragraphs and "  term   meaning" entries broken anew; other indented lines as they are.
std::string reflowed(const std::string& text, std::size_t width);

/// What is wrong with the usage, where, and what is likely meant: one line.
std::string explained(const CLI::App& program, const CLI::ParseError& error);

/// What went wrong, and where the help of the command is, unless the message names a command or an option already.
std::string explained(const CLI::App& program, const Error& error);

/// "unknown command serach; did you mean find?"
std::string unknown_command(const CLI::App& above, const std::string& word);

// As those of common.h.
void add_help(CLI::App& program, int& status);
void add_version(CLI::App& program, int& status);
void add_completion(CLI::App& program, int& status);
void add_man(CLI::App& program, int& status);

}  // namespace hearken::cli
