// hearken help, hearken version, and the manual pages.
#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <sstream>

#include "cli/common.h"
#include "cli/guide/definition.h"
#include "cli/guide/guide.h"
#include "core/files/new_file.h"
#include "core/paths.h"

namespace hearken::cli {
namespace {

// Text as troff reads it: no line of it is a request.
std::string roff(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if ((c == '.' || c == '\'') && (out.empty() || out.back() == '\n')) out += "\\&";
    if (c == '\\')
      out += "\\e";
    else if (c == '-')
      out += "\\-";
    else
      out += c;
  }
  return out;
}

std::string page_name(const CLI::App& command) {
  std::string name = whole_name(command);
  for (char& c : name)
    if (c == ' ') c = '-';
  return name;
}

void add_entries(std::string& page, const std::string& title, const std::vector<const CLI::Option*>& options) {
  if (options.empty()) return;
  page += ".SH " + title + "\n";
  for (const CLI::Option* option : options)
    page += ".TP\n.B " + roff(term_of(*option)) + "\n" + roff(option->get_description()) + "\n";
}

// Paragraphs are filled; tables and examples stay as they are.
void add_text(std::string& page, const std::string& text) {
  std::istringstream lines(text);
  bool table = false;
  for (std::string line; std::getline(lines, line);) {
    const bool indented = line.starts_with(' ');
    if (indented != table && !line.empty()) page += indented ? ".nf\n" : ".fi\n", table = indented;
    if (line.empty())
      page += ".PP\n";
    else if (line == "Examples:" || line == "Example:")
      page += ".SH EXAMPLES\n";
    else
      page += roff(line) + "\n";
  }
  if (table) page += ".fi\n";
}

std::string man_page(const CLI::App& command) {
  const std::string name = page_name(command);
  std::string page = fmt::format(".TH {} 1 \"\" \"Hearken {}\" \"Hearken\"\n", CLI::detail::to_lower(name), version());
  page += ".SH NAME\n" + roff(name) + " \\- " + roff(command.get_description()) + "\n";
  page += ".SH SYNOPSIS\n.B " + roff(usage_of(command)) + "\n";
  add_entries(page, "ARGUMENTS", shown_arguments(command));
  const std::vector<const CLI::App*> below = shown_commands(command);
  for (const std::string& group : groups_of(below)) {
    page += ".SH \"" + (below.front()->get_group() == "Subcommands" ? "COMMANDS" : roff(group)) + "\"\n";
    for (const CLI::App* one : below)
      if (one->get_group() == group)
        page += ".TP\n.BR " + roff(page_name(*one)) + " (1)\n" + roff(one->get_description()) + "\n";
  }
  const std::string footer = footer_of(command);
  const std::size_t examples = std::min(footer.find("Example"), footer.size());
  if (examples > 0) page += ".SH DESCRIPTION\n";
  add_text(page, footer.substr(0, examples));
  add_entries(page, "OPTIONS", shown_options(command));
  add_text(page, footer.substr(examples));
  page +=
      ".SH \"EXIT STATUS\"\n0: done; 1: failed; 2: wrong usage; 3: done, but some inputs were left out and named.\n";
  if (command.get_parent() != nullptr)
    page += ".SH \"SEE ALSO\"\n.BR " + roff(page_name(*command.get_parent())) + " (1)\n";
  return page;
}

void write_pages(const CLI::App& command, const std::filesystem::path& folder) {
  NewFile file(folder / (page_name(command) + ".1"));
  file.write(man_page(command));
  file.finish();
  file.appear();
  for (const CLI::App* below : shown_commands(command)) write_pages(*below, folder);
}

void show_help(const CLI::App& program, const std::vector<std::string>& names) {
  const CLI::App* command = &program;
  for (const std::string& name : names) {
    const CLI::App* below = command_named(*command, name);
    if (below == nullptr || below->get_group().empty())
      throw Error(ErrorCode::invalid_argument, "help: " + unknown_command(*command, name) + " (see hearken --help)");
    command = below;
  }
  fmt::print("{}", command->get_formatter()->make_help(command, "", CLI::AppFormatMode::Normal));
}

}  // namespace

void add_help(CLI::App& program, int& status) {
  const auto names = std::make_shared<std::vector<std::string>>();
  CLI::App* command = program.add_subcommand("help", "Explain a command");
  add_positional(*command, "COMMAND", *names, "Such as find, or model pull; without: what commands there are");
  command->callback([&program, &status, names] {
    show_help(program, *names);
    status = kDone;
  });
  command->footer("Examples:\n  hearken help find\n  hearken help model pull");
}

void add_version(CLI::App& program, int& status) {
  CLI::App* command = program.add_subcommand("version", "Say which version this is");
  command->callback([&status] {
    fmt::print("hearken {}\n", version());
    status = kDone;
  });
}

void add_man(CLI::App& program, int& status) {
  const auto folder = std::make_shared<std::filesystem::path>();
  CLI::App* command = program.add_subcommand("man", "Write the manual pages, for packages")->group("");
  command->add_option("DIR", *folder, "The folder; made when it is not there")->required();
  command->callback([&program, &status, folder] {
    make_folders(*folder);
    write_pages(program, *folder);
    status = kDone;
  });
}

}  // namespace hearken::cli
