// hearken model: the group of subcommands, and what they share.
#include "cli/models/model.h"

#include <fmt/format.h>

#include "cli/models/model_commands.h"

namespace hearken::cli {

std::string human_bytes(std::uint64_t bytes) {
  if (bytes < 1000) return fmt::format("{} bytes", bytes);
  const auto value = static_cast<double>(bytes);
  if (value < 1e6) return fmt::format("{:.1f} kB", value / 1e3);
  if (value < 1e9) return fmt::format("{:.1f} MB", value / 1e6);
  return fmt::format("{:.2f} GB", value / 1e9);
}

void add_model(CLI::App& program, int& status) {
  CLI::App* model = program.add_subcommand("model", "Models: fetch, list, remove, look into, check, convert");
  model->require_subcommand(1);
  for (const auto add :
       {add_model_pull, add_model_list, add_model_rm, add_model_show, add_model_check, add_model_convert})
    add(*model, status);
  model->footer(
      R"(A model of the Hugging Face hub is named org/repo, or org/repo:file.pt for one checkpoint of a repository.
Models lie in the cache that other programs use too: HF_HUB_CACHE, else hub/ in HF_HOME, else
~/.cache/huggingface/hub.

Examples:
  hearken model pull laion/clap-htsat-unfused
  hearken model list
  hearken model show starter)");
}

}  // namespace hearken::cli
