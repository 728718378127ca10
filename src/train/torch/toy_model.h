// A model of a few thousand numbers for the engine's tests: CED and MiniLM, each with both kinds of heads.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "model/towers/tower_plan.h"
#include "model/towers/weight_source.h"
#include "train/engine.h"

namespace hearken::train {

/// Numbers by name, a function of the name alone until they are replaced.
class ToyWeights final : public WeightSource {
 public:
  ToyWeights() {
    const auto norm = [&](const std::string& at, std::int64_t n) { add(at + ".weight", {n}), add(at + ".bias", {n}); };
    const auto linear = [&](const std::string& at, std::int64_t out, std::int64_t in) {
      add(at + ".weight", {out, in}), add(at + ".bias", {out});
    };
    norm("audio.bn", 16), add("audio.bn.running_mean", {16}), add("audio.bn.running_var", {16});
    add("audio.patch_embed.weight", {16, 1, 8, 8}), add("audio.patch_embed.bias", {16});
    add("audio.position.time", {5, 16}), add("audio.position.frequency", {2, 16});
    for (const std::string at : {"audio.blocks.0", "audio.blocks.1"}) {
      norm(at + ".norm1", 16), norm(at + ".norm2", 16);
      linear(at + ".attention.qkv", 48, 16), linear(at + ".attention.projection", 16, 16);
      linear(at + ".mlp.fc1", 32, 16), linear(at + ".mlp.fc2", 16, 32);
    }
    norm("audio.norm", 16), norm("audio.head.norm", 16), linear("audio.head.classes", 10, 16);
    add("audio.head.mean", {10}), add("audio.head.base", {12}), add("audio.head.lift", {12}),
        add("projection.map", {10, 12});
    linear("audio.projection.fc1", 12, 16), linear("audio.projection.fc2", 12, 12);
    add("text.embeddings.word", {50, 16}), add("text.embeddings.position", {16, 16});
    add("text.embeddings.token_type", {2, 16}), norm("text.embeddings.norm", 16);
    for (const std::string at : {"text.blocks.0", "text.blocks.1"}) {
      for (const char* part : {".query", ".key", ".value", ".projection"}) linear(at + ".attention" + part, 16, 16);
      norm(at + ".attention.norm", 16), norm(at + ".mlp.norm", 16);
      linear(at + ".mlp.fc1", 32, 16), linear(at + ".mlp.fc2", 16, 32);
    }
    add("text.head.phrases", {14, 16}), add("text.head.phrase_classes", {14}), add("text.head.map", {11, 12}),
        linear("text.projection.fc1", 12, 16), linear("text.projection.fc2", 12, 12);
    add("logit_scale.audio", {}), add("logit_scale.text", {});
    for (std::size_t i = 0; i < 14; ++i) values_["text.head.phrase_classes"][i] = static_cast<float>(i % 11);
    values_["audio.head.base"] = std::vector<float>(12);
    values_["audio.head.base"][10] = 0.3F;
    values_["audio.head.lift"] = std::vector<float>(12);
    values_["audio.head.lift"][11] = 1;
    values_["logit_scale.audio"] = {std::log(20.0F)};
    values_["logit_scale.text"] = {std::log(15.0F)};
  }

  /// The same with an engine's numbers.
  explicit ToyWeights(const Engine& engine) : ToyWeights() {
    for (const EngineTensor& tensor : engine.tensors()) engine.read(tensor.name, values_.at(tensor.name));
  }

  bool contains(std::string_view name) const override { return shapes_.find(name) != shapes_.end(); }
  std::vector<std::int64_t> shape(std::string_view name) const override { return shapes_.find(name)->second; }
  std::vector<float> floats(std::string_view name) const override { return values_.find(name)->second; }
  void replace(const std::string& name, std::vector<float> values) { values_[name] = std::move(values); }

 private:
  void add(const std::string& name, std::vector<std::int64_t> shape) {
    std::size_t size = 1;
    for (const std::int64_t n : shape) size *= static_cast<std::size_t>(n);
    const bool positive = name.ends_with("running_var");
    const bool gain = name.find("norm") != std::string::npos || name.find("bn.") != std::string::npos;
    std::uint64_t z = 0;
    for (const char c : name) z = z * 31 + static_cast<unsigned char>(c);
    std::vector<float>& values = values_[name];
    for (std::size_t i = 0; i < size; ++i) {
      z = z * 6364136223846793005U + 1442695040888963407U;
      const float x = static_cast<float>(z >> 40) / static_cast<float>(1 << 23) - 1;  // -1 to 1
      values.push_back(positive ? 1 + x / 2 : gain && name.ends_with("weight") ? 1 + x / 4 : x / 2);
    }
    shapes_[name] = std::move(shape);
  }

  std::map<std::string, std::vector<std::int64_t>, std::less<>> shapes_;
  std::map<std::string, std::vector<float>, std::less<>> values_;
};

inline model::TowerPlan toy_plan() {
  model::CedConfig ced{.mel_bins = 16,
                       .depth = 2,
                       .width = 16,
                       .heads = 2,
                       .hidden = 32,
                       .patch = 8,
                       .time_positions = 5,
                       .classes = 10,
                       .norm_epsilon = 1e-6F,
                       .head_norm_epsilon = 1e-5F,
                       .batch_norm_epsilon = 1e-5F};
  model::BertConfig bert{.depth = 2,
                         .width = 16,
                         .heads = 2,
                         .hidden = 32,
                         .vocabulary = 50,
                         .positions = 16,
                         .types = 2,
                         .max_tokens = 12,
                         .norm_epsilon = 1e-12F};
  return {.audio = ced,
          .audio_head = {.classes = true, .projection = true, .clip = 16, .longest = 60},
          .text = bert,
          .roberta = false,
          .text_head = {.classes = true,
                        .projection = true,
                        .beta = 5,
                        .centre = 2,
                        .known_from = -1,
                        .known_to = 0.2F,
                        .phrases = 14,
                        .map = "text.head.map"},
          .classes = 10,
          .dimension = 12};
}

/// Four sounds of [16, 40] and their texts.
struct ToyBatch {
  static constexpr int kItems = 4;

  ToyBatch() : targets(kItems * kItems), left_out(kItems * kItems) {
    for (std::size_t i = 0; i < features.size(); ++i)
      features[i] = static_cast<float>(i * 7919 % 211 + i / 640 * 53 % 97) / 50 - 3;
    for (std::size_t i = 0; i < kItems; ++i) targets[i * kItems + i] = 1;
  }

  Batch view() const { return {kItems, features, texts, targets, left_out}; }

  std::vector<float> features = std::vector<float>(kItems * 640);
  std::vector<std::vector<std::int32_t>> texts{{1, 7, 9, 2}, {1, 30, 2}, {1, 11, 12, 13, 14, 2}, {1, 8, 40, 41, 2}};
  std::vector<float> targets;
  std::vector<std::uint8_t> left_out;
};

}  // namespace hearken::train
