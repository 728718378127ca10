// What every tower's loader does: named weights from a checkpoint into a backend's layers.
#pragma once

#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

#include "model/checkpoint/tensors.h"
#include "nn/backend.h"

namespace hearken::model {

/// Reads `name.weight` and `name.bias`, checking shapes. Throws what Tensors throws.
template <nn::Backend B>
struct TowerReader {
  const Tensors& file;
  nn::ProductType type = nn::ProductType::f32;

  typename B::Linear linear(const std::string& name, int out, int in) const {
    return linear_with(name, out, in, file.floats(name + ".bias", 1, out));
  }

  typename B::Linear linear_without_bias(const std::string& name, int out, int in) const {
    return linear_with(name, out, in, {});
  }

  /// Attention's three products as one, [3·width, width]: `name.qkv`, or `name.query`, `name.key` and `name.value`.
  typename B::Linear query_key_value(const std::string& name, int width) const {
    if (file.contains(name + ".qkv.weight")) return linear(name + ".qkv", 3 * width, width);
    thread_local std::vector<float> weight;  // kept, because fresh memory costs more than the copying
    std::vector<float> bias;
    weight.clear();
    for (const char* part : {".query", ".key", ".value"}) {
      file.matrix(name + part + ".weight", width, width).append_to(weight);
      file.release_pages(name + part + ".weight");
      file.matrix(name + part + ".bias", 1, width).append_to(bias);
    }
    return B::make_linear({weight.data(), 3 * width, width}, bias, type);
  }

  typename B::Linear linear_with(const std::string& name, int out, int in, const std::vector<float>& bias) const {
    const nn::WeightView stored = file.matrix(name + ".weight", out, in);
    const float* const in_place = stored.floats_in_place();
    const auto copy = in_place != nullptr ? std::vector<float>() : stored.floats();
    auto linear = B::make_linear({in_place != nullptr ? in_place : copy.data(), out, in}, bias, type);
    file.release_pages(name + ".weight");
    return linear;
  }

  typename B::Norm norm(const std::string& name, int width, float epsilon) const {
    return B::make_norm(file.floats(name + ".weight", 1, width), file.floats(name + ".bias", 1, width), epsilon);
  }
};

/// A batch norm at inference: y = scale·x + shift for each channel.
struct FoldedBatchNorm {
  std::vector<float> scale, shift;
};

/// Reads `name.weight`, `.bias`, `.running_mean` and `.running_var`.
inline FoldedBatchNorm fold_batch_norm(const Tensors& file, const std::string& name, int channels, float epsilon) {
  FoldedBatchNorm out{file.floats(name + ".weight", 1, channels), file.floats(name + ".bias", 1, channels)};
  const auto mean = file.floats(name + ".running_mean", 1, channels);
  const auto variance = file.floats(name + ".running_var", 1, channels);
  for (std::size_t i = 0; i < out.scale.size(); ++i) {
    out.scale[i] /= std::sqrt(variance[i] + epsilon);
    out.shift[i] -= mean[i] * out.scale[i];
  }
  return out;
}

}  // namespace hearken::model
