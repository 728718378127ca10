// What --help shows: at most 100 columns, common things first.
#include <unistd.h>

#include <CLI/Formatter.hpp>
#include <algorithm>
#include <memory>
#include <sstream>

#include "cli/guide/definition.h"
#include "cli/guide/guide.h"
#include "cli/terminal.h"
#include "text/columns.h"

namespace hearken::cli {
namespace {

constexpr std::size_t kWidest = 100, kNarrowest = 40;
constexpr std::size_t kTermColumns = 28;  // of the left column, its margins included

std::size_t help_columns() {
  const std::size_t terminal = terminal_columns(STDOUT_FILENO);
  return terminal == 0 ? kWidest : std::clamp(terminal, kNarrowest, kWidest);
}

// "  --out FILE      What it is", in as many lines as that takes.
std::string entry(const std::string& term, const std::string& text, std::size_t width, std::size_t column) {
  column = std::min(column, width / 2);
  std::string line = "  " + term;
  const std::size_t used = text::columns(line);
  if (text.empty()) return line + "\n";
  if (used + 2 <= column)
    line.append(column - used, ' ');
  else
    line += "\n" + std::string(column, ' ');
  return line + wrapped(text, width, column, column) + "\n";
}

// A line of a text: "  term   what it means", a line that stands as it is, or a part of a paragraph.
struct Line {
  std::string text;
  std::size_t indent = 0;
  std::size_t prefix = 0;  // bytes before what may be joined and broken; npos: the line stays as it is
};

Line read_line(const std::string& text) {
  const std::size_t indent = std::min(text.find_first_not_of(' '), text.size());
  if (indent == 0) return {text, 0, 0};
  const std::size_t gap = text.find("  ", indent);
  return {text, indent, gap == std::string::npos ? gap : text.find_first_not_of(' ', gap)};
}

void add_options(std::string& out, const std::string& title, const std::vector<const CLI::Option*>& options,
                 std::size_t width) {
  if (options.empty()) return;
  out += "\n" + title + ":\n";
  for (const CLI::Option* option : options)
    out += entry(term_of(*option), option->get_description(), width, kTermColumns);
}

void add_commands(std::string& out, const CLI::App& app, bool all, std::size_t width) {
  const std::vector<const CLI::App*> commands = shown_commands(app);
  const std::vector<std::string> groups = groups_of(commands);
  const bool few = groups.size() < 2;
  for (const std::string& group : groups) {
    const bool described = all || few || group == kCommonCommands;
    if (described) out += "\n" + (few ? std::string("Commands") : group) + ":\n";
    std::string names;
    for (const CLI::App* command : commands) {
      if (command->get_group() != group) continue;
      if (described) out += entry(command->get_name(), command->get_description(), width, 14);
      names += (names.empty() ? "" : "  ") + command->get_name();
    }
    if (described && !all && !few) out += "\nMore commands:\n";
    if (!described) out += entry(group, names, width, kTermColumns);
  }
}

class Help : public CLI::FormatterBase {
 public:
  std::string make_help(const CLI::App* app, std::string /*name*/, CLI::AppFormatMode mode) const override {
    return help_of(*app, mode == CLI::AppFormatMode::All, help_columns());
  }
};

}  // namespace

std::string term_of(const CLI::Option& option) {
  if (option.get_positional()) return option.get_single_name() + (takes_many(option) ? "..." : "");
  std::string term;
  for (const std::string& name : names_of(option)) term += (term.empty() ? "" : ", ") + name;
  return is_flag(option) ? term : term + " " + kind_of(option);
}

std::string reflowed(const std::string& text, std::size_t width) {
  std::istringstream lines(text);
  std::vector<Line> all;
  for (std::string line; std::getline(lines, line);) all.push_back(read_line(line));
  std::string out;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Line& line = all[i];
    if (line.prefix == std::string::npos || line.text.empty()) {
      out += line.text + "\n";
      continue;
    }
    const std::string prefix = line.text.substr(0, line.prefix);
    const std::size_t hang = text::columns(prefix);
    std::string joined = line.text.substr(line.prefix);
    const auto goes_on = [&](const Line& next) {
      return !next.text.empty() && next.indent == hang && (hang == 0 || next.prefix == std::string::npos);
    };
    while (i + 1 < all.size() && goes_on(all[i + 1])) joined += " " + all[++i].text.substr(hang);
    out += prefix + wrapped(joined, width, hang, hang) + "\n";
  }
  return out;
}

std::string help_of(const CLI::App& app, bool all, std::size_t width) {
  std::string out = wrapped(app.get_description(), width, 0, 0) + "\n\nUsage: " + usage_of(app) + "\n";
  add_commands(out, app, all, width);
  add_options(out, "Arguments", shown_arguments(app), width);
  std::vector<std::string> groups;
  for (const CLI::Option* option : shown_options(app))
    if (std::ranges::find(groups, option->get_group()) == groups.end()) groups.push_back(option->get_group());
  std::ranges::stable_partition(groups, [](const std::string& group) { return group != kMoreOptions; });
  bool left_out = false;
  for (const std::string& group : groups) {
    std::vector<const CLI::Option*> options = shown_options(app);
    std::erase_if(options, [&](const CLI::Option* option) { return option->get_group() != group; });
    if (group == kMoreOptions && !all)
      left_out = true;
    else
      add_options(out, group, options, width);
  }
  if (left_out) out += "\nMore options: " + whole_name(app) + " --help-all\n";
  if (const std::string footer = footer_of(app); !footer.empty()) out += "\n" + reflowed(footer, width);
  return out;
}

std::shared_ptr<CLI::FormatterBase> help_formatter() { return std::make_shared<Help>(); }

}  // namespace hearken::cli
