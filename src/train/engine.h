// The seam between the trainer and what computes gradients: one model being trained, step by step.
//
// The engine knows towers, losses and the optimizer, and nothing of files, epochs or captions. It lives in a module of
// its own (src/train/torch), because libtorch is neither everywhere nor small.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/towers/tower_plan.h"
#include "model/towers/weight_source.h"

namespace hearken::train {

using model::WeightSource;

enum class Loss {
  infonce,  // symmetric cross entropy over a batch with learnable temperature (Radford et al. 2021, figure 3), one for
            // each direction where the model has two
  sigmoid,  // each pair for itself, with learnable temperature, the audio side's, and bias (Zhai et al. 2023, algorithm
            // 1). The temperature begins as the model's; the bias where the first batch's pairs are calibrated, that is
            // their probabilities sum to their targets
};

/// Low-rank additions to attention's and the MLPs' products (Hu et al. 2022): W + alpha / rank · B·A. Rank 0: none.
struct LoraOptions {
  int rank = 0;
  double alpha = 16;
};

struct EngineOptions {
  std::string device = "cpu";  // or "cuda", "cuda:1"
  int threads = 0;             // on the CPU; 0: all cores. Part of what decides the bits
  bool bf16 = false;           // autocast: products in bf16; weights, sums, norms and the loss in float32
  Loss loss = Loss::infonce;
  LoraOptions lora;
  /// Whether the tensor of that name (docs/MODEL.md) is trained. With LoRA, weights of attention's and the MLPs'
  /// products of which it is true get additions and stay as they are; all else, biases among it, is as without.
  std::function<bool(std::string_view name)> trained = [](std::string_view) { return true; };
  double beta1 = 0.9, beta2 = 0.98, epsilon = 1e-6;  // AdamW (Loshchilov & Hutter 2019); laion_clap's values
  double weight_decay = 0.01;                        // of matrices; norms, biases and scales are not decayed
  double clip_norm = 1;                              // of all gradients together; 0: not clipped
  std::uint64_t seed = 0;                            // of what begins at random (LoRA's A)
};

/// One batch: items · items pairs of sound and text.
struct Batch {
  int items = 0;                    // at least 2
  std::span<const float> features;  // [items, feature count], as ModelSource's audio encoder makes them
  std::span<const std::vector<std::int32_t>> texts;  // [items], tokens
  std::span<const float> targets;          // [items, items]: the share of text j in what is heard in i; rows and
                                           // columns sum to 1 (the identity without mix-up)
  std::span<const std::uint8_t> left_out;  // [items, items]: 1 for pairs that are neither right nor wrong, such
                                           // as another item's equal caption; does nothing where a target is
                                           // above zero
};

struct Step {
  double gradient_norm = 0;  // before clipping
  bool applied = false;      // false: loss or gradient was no number, and nothing was changed
  int alone = 0;             // sounds and texts of the step's batches of which all other pairs were left out: they
                             // had nothing to be told from, and taught nothing
};

/// A tensor by its checkpoint's name.
struct EngineTensor {
  std::string name;
  std::vector<std::int64_t> shape;
  bool trained = false;  // may differ from the checkpoint's
};

/// What a run needs beside the checkpoint to go on: the trained values, the optimizer's moments and steps.
struct StateTensor {
  std::string name;
  std::vector<std::int64_t> shape;
  std::vector<float> values;
};

/// One thread at a time. Same calls, options and machine: same bits, on the CPU and on CUDA.
/// Throws Error(unsupported) for a device that is not there, Error(invalid_argument) for shapes that do not fit,
/// Error(io) when memory runs out.
class Engine {
 public:
  virtual ~Engine() = default;

  /// Forward and backward; adds share · gradient to what is there. Returns the loss (may be NaN: update() then
  /// refuses), the mean over sounds and texts that have another to be told from. What throws leaves no gradient.
  virtual double accumulate(const Batch& batch, double share) = 0;

  /// Clips, AdamW, and gradients back to zero. The logit scale is kept within [1, 100].
  virtual Step update(double learning_rate) = 0;

  /// Unit vectors [items, dimension], without gradients.
  virtual void embed_audio(std::span<const float> features, int items, std::span<float> out) = 0;
  virtual void embed_texts(std::span<const std::vector<std::int32_t>> texts, std::span<float> out) = 0;

  /// What a score is multiplied by (exp of the learned logarithm), of the audio side where the model has two.
  virtual double logit_scale() const = 0;

  /// The tensors that a checkpoint holds, LoRA's additions worked in, joint matrices apart again; logit scales with
  /// them.
  virtual std::vector<EngineTensor> tensors() const = 0;
  /// Throws Error(not_found).
  virtual void read(std::string_view name, std::span<float> out) const = 0;

  virtual std::vector<StateTensor> state() const = 0;
  /// Throws Error(mismatch) when they are another run's.
  virtual void restore(std::span<const StateTensor> state) = 0;

  /// Trained numbers, and all.
  virtual std::int64_t trained_parameters() const = 0;
  virtual std::int64_t parameters() const = 0;
};

/// `weights` is not needed afterwards. Throws Error(unsupported) where this installation has no libtorch module (the
/// message says how to get it) or the device is not there, Error(invalid_argument) for options out of their range and
/// where nothing is trained, and what WeightSource throws.
std::unique_ptr<Engine> make_engine(const model::TowerPlan& plan, const WeightSource& weights, EngineOptions options);

}  // namespace hearken::train
