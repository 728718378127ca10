// The two halves of a model: a tower, a head, and what feeds them; and the files they come from.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "hearken/model.h"
#include "model/checkpoint/tensors.h"
#include "model/towers/tower_plan.h"
#include "nn/cpu/cpu.h"

namespace hearken::model {

/// Const and shared by threads; each call has an execution context of its own.
class AudioEncoder {
 public:
  virtual ~AudioEncoder() = default;
  virtual std::size_t feature_count(std::size_t samples) const = 0;
  virtual void features(std::span<const float> samples, std::span<float> out) const = 0;
  /// `windows` of them, one after the other: features [windows, feature_count], all of one size -> out [windows,
  /// width].
  virtual void embed(nn::Cpu& cpu, std::span<const float> features, int windows, EmbeddingForm form,
                     std::span<float> out) const = 0;
};

class TextEncoder {
 public:
  virtual ~TextEncoder() = default;
  /// A text's tokens, at most as many as the tower takes.
  virtual std::vector<std::int32_t> tokens(std::string_view text) const = 0;
  /// Texts as tokens() gave them -> out [texts, width].
  virtual void embed(nn::Cpu& cpu, std::span<const std::vector<std::int32_t>> texts, EmbeddingForm form,
                     std::span<float> out) const = 0;
};

/// A model's files, opened: what they say, and the encoders made from them. The weights are mapped, not read, until an
/// encoder is made; encoders point into the source, which must outlive them. Const, any number of threads.
class ModelSource {
 public:
  virtual ~ModelSource() = default;

  /// All but name and precision.
  const ModelInfo& info() const noexcept { return info_; }

  /// The towers and heads, and their weights by the towers' names (docs/MODEL.md).
  const TowerPlan& plan() const noexcept { return plan_; }
  virtual const Tensors& weights() const noexcept = 0;

  /// Hex digest of all that decides a vector beside window, hop and precision. Reads all weights.
  virtual std::string fingerprint() const = 0;

  /// Read and pack a tower's weights for products of that type. Throw Error: not_found, corrupt, unsupported.
  virtual std::unique_ptr<AudioEncoder> load_audio(nn::ProductType type) const = 0;
  virtual std::unique_ptr<TextEncoder> load_text(nn::ProductType type) const = 0;

 protected:
  ModelInfo info_;
  TowerPlan plan_;
};

/// Opens a model's directory or checkpoint file. Throws Error: not_found, corrupt, unsupported.
std::unique_ptr<ModelSource> open_model(const std::filesystem::path& path);

/// The forms of embeddings from a tower's pooled states. project(pooled) gives the projected ones; finish(projected)
/// makes them unit or scored ones in place.
template <class Project, class Finish>
void write_form(nn::Cpu::Tensor pooled, EmbeddingForm form, std::span<float> out, Project project, Finish finish) {
  const auto copy_out = [&](nn::Cpu::Tensor x) { std::memcpy(out.data(), x.data, out.size_bytes()); };
  if (form == EmbeddingForm::pooled) return copy_out(pooled);
  const nn::Cpu::Tensor projected = project(pooled);
  if (form != EmbeddingForm::projected) finish(projected);
  copy_out(projected);
}

}  // namespace hearken::model
