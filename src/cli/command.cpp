// The options that several commands take, and what a value may be.
#include "cli/command.h"

#include <cmath>

namespace hearken::cli {
namespace {

// CLI::NonNegativeNumber and CLI::PositiveNumber let "nan" pass.
CLI::Option* finite(CLI::Option* option, bool (*good)(double), const std::string& what, const char* name) {
  const CLI::Validator check(
      [good, what](std::string& text) {
        double value = 0;
        const bool fits = CLI::detail::lexical_cast(text, value) && std::isfinite(value) && good(value);
        return fits ? std::string() : what + " was expected, not " + text;
      },
      "");
  return option->check(check)->type_name(name);
}

}  // namespace

CLI::Option* not_empty(CLI::Option* option) {
  return option->check(CLI::Validator([](std::string& text) { return text.empty() ? "is empty" : std::string(); }, ""));
}

CLI::Option* as_written(CLI::Option* list) { return list->allow_extra_args(false); }

CLI::Option* one_of(CLI::Option* option, const std::vector<std::string>& words) {
  return option->check(CLI::IsMember(words).description(""))->type_name(CLI::detail::join(words, "|"));
}

CLI::Option* not_negative(CLI::Option* option, const std::string& what, const char* name) {
  return finite(option, [](double value) { return value >= 0; }, what, name);
}

CLI::Option* positive(CLI::Option* option, const std::string& what, const char* name) {
  return finite(option, [](double value) { return value > 0; }, what, name);
}

CLI::Option* add_sounds(CLI::App& command, std::vector<std::string>& sounds) {
  return add_positional(command, "FILE|DIR|TRACK", sounds,
                        "Files, folders (read to the bottom), and tracks of the library, written id:42");
}

CLI::Option* add_threads_option(CLI::App& command, int& threads) {
  return within(command.add_option("--threads", threads, "Threads to use (default: all cores)"), 1, 1024, "N");
}

CLI::Option* add_precision_option(CLI::App& command, std::string& precision) {
  return one_of(command.add_option("--precision", precision, "What products are computed in"),
                {"auto", "fp32", "bf16", "int8"});
}

}  // namespace hearken::cli
