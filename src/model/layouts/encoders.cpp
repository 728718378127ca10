// Which kind of model a path holds.
#include "model/layouts/encoders.h"

#include <system_error>
#include <utility>

#include "core/paths.h"
#include "model/config.h"
#include "model/layouts/clap.h"
#include "model/layouts/hearken_clap.h"

namespace hearken::model {

std::unique_ptr<ModelSource> open_model(const std::filesystem::path& path) {
  std::error_code ignored;
  if (!std::filesystem::is_directory(path, ignored)) return open_clap(open_clap_files(path));
  if (!std::filesystem::exists(path / "config.json", ignored) && !ignored)
    throw Error(
        ErrorCode::not_found,
        display(path) + ": is no model: it has no config.json (for a LAION checkpoint give the .pt file itself)");
  Config config = Config::read(path / "config.json");
  const std::string kind = config.text("model_type");
  if (kind == kHearkenClap) return open_hearken_clap(path, std::move(config));
  if (kind == "clap") return open_clap(open_clap_files(path));
  config.refuse("model_type", kind);
}

}  // namespace hearken::model
