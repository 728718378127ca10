// Which engine is meant, and the model that goes with it.
#include "cli/engine.h"

#include <cstdlib>
#include <vector>

#include "cli/guide/definition.h"

namespace hearken::cli {

CLI::Option* add_engine_option(CLI::App& command, std::string& url) {
  return rare(add_value(command, "--cluster,--engine", url,
                        "A cluster instead of a library (also HEARKEN_ENGINE; docs/REMOTE.md)", "URL"))
      ->excludes(command.get_option("--library"));
}

std::optional<Remote> engine_asked(const std::string& url, const CommonOptions& options) {
  if (!url.empty()) return Remote::connect(url);
  const char* set = std::getenv("HEARKEN_ENGINE");
  if (set == nullptr || *set == '\0' || !options.library.empty()) return std::nullopt;
  return Remote::connect(set);
}

Model load_model(const CommonOptions& options, const Remote& remote) {
  LibraryInfo as_library;
  for (const VectorOrigin& origin : origins(remote)) {
    LibraryModel model;
    model.name = origin.model;
    model.precision = origin.precision;
    as_library.models.push_back(std::move(model));
  }
  return load_model(options, &as_library);
}

}  // namespace hearken::cli
