// What every tower's loader does: named weights from a file into a backend's layers.
#pragma once

#include <string>

#include "model/checkpoint/tensors.h"
#include "nn/backend.h"

namespace hearken::model {

/// Reads `name.weight` and `name.bias`, checking shapes. Throws what Tensors throws.
template <nn::Backend B>
struct TowerReader {
  const Tensors& file;

  typename B::Linear linear(const std::string& name, int out, int in) const {
    const auto weight = file.floats(name + ".weight", out, in);
    return B::make_linear({weight.data(), out, in}, file.floats(name + ".bias", 1, out));
  }

  typename B::Norm norm(const std::string& name, int width, float epsilon) const {
    return B::make_norm(file.floats(name + ".weight", 1, width), file.floats(name + ".bias", 1, width), epsilon);
  }
};

}  // namespace hearken::model
