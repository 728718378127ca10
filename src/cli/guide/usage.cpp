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

std::string help_is_at(const CLI::App& command) { return " (see " + whole_name(command) + " --help)"; }

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

// "0.100000" as "0.1".
std::string without_zeros(const std::string& number) {
  const std::size_t last = number.find_last_not_of('0');
  if (number.find('.') == std::string::npos || last == std::string::npos) return number;
  return number.substr(0, number[last] == '.' ? last : last + 1);
}

// CLI11 says "-k: Value few not in range 1 to 9", and "--rank: bst not in {mean,best}".
std::string wrong_value(const std::string& said) {
  constexpr std::string_view kValue = ": Value ", kRange = " not in range ", kTo = " to ", kSet = " not in {";
  const std::size_t colon = said.find(": ");
  if (colon == std::string::npos) return said;
  if (const std::size_t range = said.find(kRange); said.substr(colon).starts_with(kValue) && range != said.npos) {
    const std::string value = said.substr(colon + kValue.size(), range - colon - kValue.size());
    const std::size_t least = range + kRange.size(), to = said.find(kTo, least);
    return fmt::format("{}: a number from {} to {} was expected, not {}", said.substr(0, colon),
                       without_zeros(said.substr(least, to - least)), without_zeros(said.substr(to + kTo.size())),
                       value);
  }
  const std::size_t set = said.find(kSet);
  if (set == std::string::npos || !said.ends_with('}')) return said;
  const std::string value = said.substr(colon + 2, set - colon - 2);
  const std::vector<std::string> words =
      CLI::detail::split(said.substr(set + kSet.size(), said.size() - set - kSet.size() - 1), ',');
  const std::string meant = nearest(value, words);
  return fmt::format("{}: {} is none of {}{}", said.substr(0, colon), value, CLI::detail::join(words, ", "),
                     meant.empty() ? "" : "; did you mean " + meant + "?");
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
  if (const auto twice = said.find(": At Most 1 required but received "); twice != std::string::npos)
    return display(said.substr(0, twice)) + ": is given once, not " + said.substr(twice + 34) + " times";
  return display(wrong_value(said));
}

// What is missing, and the first example of the command.
std::string missing(const CLI::App& command, const CLI::ParseError& error) {
  const std::vector<const CLI::App*> below = shown_commands(command);
  if (!below.empty()) {
    std::string names;
    for (const CLI::App* one : below) names += (names.empty() ? "" : ", ") + one->get_name();
    return "a command is missing: " + names;
  }
  const std::string footer = footer_of(command);
  const std::size_t example = footer.find("\n  " + whole_name(command) + " ");
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
  return (in_a_command ? whole_name(command).substr(program.get_name().size() + 1) + ": " : "") + reason +
         help_is_at(command);
}

std::string explained(const CLI::App& program, const Error& error) {
  const std::string said = error.what();
  const bool of_usage = error.code() == ErrorCode::not_found || error.code() == ErrorCode::invalid_argument ||
                        error.code() == ErrorCode::unsupported || error.code() == ErrorCode::mismatch;
  const bool says_what_next = said.find("hearken ") != std::string::npos || said.find("--") != std::string::npos;
  return of_usage && !says_what_next ? said + help_is_at(command_of(program)) : said;
}

}  // namespace hearken::cli
