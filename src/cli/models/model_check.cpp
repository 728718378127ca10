// hearken model check NAME
#include <fmt/format.h>

#include <cstdio>

#include "cli/models/model_commands.h"
#include "core/paths.h"

namespace hearken::cli {
namespace {

struct ModelCheckArguments : ModelOptions {
  std::string precision = "auto";
};

nlohmann::json spread_json(const Spread& s) {
  return {{"vectors", s.vectors}, {"mean", s.mean}, {"lowest", s.lowest}, {"highest", s.highest}};
}

int run_model_check(const ModelCheckArguments& options) {
  const Model model = Model::load(fetched_name(options), parse_precision(options.precision));
  const ModelCheck check = check_model(model);
  if (options.json) {
    auto findings = nlohmann::json::array();
    for (const ModelFinding& f : check.findings)
      findings.push_back({{"check", f.check}, {"passed", f.passed}, {"words", f.words}});
    print_json({{"model", display(options.name)},
                {"precision", to_string(model.info().precision)},
                {"passed", check.passed()},
                {"text_cosines", spread_json(check.texts)},
                {"sound_cosines", spread_json(check.sounds)},
                {"findings", std::move(findings)}});
  } else {
    for (const ModelFinding& f : check.findings)
      if (!f.passed || !options.quiet) fmt::print("{:<6} {:<14} {}\n", f.passed ? "good" : "WRONG", f.check, f.words);
    if (check.passed() && !options.quiet)
      fmt::print("{} works, at {}\n", display(options.name), to_string(model.info().precision));
  }
  std::fflush(stdout);  // so that the complaint stands below what it is about
  if (!check.passed()) print_error("model " + display(options.name) + ": failed its check");
  return check.passed() ? kDone : kFailed;
}

}  // namespace

void add_model_check(CLI::App& model, int& status) {
  const auto [command, options] =
      add_command(model, status, "check", "Whether a model works: a self-test of seconds", run_model_check);
  add_output_options(command, options);
  add_model_name(command, options);
  add_precision_option(command, options.precision);
  command.footer(
      R"(Embeds two dozen descriptions and a dozen made-up sounds. Vectors must be finite, of length 1, the same bits
each time and from every thread, and different for different things: a published model whose texts all get
nearly the same vector (laion/larger_clap_music) is found out, since no search by text can work with it.
How good a model is, this does not say. Exit status 1 when something is wrong.

Examples:
  hearken model check starter
  hearken model check laion/larger_clap_music)");
}

}  // namespace hearken::cli
