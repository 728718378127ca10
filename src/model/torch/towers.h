// A model's two halves on libtorch: the same towers and heads, with gradients.
#pragma once

#include <ATen/ATen.h>

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "model/torch/parameters.h"
#include "model/towers/tower_plan.h"
#include "model/towers/weight_source.h"

namespace hearken::model {

/// One thread at a time. Gradients are recorded unless the caller forbids it (at::NoGradGuard), from the first leaf on
/// that requires them.
class TorchTowers {
 public:
  /// Reads all weights; `weights` is not needed afterwards. bf16: products in bfloat16, all else in float32.
  /// Throws what WeightSource throws.
  TorchTowers(const TowerPlan& plan, const WeightSource& weights, at::Device device, bool bf16);
  ~TorchTowers();

  Parameters& parameters() noexcept;
  const Parameters& parameters() const noexcept;

  /// Features of `items` windows, one after the other, as the model's AudioEncoder makes them: [64, frames] (CED), or
  /// one or four [64, 1001] (HTSAT) -> the tower's states [items, width]. Throws Error(invalid_argument) for a count
  /// that does not fit.
  at::Tensor audio_pooled(std::span<const float> features, int items);

  /// -> vectors in the shared space [items, dimension], not of unit length.
  at::Tensor audio_vectors(std::span<const float> features, int items);

  /// Texts of tokens, as the model's TextEncoder makes them -> [texts, width] and [texts, dimension].
  /// Throws Error(invalid_argument) for no text, an empty one, one that is too long, or a token outside the vocabulary.
  at::Tensor text_pooled(std::span<const std::vector<std::int32_t>> texts);
  at::Tensor text_vectors(std::span<const std::vector<std::int32_t>> texts);

  /// Vectors in the shared space as EmbeddingForm has them.
  at::Tensor audio_unit(const at::Tensor& vectors);
  at::Tensor text_unit(const at::Tensor& vectors);
  at::Tensor text_scored(const at::Tensor& vectors);

  /// From the pooled states on.
  at::Tensor audio_head(const at::Tensor& pooled);
  at::Tensor text_head(const at::Tensor& pooled);

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace hearken::model
