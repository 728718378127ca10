// Which engine is meant, and the model that goes with it.
#include "cli/engine.h"

#include <utility>

#include "cli/guide/definition.h"
#include "core/environment.h"

namespace hearken::cli {

CLI::Option* add_engine_option(CLI::App& command, std::string& url) {
  return rare(add_value(command, "--cluster,--engine", url,
                        "A cluster instead of a library (also HEARKEN_ENGINE; docs/REMOTE.md)", "URL"))
      ->excludes(command.get_option("--library"));
}

std::string cluster_meant(const std::string& url) { return url.empty() ? environment("HEARKEN_ENGINE") : url; }

std::optional<Remote> engine_asked(const std::string& url, const CommonOptions& options) {
  if (url.empty() && !options.library.empty()) return std::nullopt;
  const std::string meant = cluster_meant(url);
  return meant.empty() ? std::nullopt : std::optional(Remote::connect(meant));
}

LibraryInfo info_of(const Remote& remote) {
  LibraryInfo out;
  for (const VectorOrigin& origin : origins(remote)) {
    LibraryModel& model = out.models.emplace_back();
    model.name = origin.model;
    model.precision = origin.precision;
  }
  return out;
}

Searched::Searched(const std::string& url, const CommonOptions& options, OpenMode mode)
    : what_([&]() -> std::variant<Library, Remote> {
        if (std::optional<Remote> remote = engine_asked(url, options)) return *std::move(remote);
        return Library::open(options.library_path(), mode);
      }()) {
  if (const Library* here = library())
    info_ = here->info();
  else
    info_ = info_of(std::get<Remote>(what_));
}

Model Searched::model(const CommonOptions& options) const {
  const Library* here = std::get_if<Library>(&what_);
  if (here != nullptr) check_not_foreign(options, info_);
  if (here != nullptr && needed_from_hub(options.model) == options.model) check_holds(*here, options.model);
  return load_model(options, &info_);
}

}  // namespace hearken::cli
