// Looking for model directories.
#include "model/layouts/locate.h"

#include <dlfcn.h>

#include <system_error>
#include <vector>

#include "core/environment.h"
#include "core/paths.h"
#include "hearken/hub.h"

namespace hearken::model {

namespace fs = std::filesystem;

namespace {

// The file that holds this code: the program, or a shared library that others load (Python's module).
fs::path own_file() {
  ::Dl_info info{};
  return ::dladdr(reinterpret_cast<const void*>(&own_file), &info) != 0 && info.dli_fname != nullptr ? info.dli_fname
                                                                                                     : "";
}

}  // namespace

Located locate(std::string_view name) {
  std::error_code ignored;
  if (name != "starter") {
    const fs::path path(name);
    if (is_hub_name(name)) {
      if (const auto found = find_in_cache(name)) return {*found, std::string(name)};
      throw Error(ErrorCode::not_found,
                  "model " + display(name) + ": no such path, and not in the Hugging Face cache at " +
                      display(hub_cache_directory()) + "; fetch it: hearken model pull " + display(name));
    }
    if (!fs::exists(path, ignored))
      throw Error(ErrorCode::not_found,
                  "model " + display(name) +
                      ": no such file or directory; a model is \"starter\", a path, org/repo or org/repo:file.pt");
    const fs::path absolute = fs::absolute(path).lexically_normal();
    return {absolute, absolute.string()};
  }
  std::vector<fs::path> places;
  if (const std::string models = environment("HEARKEN_MODELS"); !models.empty()) places.emplace_back(models);
  if (const fs::path program = fs::read_symlink("/proc/self/exe", ignored); !program.empty()) {
    places.push_back(program.parent_path() / "../share/hearken/models");
    places.push_back(program.parent_path() / "../models");
  }
  if (const fs::path own = own_file(); own.extension() == ".so") places.push_back(own.parent_path() / "models");
  places.emplace_back(HEARKEN_DATA_DIR "/models");
  std::string looked;
  for (const fs::path& place : places) {
    const fs::path candidate = (place / "starter").lexically_normal();
    if (fs::exists(candidate / "config.json", ignored)) return {candidate, "starter"};
    looked += (looked.empty() ? "" : ", ") + display(candidate);
  }
  throw Error(ErrorCode::not_found, "model starter: not installed (looked in " + looked +
                                        "); set HEARKEN_MODELS to the folder that holds it");
}

}  // namespace hearken::model
