// What is wrong with the usage: where, why, and what is likely meant.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string_view>

#include "cli/common.h"
#include "cli/guide/definition.h"
#include "cli/guide/guide.h"
#include "cli/guide/nearest.h"
#include "core/paths.h"

namespace hearken::cli {
namespace {

// What other programs call it.
const std::map<std::string, std::string, std::less<>>& other_names() {
  static const std::map<std::string, std::string, std::less<>> names = {
      {"search", "find"},         {"query", "find"},        {"scan", "index"},
      {"add", "index"},           {"update", "index"},      {"list", "info"},
      {"status", "info"},         {"stats", "info"},        {"show", "info"},
      {"server", "serve"},        {"web", "serve"},         {"train", "tune"},
      {"finetune", "tune"},       {"duplicates", "dedupe"}, {"pull", "model pull"},
      {"download", "model pull"}, {"models", "model list"}, {"identify", "match"},
      {"similarity", "similar"},  {"settings", "config"},   {"completions", "completion"},
      {"label", "tag"},           {"evaluate", "eval"},     {"benchmark", "bench"}};
  return names;
}

// The command that was asked for, as far as it was understood.
const CLI::App& command_of(const CLI::App& program) {
  const CLI::App* command = &program;
  while (!command->get_subcommands().empty()) command = command->get_subcommands().front();
  return *command;
}

bool is_option(const std::string& word) { return word.size() > 1 && word.front() == '-'; }

std::string unknown_option(const CLI::App& command, const std::string& word) {
  const std::string name = word.substr(0, word.find('='));
  std::vector<std::string> known;
  for (const CLI::Option* option : shown_options(command))
    for (const std::string& spelling : names_of(*option)) known.push_back(spelling);
  const std::string meant = name.starts_with("--") ? nearest(name, known) : std::string();
  return "unknown option " + display(name) + (meant.empty() ? "" : "; did you mean " + meant + "?");
}

// The line again, with the words of the text between quotation marks.
std::string quoted_again(const CLI::App& command, const CLI::Option& text, const std::vector<std::string>& left) {
  std::string words, others;
  for (const CLI::Option* option : command.get_options()) {
    if (option == &text || option->count() == 0) continue;
    if (is_flag(*option)) others += " " + option->get_name();
    for (const std::string& value : is_flag(*option) ? std::vector<std::string>() : option->results())
      others += " " + option->get_name() + " " + shell_word(value);
  }
  for (const std::string& word : text.results()) words += (words.empty() ? "" : " ") + word;
  for (const std::string& word : left) words += " " + word;
  const bool plain = words.find_first_of("\"$`\\!") == std::string::npos;
  return whole_name(command) + " " + (plain ? "\"" + display(words) + "\"" : shell_word(words)) + others;
}

std::string unexpected(const CLI::App& command, const std::vector<std::string>& left) {
  const std::vector<const CLI::Option*> arguments = shown_arguments(command);
  if (arguments.size() == 1 && kind_of(*arguments.front()) == "TEXT" && std::ranges::none_of(left, is_option))
    return fmt::format("unexpected argument {}: several words are put between quotation marks: {}",
                       display(left.front()), quoted_again(command, *arguments.front(), left));
  return "unexpected argument " + display(left.front());
}

// CLI11 says "Could not convert: -k = abc", "-k: 1 required N missing" and the like.
std::string in_our_words(const CLI::App& command, const CLI::ParseError& error) {
  const std::string said = error.what();
  constexpr std::string_view kNoNumber = "Could not convert: ", kMissing = " missing";
  if (said.starts_with(kNoNumber)) {
    const std::size_t equals = said.find(" = ");
    const std::string name = said.substr(kNoNumber.size(), equals - kNoNumber.size());
    const std::string value = equals == std::string::npos ? std::string() : said.substr(equals + 3);
    const CLI::Option* option = option_named(command, name);
    return fmt::format("{}: a number was expected{}, not {}", name,
                       option == nullptr ? "" : " (" + kind_of(*option) + ")",
                       value.empty() ? "nothing" : display(value));
  }
  if (dynamic_cast<const CLI::ArgumentMismatch*>(&error) != nullptr && said.ends_with(kMissing)) {
    const std::string name = said.substr(0, said.find(':'));
    const CLI::Option* option = option_named(command, name);
    return name + ": a value is missing" + (option == nullptr ? "" : ": " + name + " " + kind_of(*option));
  }
  if (const std::size_t value = said.find(": Value ");
      value != std::string::npos && said.find(" not in range ") != std::string::npos)
    return display(said.substr(0, value + 2) + said.substr(value + 8));
  return display(said);
}

// What is missing, and the command's first example.
std::string missing(const CLI::App& command, const CLI::ParseError& error) {
  const std::vector<const CLI::App*> below = shown_commands(command);
  if (!below.empty()) {
    std::string names;
    for (const CLI::App* one : below) names += (names.empty() ? "" : ", ") + one->get_name();
    return "a command is missing: " + names;
  }
  const std::string& footer = command.get_footer();
  const std::size_t example = footer.find("\n  hearken ");
  if (example == std::string::npos) return display(error.what());
  const std::size_t begin = example + 3, end = footer.find('\n', begin);
  return display(error.what()) + "; for example: " + footer.substr(begin, end - begin);
}

}  // namespace

std::string unknown_command(const CLI::App& above, const std::string& word) {
  std::vector<std::string> known;
  for (const CLI::App* command : shown_commands(above)) known.push_back(command->get_name());
  std::string meant = nearest(word, known);
  if (meant.empty() && above.get_parent() == nullptr) {
    std::vector<std::string> others;
    for (const auto& [other, ours] : other_names()) others.push_back(other);
    if (const std::string other = nearest(word, others); !other.empty()) meant = other_names().at(other);
  }
  const std::string above_it = above.get_parent() == nullptr ? "" : above.get_name() + " ";
  return "unknown command " + display(word) + (meant.empty() ? "" : "; did you mean " + above_it + meant + "?");
}

// CLI11 names the words it could not place in no order and does not say what each is; and what it misses may be missing
// only because an option was mistyped. Where a command was mistyped, no option of it is known.
std::string explained(const CLI::App& program, const CLI::ParseError& error) {
  const CLI::App& command = command_of(program);
  const std::vector<std::string> left = program.remaining(true);
  const bool about_words = dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr ||
                           dynamic_cast<const CLI::RequiredError*>(&error) != nullptr;
  std::string reason;
  const auto option = std::ranges::find_if(left, is_option), word = std::ranges::find_if_not(left, is_option);
  if (about_words && word != left.end() && !command.get_subcommands({}).empty())
    reason = unknown_command(command, *word);
  else if (about_words && option != left.end())
    reason = unknown_option(command, *option);
  else if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr && !left.empty())
    reason = unexpected(command, left);
  else if (about_words)
    reason = missing(command, error);
  else
    reason = in_our_words(command, error);
  const bool in_a_command = command.get_parent() != nullptr;
  return (in_a_command ? whole_name(command).substr(program.get_name().size() + 1) + ": " : "") + reason + " (see " +
         whole_name(command) + " --help)";
}

}  // namespace hearken::cli
