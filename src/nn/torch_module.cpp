// Finding and opening the module.
#include "nn/torch_module.h"

#include <dlfcn.h>

#include <filesystem>
#include <string>
#include <system_error>

#include "core/paths.h"
#include "hearken/error.h"
#include "hearken/version.h"

namespace hearken::nn {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFile = "libhearken_torch.so";

fs::path find_module() {
  std::error_code ignored;
  const fs::path beside = fs::read_symlink("/proc/self/exe", ignored).parent_path() / kFile;
  for (const fs::path& path : {beside, fs::path(HEARKEN_MODULE_DIR) / kFile})
    if (fs::exists(path, ignored)) return path;
  throw Error(
      ErrorCode::unsupported,
      "no libtorch module here: install libtorch-dev and libopenblas0-pthread, or PyPI's torch, and build again");
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
