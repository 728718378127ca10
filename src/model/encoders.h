// The two halves of a model, as its configuration names them: a tower, a head, and what feeds them.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

#include "hearken/model.h"
#include "model/checkpoint/tensors.h"
#include "model/config.h"
#include "nn/cpu/cpu.h"

namespace hearken::model {

/// Const and shared by threads; each call has an execution context of its own.
class AudioEncoder {
 public:
  virtual ~AudioEncoder() = default;
  virtual std::size_t feature_count(std::size_t samples) const = 0;
  virtual void features(std::span<const float> samples, std::span<float> out) const = 0;
  virtual void embed(nn::Cpu& cpu, std::span<const float> features, EmbeddingForm form, std::span<float> out) const = 0;
};

class TextEncoder {
 public:
  virtual ~TextEncoder() = default;
  virtual void embed(nn::Cpu& cpu, std::string_view text, EmbeddingForm form, std::span<float> out) const = 0;
};

/// What a model directory holds. The weights are mapped, not read, until an encoder is made from them.
struct ModelFiles {
  std::filesystem::path directory;
  Config config;        // config.json
  Config preprocessor;  // preprocessor_config.json
  Tensors weights;      // model.safetensors
};

/// Both read and pack their weights; `files` must outlive the encoder. Throw Error: not_found, corrupt, unsupported.
std::unique_ptr<AudioEncoder> load_audio_encoder(const ModelFiles& files);
std::unique_ptr<TextEncoder> load_text_encoder(const ModelFiles& files);

}  // namespace hearken::model
