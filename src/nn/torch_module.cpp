// Finding and opening the module.
#include "nn/torch_module.h"

#include <dlfcn.h>

#include <filesystem>
#include <string>
#include <system_error>

#include "core/environment.h"
#include "core/paths.h"
#include "hearken/error.h"
#include "hearken/version.h"

namespace hearken::nn {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFile = "libhearken_torch.so";

// What $HEARKEN_TORCH_MODULE names; else beside the program (a build folder), where an installed one has it, and where
// this library was configured to be installed (for other programs that link it).
fs::path find_module() {
  std::error_code ignored;
  if (const fs::path path = environment("HEARKEN_TORCH_MODULE"); !path.empty()) {
    if (!fs::exists(path, ignored))
      throw Error(ErrorCode::unsupported,
                  "HEARKEN_TORCH_MODULE names " + display(path) + ", and there is no such file");
    return path;
  }
  const fs::path program = fs::read_symlink("/proc/self/exe", ignored).parent_path();
  for (const fs::path& folder : {program, program / HEARKEN_MODULE_FROM_PROGRAM, fs::path(HEARKEN_MODULE_DIR)})
    if (const fs::path path = folder / kFile; fs::exists(path, ignored)) return path.lexically_normal();
  throw Error(ErrorCode::unsupported,
              "training and --device cuda are not part of this build; in a clone of Hearken this adds them: "
              "./dev build --train");
}

void* open_module() {
  const fs::path path = find_module();
  void* const module = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (module == nullptr) throw Error(ErrorCode::unsupported, display(path) + ": does not load", ::dlerror());
  const auto version_of = reinterpret_cast<const char* (*)()>(::dlsym(module, "hearken_torch_version"));
  const std::string found = version_of != nullptr ? version_of() : "none";
  if (found != version())
    throw Error(ErrorCode::unsupported, display(path) + ": is of version " + found + ", and this program of " +
                                            std::string(version()) + "; build again");
  return module;  // never closed: libtorch's threads and caches live on
}

}  // namespace

void* torch_symbol(const char* name) {
  static void* const module = open_module();
  void* const symbol = ::dlsym(module, name);
  if (symbol == nullptr) throw Error(ErrorCode::unsupported, std::string(kFile) + ": has no " + name + "; build again");
  return symbol;
}

}  // namespace hearken::nn
