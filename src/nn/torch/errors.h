// libtorch's exceptions as this library's errors, and devices by name.
#pragma once

#include <ATen/ATen.h>

#include <string>
#include <string_view>

#include "hearken/error.h"

namespace hearken::nn {

/// The first line of libtorch's message, without the trace that follows it: Error(io) when memory ran out, else
/// Error(internal), because whoever calls libtorch has checked the shapes.
Error torch_error(std::string_view place, const std::exception& e);

/// call(), with libtorch's exceptions turned into this library's: "place: reason". Nothing else leaves the module.
template <class Call>
decltype(auto) guarded(std::string_view place, Call call) {
  try {
    return call();
  } catch (const Error&) {
    throw;
  } catch (const std::exception& e) {
    throw torch_error(place, e);
  }
}

/// "cpu", "cuda" or "cuda:1". Throws Error(invalid_argument) for another name, Error(unsupported) for a device that
/// this libtorch or this machine does not have; the message says which. On CUDA it settles that the same calls give the
/// same bits, for the whole process.
at::Device open_device(const std::string& name);

}  // namespace hearken::nn
