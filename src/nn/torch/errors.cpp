// libtorch's exceptions and devices.
#include "nn/torch/errors.h"

#include <ATen/detail/CUDAHooksInterface.h>

#include <charconv>
#include <cstdlib>
#include <new>

namespace hearken::nn {
namespace {

bool is_memory(std::string_view message) {
  for (const char* sign : {"out of memory", "allocate memory", "not enough memory", "bad_alloc"})
    if (message.find(sign) != std::string_view::npos) return true;
  return false;
}

}  // namespace

Error torch_error(std::string_view place, const std::exception& e) {
  const auto* torch = dynamic_cast<const c10::Error*>(&e);
  std::string message = torch != nullptr ? torch->what_without_backtrace() : e.what();
  if (const std::size_t end = message.find('\n'); end != std::string::npos) message.resize(end);
  if (is_memory(message)) return Error(ErrorCode::io, std::string(place) + ": memory ran out", message);
  return Error(ErrorCode::internal, std::string(place) + ": libtorch failed", message);
}

at::Device open_device(const std::string& name) {
  if (name == "cpu") return at::kCPU;
  int index = 0;
  const char* const end = name.data() + name.size();
  const bool numbered = name.starts_with("cuda:");
  if (numbered) {
    const auto read = std::from_chars(name.data() + 5, end, index);
    if (read.ec != std::errc{} || read.ptr != end || index < 0 || index > 127) index = -1;
  }
  if ((name != "cuda" && !numbered) || index < 0)
    throw Error(ErrorCode::invalid_argument, "device \"" + name + "\": there are cpu, cuda, cuda:1 and so on");
#ifdef HEARKEN_TORCH_CUDA
  const int devices = at::globalContext().hasCUDA() ? at::detail::getCUDAHooks().getNumGPUs() : 0;
  if (index >= devices)
    throw Error(ErrorCode::unsupported, "device \"" + name + "\": libtorch sees " +
                                            (devices == 0 ? std::string("no CUDA device") : std::to_string(devices)) +
                                            " here");
#else
  throw Error(ErrorCode::unsupported,
              "device \"" + name + "\": this libtorch is for the CPU; PyPI's torch has CUDA, then build again");
#endif
  ::setenv("CUBLAS_WORKSPACE_CONFIG", ":4096:8", 0);  // read when the first product is made; cuBLAS documents it
  at::globalContext().setDeterministicAlgorithms(true, false);
  at::globalContext().setBenchmarkCuDNN(false);
  at::globalContext().setAllowTF32CuBLAS(false);
  return {at::kCUDA, static_cast<at::DeviceIndex>(index)};
}

}  // namespace hearken::nn
