// hearken filter FILE|DIR|TRACK… --deny T…
#include "hearken/filter.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "cli/common.h"
#include "cli/labels.h"
#include "cli/progress.h"
#include "cli/search/sound_arguments.h"
#include "core/paths.h"

namespace hearken::cli {
namespace {

struct FilterArguments {
  CommonOptions common;
  std::vector<std::string> sounds, deny, allow;
  std::optional<double> threshold;
  WindowingOptions windowing;
};

nlohmann::json sound_json(const Filtered& sound) {
  auto denied = nlohmann::json::array();
  for (const DeniedPart& part : sound.denied) {
    denied.push_back(
        {{"text", part.text}, {"start", part.start_seconds}, {"end", part.end_seconds}, {"score", part.score}});
    if (!part.allowed.empty()) denied.back().update({{"allowed", part.allowed}, {"allowed_score", part.allowed_score}});
  }
  nlohmann::json out = {
      {"path", display(sound.path)},        {"passes", sound.denied.empty()},
      {"duration", sound.duration_seconds}, {"windows", sound.windows},
      {"denied", std::move(denied)},        {"nearest", {{"text", sound.nearest_text}, {"score", sound.nearest}}}};
  if (sound.id != 0) out["id"] = sound.id;
  return out;
}

nlohmann::json filter_json(const FilterResult& result, const Model& model) {
  auto sounds = nlohmann::json::array();
  for (const Filtered& sound : result.sounds) sounds.push_back(sound_json(sound));
  nlohmann::json out = answers_json(result, model, std::move(sounds));
  out["threshold"] = result.threshold;
  return out;
}

void print_sound(const Filtered& sound) {
  fmt::print("{}  {}\n", sound.denied.empty() ? "passes" : "DENIED", short_path(sound.path));
  for (const DeniedPart& part : sound.denied) {
    const std::string against =
        part.allowed.empty() ? "" : fmt::format(", \"{}\" {:.3f}", display(part.allowed), part.allowed_score);
    fmt::print("        {}–{}  \"{}\" {:.3f}{}\n", clock_time(part.start_seconds),
               clock_time(std::ceil(part.end_seconds)), display(part.text), part.score, against);
  }
}

int run_filter(const FilterArguments& options) {
  if (options.sounds.empty() || options.deny.empty())
    throw Error(ErrorCode::invalid_argument,
                "filter: which sounds, and what is denied? For example: hearken filter upload.mp3 --deny \"shouting\"");
  const SoundArguments sounds = open_sounds(options.common, options.sounds);
  const Model& model = sounds.model;

  FilterOptions asked;
  asked.threshold = options.threshold;
  const FilterResult result =
      answered_about(sounds, options.common, options.windowing, asked, [&](const FilterOptions& how) {
        return filter(sounds.opened(), model, sounds.inputs, options.deny, options.allow, how);
      });
  if (options.common.json) {
    print_json(filter_json(result, model));
  } else {
    for (const Filtered& sound : result.sounds) print_sound(sound);
  }
  const bool denied = std::ranges::any_of(result.sounds, [](const Filtered& s) { return !s.denied.empty(); });
  if (denied || result.sounds.empty()) return kFailed;
  return exit_status(result.skipped);
}

}  // namespace

void add_filter(CLI::App& program, int& status) {
  const auto [command, options] =
      add_command(program, status, "filter", "Let sounds pass, or not, by what is heard in them", run_filter);
  add_sounds(command, options.sounds)->expected(0, kMostWords);
  not_empty(as_written(command.add_option("--deny", options.deny, "What must not be heard; again for more")))
      ->type_name("TEXT");
  not_empty(
      as_written(command.add_option("--allow", options.allow, "What is near to it and may be heard; again for more")))
      ->type_name("TEXT");
  command
      .add_option("--threshold", options.threshold, "Score from which a window is denied (default: the model's HIGH)")
      ->type_name("X");
  add_windowing_options(command, options.windowing);
  add_common_options(command, options.common);
  command.footer(
      R"(A sound is denied when in one of its windows a denied text scores HIGH, higher than every allowed text, and no
name of AudioSet's is far better. Shorter windows (--window 2 --hop 1) find short moments.

Exit status: 0 every sound passes; 1 one is denied, or nothing could be read; 3 those that could be read pass,
others were skipped and have not passed. The report on standard output says which. See docs/FILTER.md.

Examples:
  hearken filter upload.mp3 --deny "shouting" --deny "gunshots" && publish upload.mp3
  hearken filter uploads --deny "explicit shouting" --allow "calm talking" --json > report.json)");
}

}  // namespace hearken::cli
