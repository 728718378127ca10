// hearken model pull NAME, and fetching a model that another command needs.
#include <fmt/format.h>

#include "cli/models/model.h"
#include "cli/progress.h"
#include "core/paths.h"
#include "core/threads/threads.h"

namespace hearken::cli {
namespace {

std::string line_of(const PullProgress& p, double begin_bytes, double seconds, bool terminal) {
  std::string line;
  if (p.stage == PullStage::waiting) {
    line = "another program is fetching  " + p.file + "  " + human_bytes(p.done);
  } else if (p.stage == PullStage::checking) {
    line = "checking  " + p.file;
  } else {
    const auto done = static_cast<double>(p.done), total = static_cast<double>(p.total);
    if (terminal) line = bar(done, total);
    line += human_bytes(p.done);
    if (p.total > 0) line += " of " + human_bytes(p.total);
    const double speed = seconds > 1 ? (done - begin_bytes) / seconds : 0;
    if (speed > 0) line += fmt::format("  {}/s", human_bytes(static_cast<std::uint64_t>(speed)));
    if (speed > 0 && total > done) line += "  " + clock_time((total - done) / speed) + " left";
    line += "  " + p.file.substr(p.file.rfind(' ') + 1);
  }
  return line;
}

void announce(const HubPlan& plan) {
  std::string list;
  for (const HubFile& file : plan.files)
    if (!file.cached)
      list += fmt::format("  {}  {}\n", file.repo + ": " + display(file.name),
                          file.bytes > 0 ? human_bytes(file.bytes) : "of unknown size");
  if (list.empty()) return;
  fmt::print(stderr, "fetching {}from {} into {}:\n{}",
             plan.bytes_to_fetch > 0 ? human_bytes(plan.bytes_to_fetch) + " " : "", display(plan.endpoint),
             short_path(hub_cache_directory()), list);
}

nlohmann::json model_pull_json(const HubPlan& plan, const std::filesystem::path& path) {
  auto files = nlohmann::json::array();
  for (const HubFile& file : plan.files)
    files.push_back({{"repo", file.repo},
                     {"commit", file.commit},
                     {"name", display(file.name)},
                     {"path", display(file.path)},
                     {"bytes", std::filesystem::file_size(file.path)},
                     {"fetched", !file.cached}});
  return {{"name", plan.name}, {"path", display(path)}, {"files", std::move(files)}};
}

int run_model_pull(const ModelOptions& options) {
  const HubPlan plan = plan_pull(options.name);
  if (!options.quiet) announce(plan);
  const std::filesystem::path path = pull_with_progress(plan, options.quiet);
  if (options.json) {
    print_json(model_pull_json(plan, path));
  } else {
    fmt::print("{}\n", short_path(path));
  }
  return kDone;
}

}  // namespace

std::filesystem::path pull_with_progress(const HubPlan& plan, bool quiet) {
  StatusLine status(quiet);
  const double began = monotonic_seconds();
  double drawn = -1, begin_bytes = -1;
  PullStage stage = PullStage::fetching;
  return pull(plan, [&](const PullProgress& p) {
    constexpr double kSecondsBetweenDrawings = 0.1;
    if (begin_bytes < 0) begin_bytes = static_cast<double>(p.done);
    const double now = monotonic_seconds() - began;
    if (p.stage == stage && now - drawn < kSecondsBetweenDrawings) return;
    stage = p.stage;
    drawn = now;
    if (status.due(now)) status.draw(line_of(p, begin_bytes, now, status.terminal()));
  });
}

void fetch_needed(const std::string& model, bool quiet) {
  const auto plan = plan_needed(model);
  if (!plan) return;
  if (!quiet) announce(*plan);
  pull_with_progress(*plan, quiet);
}

void add_model_pull(CLI::App& model, int& status) {
  const auto [command, options] =
      add_command(model, status, "pull", "Fetch a model from the hub, or bring it up to date", run_model_pull);
  add_output_options(command, options);
  add_positional(command, "NAME", options.name, "org/repo, org/repo@revision or org/repo:file")->required();
  command.footer(
      R"(Prints where the model lies. A download that was cut short goes on where it stopped; what arrives is checked
against the hub's hashes before it is used. HF_TOKEN gives a token, HF_ENDPOINT another hub.

Examples:
  hearken model pull laion/larger_clap_music_and_speech
  hearken model pull lukewys/laion_clap:music_audioset_epoch_15_esc_90.14.pt)");
}

}  // namespace hearken::cli
