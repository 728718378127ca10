// The training engine on libtorch: towers, loss, gradients, optimizer.
#pragma once

#include <ATen/ATen.h>

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/torch/towers.h"
#include "train/engine.h"
#include "train/torch/adamw.h"
#include "train/torch/contrastive_loss.h"
#include "train/torch/state_memory.h"

namespace hearken::train {

class TorchEngine final : public Engine {
 public:
  /// Throws Error(invalid_argument) for options out of their range and where nothing is trained; what open_device and
  /// WeightSource throw.
  TorchEngine(const model::TowerPlan& plan, const WeightSource& weights, EngineOptions options);

  double accumulate(const Batch& batch, double share) override;
  Step update(double learning_rate) override;
  void embed_audio(std::span<const float> features, int items, std::span<float> out) override;
  void embed_texts(std::span<const std::vector<std::int32_t>> texts, std::span<float> out) override;
  double logit_scale() const override;
  std::vector<EngineTensor> tensors() const override;
  void read(std::string_view name, std::span<float> out) const override;
  std::vector<StateTensor> state() const override;
  void restore(std::span<const StateTensor> state) override;
  std::int64_t trained_parameters() const override;
  std::int64_t parameters() const override;

  /// Sounds and texts whose states a frozen tower need not make again. For tests.
  std::size_t remembered() const noexcept { return sounds_.size() + texts_.size(); }

  /// What has been accumulated for the tensor of that name, of its shape; undefined where nothing has. For tests.
  at::Tensor gradient(std::string_view name) const;

 private:
  // A checkpoint's tensor: a part of a leaf.
  struct Place {
    const model::Parameter* leaf = nullptr;
    const model::Parameter::Part* part = nullptr;
    bool trained = false;
  };

  void choose_trained(const std::string& name, model::Parameter& parameter);
  const Place& place(std::string_view name) const;
  void use_threads() const;
  at::Tensor audio_vectors(std::span<const float> features, int items);
  at::Tensor text_vectors(std::span<const std::vector<std::int32_t>> texts);
  at::Tensor loss(const Batch& batch);
  void begin_bias(double value);
  void clear_gradients();
  void embed(const at::Tensor& vectors, std::span<float> out) const;

  EngineOptions options_;
  AdamWOptions adamw_;
  int threads_;
  model::TorchTowers towers_;
  at::Tensor scale_audio_, scale_text_;  // logarithms, [1]; the same leaf where a model has one
  at::Tensor bias_;                      // of the sigmoid loss, [1]; undefined until the first batch
  std::map<std::string, Place, std::less<>> places_;
  std::vector<Trained> trained_;
  bool audio_frozen_ = true, text_frozen_ = true;  // the towers; their heads may be trained
  StateMemory sounds_, texts_;
  std::int64_t steps_ = 0;
  int alone_ = 0;              // since the last update
  bool accumulated_ = false;   // likewise
  bool losses_finite_ = true;  // likewise
};

}  // namespace hearken::train
