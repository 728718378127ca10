// Touches all that a reader claims: each tensor's bytes must be there, and what may not be read must say so.
#pragma once

#include <cstdlib>
#include <string>
#include <utility>

#include "hearken/error.h"
#include "model/checkpoint/tensors.h"

inline void read_all(const hearken::model::Tensors& tensors) {
  for (const auto& entry : tensors.all()) {
    const std::string& name = entry.first;
    const hearken::model::Tensor& tensor = entry.second;
    if (!tensor.unreadable.empty()) continue;
    if (static_cast<std::size_t>(tensor.elements()) * size_of(tensor.type) != tensor.bytes) std::abort();
    unsigned sum = 0;
    for (std::size_t i = 0; i < tensor.bytes; i += 512) sum += std::to_integer<unsigned>(tensor.data[i]);
    if (tensor.bytes > 0) sum += std::to_integer<unsigned>(tensor.data[tensor.bytes - 1]);
    volatile unsigned sink = sum;
    static_cast<void>(sink);
    try {
      if (tensor.bytes < 4096) static_cast<void>(tensors.floats(name));
    } catch (const hearken::Error&) {  // not of a type that converts
    }
  }
}
