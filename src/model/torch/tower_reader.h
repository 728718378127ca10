// Named weights from a checkpoint into libtorch's layers: as tower_reader.h, with leaves for numbers.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "model/torch/parameters.h"
#include "model/towers/tower_reader.h"
#include "nn/torch/torch.h"

namespace hearken::model {

/// Batch norms keep their statistics; all that the checkpoint trains is a leaf.
template <>
struct TowerReader<nn::Torch> {
  using B = nn::Torch;

  Parameters& weights;

  B::Linear linear(const std::string& name, int out, int in) const {
    auto w = linear_without_bias(name, out, in);
    w.bias = weights.vector(name + ".bias", out).value;
    return w;
  }

  B::Linear linear_without_bias(const std::string& name, int out, int in) const {
    return with_addition(weights.matrix(name + ".weight", out, in));
  }

  /// Attention's three products as one leaf, [3·width, width], however the checkpoint holds them.
  B::Linear query_key_value(const std::string& name, int width) const {
    if (weights.stored(name + ".qkv.weight")) return linear(name + ".qkv", 3 * width, width);
    const auto parts = [&](const char* kind) {
      return std::vector<std::string>{name + ".query" + kind, name + ".key" + kind, name + ".value" + kind};
    };
    auto w = with_addition(weights.joint(name + ".qkv.weight", parts(".weight"), width, width));
    w.bias = weights.joint(name + ".qkv.bias", parts(".bias"), width, 0).value;
    return w;
  }

  B::Norm norm(const std::string& name, int width, float epsilon) const {
    return {weights.vector(name + ".weight", width).value, weights.vector(name + ".bias", width).value, epsilon};
  }

  B::Table table(const std::string& name, int rows, int cols) const { return weights.matrix(name, rows, cols).value; }

  B::WindowBias window_bias(const std::string& name, int window, int heads) const {
    const int offsets = 2 * window - 1;
    return {weights.matrix(name, offsets * offsets, heads).value, window};
  }

  B::Affine batch_norm(const std::string& name, int channels, float epsilon) const {
    const auto [weight, bias, mean, deviation] = frozen_norm(name, channels, epsilon);
    return {weight, bias, mean, deviation};
  }

  B::Linear normed_linear(const std::string& convolution, const std::string& norm_name, int out, int in,
                          float epsilon) const {
    return {.weight = weights.matrix(convolution + ".weight", out, in).value,
            .bias = weights.vector(convolution + ".bias", out).value,
            .norm = std::make_shared<B::FrozenNorm>(frozen_norm(norm_name, out, epsilon))};
  }

  B::Linear constant(std::span<const float> values, int out, int in) const {
    return {.weight = copy(values).view({out, in}), .bias = {}, .always_f32 = true};
  }

  B::Linear transposed(const std::string& name, int out, int in) const {
    return {.weight = weights.matrix(name, in, out).value, .bias = {}, .transposed = true, .always_f32 = true};
  }

  /// Constants: what they are made of is in no product.
  B::Affine affine(std::span<const float> scale, std::span<const float> shift) const {
    return {copy(scale), copy(shift), {}, {}};
  }

  template <class Each>
  void each_row(const std::string& name, int rows, int cols, Each each) const {
    const std::vector<float> stored = floats(name, rows, cols);
    for (int r = 0; r < rows; ++r) each(r, stored.data() + static_cast<std::ptrdiff_t>(r) * cols);
  }

  std::vector<float> floats(const std::string& name, int rows, int cols) const {
    return weights.floats(name, rows, cols);
  }

 private:
  at::Tensor copy(std::span<const float> x) const {
    return at::from_blob(const_cast<float*>(x.data()), {static_cast<std::int64_t>(x.size())}, at::kFloat)
        .clone()
        .to(weights.device());
  }

  static B::Linear with_addition(Parameter& matrix) {
    if (matrix.addition == nullptr) matrix.addition = std::make_shared<B::LowRank>();
    return {.weight = matrix.value, .bias = {}, .addition = matrix.addition};
  }

  B::FrozenNorm frozen_norm(const std::string& name, int channels, float epsilon) const {
    return {weights.vector(name + ".weight", channels).value, weights.vector(name + ".bias", channels).value,
            weights.constant(name + ".running_mean", channels),
            (weights.constant(name + ".running_var", channels) + epsilon).sqrt()};
  }
};

}  // namespace hearken::model
