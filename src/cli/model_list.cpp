// hearken model list
#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "cli/model.h"
#include "core/paths.h"

namespace hearken::cli {
namespace {

int run(const ModelOptions& options) {
  const std::vector<CachedModel> models = list_cached();
  const std::filesystem::path cache = hub_cache_directory();
  if (options.json) {
    auto list = nlohmann::json::array();
    for (const CachedModel& m : models)
      list.push_back(
          {{"name", display(m.name)}, {"commit", display(m.commit)}, {"path", display(m.path)}, {"bytes", m.bytes}});
    print_json({{"cache", display(cache)}, {"models", std::move(list)}});
    return kDone;
  }
  std::size_t width = 0;
  for (const CachedModel& m : models) width = std::max(width, display(m.name).size());
  for (const CachedModel& m : models)
    fmt::print("{:<{}}  {:>9}  {}\n", display(m.name), width, human_bytes(m.bytes), friendly(m.path));
  if (models.empty() && !options.quiet)
    complain("no model in " + friendly(cache) + " yet; starter comes with Hearken, others by: hearken model pull NAME");
  return kDone;
}

}  // namespace

void add_model_list(CLI::App& model, int& status) {
  const auto options = std::make_shared<ModelOptions>();
  CLI::App* command = add_model_command(model, "list", "The models in the cache that can be used at once", *options);
  command->footer("Example:\n  hearken model list --json");
  command->callback([options, &status] { status = run(*options); });
}

}  // namespace hearken::cli
