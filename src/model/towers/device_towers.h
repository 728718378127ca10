// A model's towers on another device than this library's own executor: what libtorch's module offers for embedding.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "hearken/model.h"
#include "model/towers/tower_plan.h"
#include "model/towers/weight_source.h"

namespace hearken::model {

/// Weights and products are float32 (no TF32). The same calls give the same bits in every run on one machine; cosine to
/// the CPU's vectors at fp32 is 0.99999 or more. One call at a time.
class DeviceTowers {
 public:
  virtual ~DeviceTowers() = default;

  /// Features and texts as the model's encoders make them -> out [windows or texts, width of the form].
  virtual void embed_audio(std::span<const float> features, int windows, EmbeddingForm form, std::span<float> out) = 0;
  virtual void embed_texts(std::span<const std::vector<std::int32_t>> texts, EmbeddingForm form,
                           std::span<float> out) = 0;
};

/// `device` is "cpu" (libtorch's), "cuda" or "cuda:N". `weights` are not needed afterwards. Throws Error(unsupported)
/// when there is no libtorch module, or none of such devices: nothing falls back to the CPU.
std::unique_ptr<DeviceTowers> open_on_device(const TowerPlan& plan, const WeightSource& weights,
                                             const std::string& device);

}  // namespace hearken::model
