// What every tower's loader does: named weights from a checkpoint into a backend's layers.
#pragma once

#include <cmath>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "model/checkpoint/tensors.h"
#include "nn/backend.h"

namespace hearken::model {

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

/// Reads `name.weight` and `name.bias`, checking shapes. Throws what Tensors throws. Every weight of a tower comes
/// through here, so a backend whose weights are more than numbers (they are trained, or lie elsewhere) specialises it.
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
    return B::make_norm(floats(name + ".weight", 1, width), floats(name + ".bias", 1, width), epsilon);
  }

  typename B::Table table(const std::string& name, int rows, int cols) const {
    return B::make_table(file.matrix(name, rows, cols));
  }

  /// Swin's biases for windows of `window` tokens a side.
  typename B::WindowBias window_bias(const std::string& name, int window, int heads) const {
    const int offsets = 2 * window - 1;
    return B::make_window_bias(file.matrix(name, offsets * offsets, heads), window);
  }

  typename B::Affine batch_norm(const std::string& name, int channels, float epsilon) const {
    const FoldedBatchNorm folded = fold_batch_norm(file, name, channels, epsilon);
    return B::make_affine(folded.scale, folded.shift);
  }

  /// A 1×1 convolution [out, in] followed by a batch norm, as one product.
  typename B::Linear normed_linear(const std::string& convolution, const std::string& norm_name, int out, int in,
                                   float epsilon) const {
    auto weight = floats(convolution + ".weight", out, in);
    auto bias = floats(convolution + ".bias", 1, out);
    const FoldedBatchNorm folded = fold_batch_norm(file, norm_name, out, epsilon);
    for (std::size_t r = 0; r < bias.size(); ++r) {
      for (std::size_t c = 0; c < static_cast<std::size_t>(in); ++c)
        weight[r * static_cast<std::size_t>(in) + c] *= folded.scale[r];
      bias[r] = bias[r] * folded.scale[r] + folded.shift[r];
    }
    return B::make_linear({weight.data(), out, in}, bias, type);
  }

  /// A product without bias, always float32, whose values [out, in] are in no file: x·Wᵀ.
  typename B::Linear constant(const std::vector<float>& values, int out, int in) const {
    return B::make_linear({values.data(), out, in}, {}, nn::ProductType::f32);
  }

  /// As constant(), of a tensor that is stored as [in, out].
  typename B::Linear transposed(const std::string& name, int out, int in) const {
    const auto stored = floats(name, in, out);
    std::vector<float> weight(stored.size());
    const auto rows = static_cast<std::size_t>(in), cols = static_cast<std::size_t>(out);
    for (std::size_t r = 0; r < rows; ++r)
      for (std::size_t c = 0; c < cols; ++c) weight[c * rows + r] = stored[r * cols + c];
    return B::make_linear({weight.data(), out, in}, {}, nn::ProductType::f32);
  }

  typename B::Affine affine(std::span<const float> scale, std::span<const float> shift) const {
    return B::make_affine(scale, shift);
  }

  /// each(r, row [cols]) for every row of a matrix, in order.
  template <class Each>
  void each_row(const std::string& name, int rows, int cols, Each each) const {
    const nn::WeightView stored = file.matrix(name, rows, cols);
    std::vector<float> row(static_cast<std::size_t>(cols));
    for (int r = 0; r < rows; ++r) {
      stored.read_row(r, row.data());
      each(r, static_cast<const float*>(row.data()));
    }
  }

  std::vector<float> floats(const std::string& name, int rows, int cols) const { return file.floats(name, rows, cols); }
};

}  // namespace hearken::model
