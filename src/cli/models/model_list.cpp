// hearken model list
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <optional>
#include <string_view>

#include "cli/models/model.h"
#include "core/paths.h"
#include "model/layouts/locate.h"

namespace hearken::cli {
namespace {

// The model that comes with Hearken, when it is installed.
std::optional<ModelFile> bundled() {
  try {
    ModelFile starter{model::locate("starter").path, 0};
    for (const auto& entry : std::filesystem::directory_iterator(starter.path))
      if (entry.is_regular_file()) starter.bytes += entry.file_size();
    return starter;
  } catch (const Error&) {
    return std::nullopt;
  } catch (const std::filesystem::filesystem_error&) {
    return std::nullopt;
  }
}

int run_model_list(const ModelOptions& options) {
  const auto starter = bundled();
  const std::vector<CachedModel> models = list_cached();
  const std::filesystem::path cache = hub_cache_directory();
  if (options.json) {
    auto list = nlohmann::json::array();
    for (const CachedModel& m : models)
      list.push_back(
          {{"name", display(m.name)}, {"commit", display(m.commit)}, {"path", display(m.path)}, {"bytes", m.bytes}});
    auto with_hearken = nlohmann::json::array();
    if (starter)
      with_hearken.push_back({{"name", "starter"}, {"path", display(starter->path)}, {"bytes", starter->bytes}});
    print_json({{"bundled", std::move(with_hearken)}, {"cache", display(cache)}, {"models", std::move(list)}});
    return kDone;
  }
  constexpr std::string_view kStarter = "starter";
  std::size_t width = kStarter.size();
  for (const CachedModel& m : models) width = std::max(width, display(m.name).size());
  const auto line = [&](const std::string& name, std::uint64_t bytes, const std::string& where) {
    fmt::print("{:<{}}  {:>9}  {}\n", name, width, human_bytes(bytes), where);
  };
  if (starter) line(std::string(kStarter), starter->bytes, short_path(starter->path) + " (comes with Hearken)");
  for (const CachedModel& m : models) line(display(m.name), m.bytes, short_path(m.path));
  std::fflush(stdout);  // so that the remark stands below the list
  if (models.empty() && !options.quiet)
    print_error("no other model in " + short_path(cache) + " yet; one is fetched by: hearken model pull NAME");
  return kDone;
}

}  // namespace

void add_model_list(CLI::App& model, int& status) {
  const auto [command, options] =
      add_command(model, status, "list", "The models that can be used at once: the bundled one, and those in the cache",
                  run_model_list);
  add_output_options(command, options);
  command.footer("Example:\n  hearken model list --json");
}

}  // namespace hearken::cli
