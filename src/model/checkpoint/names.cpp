// One table of names: the towers', transformers', laion_clap's.
#include "model/checkpoint/names.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "core/ascii.h"
#include "core/paths.h"

namespace hearken::model {
namespace {

// `#` stands for a number, `*` for the rest (weight, bias, running_mean, …). A LAION name that ends in [i] is the i-th
// third of a matrix that holds three below each other.
struct Row {
  std::string_view tower, hugging_face, laion;
};

constexpr Row kNames[] = {
    {"audio.bn.*", "audio_model.audio_encoder.batch_norm.*", "audio_branch.bn0.*"},
    {"audio.patch.*", "audio_model.audio_encoder.patch_embed.proj.*", "audio_branch.patch_embed.proj.*"},
    {"audio.patch_norm.*", "audio_model.audio_encoder.patch_embed.norm.*", "audio_branch.patch_embed.norm.*"},
    {"audio.fusion.local_patch.*", "audio_model.audio_encoder.patch_embed.mel_conv2d.*",
     "audio_branch.patch_embed.mel_conv2d.*"},
    {"audio.fusion.local.in.*", "audio_model.audio_encoder.patch_embed.fusion_model.local_att.0.*",
     "audio_branch.patch_embed.fusion_model.local_att.0.*"},
    {"audio.fusion.local.in_norm.*", "audio_model.audio_encoder.patch_embed.fusion_model.local_att.1.*",
     "audio_branch.patch_embed.fusion_model.local_att.1.*"},
    {"audio.fusion.local.out.*", "audio_model.audio_encoder.patch_embed.fusion_model.local_att.3.*",
     "audio_branch.patch_embed.fusion_model.local_att.3.*"},
    {"audio.fusion.local.out_norm.*", "audio_model.audio_encoder.patch_embed.fusion_model.local_att.4.*",
     "audio_branch.patch_embed.fusion_model.local_att.4.*"},
    {"audio.fusion.global.in.*", "audio_model.audio_encoder.patch_embed.fusion_model.global_att.1.*",
     "audio_branch.patch_embed.fusion_model.global_att.1.*"},
    {"audio.fusion.global.in_norm.*", "audio_model.audio_encoder.patch_embed.fusion_model.global_att.2.*",
     "audio_branch.patch_embed.fusion_model.global_att.2.*"},
    {"audio.fusion.global.out.*", "audio_model.audio_encoder.patch_embed.fusion_model.global_att.4.*",
     "audio_branch.patch_embed.fusion_model.global_att.4.*"},
    {"audio.fusion.global.out_norm.*", "audio_model.audio_encoder.patch_embed.fusion_model.global_att.5.*",
     "audio_branch.patch_embed.fusion_model.global_att.5.*"},
    {"audio.stages.#.blocks.#.norm1.*", "audio_model.audio_encoder.layers.#.blocks.#.layernorm_before.*",
     "audio_branch.layers.#.blocks.#.norm1.*"},
    {"audio.stages.#.blocks.#.attention.query.*", "audio_model.audio_encoder.layers.#.blocks.#.attention.self.query.*",
     "audio_branch.layers.#.blocks.#.attn.qkv.*[0]"},
    {"audio.stages.#.blocks.#.attention.key.*", "audio_model.audio_encoder.layers.#.blocks.#.attention.self.key.*",
     "audio_branch.layers.#.blocks.#.attn.qkv.*[1]"},
    {"audio.stages.#.blocks.#.attention.value.*", "audio_model.audio_encoder.layers.#.blocks.#.attention.self.value.*",
     "audio_branch.layers.#.blocks.#.attn.qkv.*[2]"},
    {"audio.stages.#.blocks.#.attention.bias",
     "audio_model.audio_encoder.layers.#.blocks.#.attention.self.relative_position_bias_table",
     "audio_branch.layers.#.blocks.#.attn.relative_position_bias_table"},
    {"audio.stages.#.blocks.#.attention.projection.*",
     "audio_model.audio_encoder.layers.#.blocks.#.attention.output.dense.*",
     "audio_branch.layers.#.blocks.#.attn.proj.*"},
    {"audio.stages.#.blocks.#.norm2.*", "audio_model.audio_encoder.layers.#.blocks.#.layernorm_after.*",
     "audio_branch.layers.#.blocks.#.norm2.*"},
    {"audio.stages.#.blocks.#.mlp.fc1.*", "audio_model.audio_encoder.layers.#.blocks.#.intermediate.dense.*",
     "audio_branch.layers.#.blocks.#.mlp.fc1.*"},
    {"audio.stages.#.blocks.#.mlp.fc2.*", "audio_model.audio_encoder.layers.#.blocks.#.output.dense.*",
     "audio_branch.layers.#.blocks.#.mlp.fc2.*"},
    {"audio.stages.#.merge.norm.*", "audio_model.audio_encoder.layers.#.downsample.norm.*",
     "audio_branch.layers.#.downsample.norm.*"},
    {"audio.stages.#.merge.reduction.*", "audio_model.audio_encoder.layers.#.downsample.reduction.*",
     "audio_branch.layers.#.downsample.reduction.*"},
    {"audio.norm.*", "audio_model.audio_encoder.norm.*", "audio_branch.norm.*"},
    {"audio.projection.fc1.*", "audio_projection.linear1.*", "audio_projection.0.*"},
    {"audio.projection.fc2.*", "audio_projection.linear2.*", "audio_projection.2.*"},
    {"text.embeddings.word", "text_model.embeddings.word_embeddings.weight",
     "text_branch.embeddings.word_embeddings.weight"},
    {"text.embeddings.position", "text_model.embeddings.position_embeddings.weight",
     "text_branch.embeddings.position_embeddings.weight"},
    {"text.embeddings.token_type", "text_model.embeddings.token_type_embeddings.weight",
     "text_branch.embeddings.token_type_embeddings.weight"},
    {"text.embeddings.norm.*", "text_model.embeddings.LayerNorm.*", "text_branch.embeddings.LayerNorm.*"},
    {"text.blocks.#.attention.query.*", "text_model.encoder.layer.#.attention.self.query.*",
     "text_branch.encoder.layer.#.attention.self.query.*"},
    {"text.blocks.#.attention.key.*", "text_model.encoder.layer.#.attention.self.key.*",
     "text_branch.encoder.layer.#.attention.self.key.*"},
    {"text.blocks.#.attention.value.*", "text_model.encoder.layer.#.attention.self.value.*",
     "text_branch.encoder.layer.#.attention.self.value.*"},
    {"text.blocks.#.attention.projection.*", "text_model.encoder.layer.#.attention.output.dense.*",
     "text_branch.encoder.layer.#.attention.output.dense.*"},
    {"text.blocks.#.attention.norm.*", "text_model.encoder.layer.#.attention.output.LayerNorm.*",
     "text_branch.encoder.layer.#.attention.output.LayerNorm.*"},
    {"text.blocks.#.mlp.fc1.*", "text_model.encoder.layer.#.intermediate.dense.*",
     "text_branch.encoder.layer.#.intermediate.dense.*"},
    {"text.blocks.#.mlp.fc2.*", "text_model.encoder.layer.#.output.dense.*",
     "text_branch.encoder.layer.#.output.dense.*"},
    {"text.blocks.#.mlp.norm.*", "text_model.encoder.layer.#.output.LayerNorm.*",
     "text_branch.encoder.layer.#.output.LayerNorm.*"},
    {"text.pooler.*", "text_model.pooler.dense.*", "text_branch.pooler.dense.*"},
    {"text.projection.fc1.*", "text_projection.linear1.*", "text_projection.0.*"},
    {"text.projection.fc2.*", "text_projection.linear2.*", "text_projection.2.*"},
    {"logit_scale.audio", "logit_scale_a", "logit_scale_a"},
    {"logit_scale.text", "logit_scale_t", "logit_scale_t"},
};

bool is_number(std::string_view s) { return !s.empty() && std::ranges::all_of(s, is_digit); }

std::string_view next_part(std::string_view& rest) {
  const std::size_t dot = rest.find('.');
  const std::string_view part = rest.substr(0, dot);
  rest = dot == std::string_view::npos ? std::string_view() : rest.substr(dot + 1);
  return part;
}

// What the pattern's wildcards stand for in the name, or nothing when it does not fit.
std::optional<std::vector<std::string_view>> match(std::string_view pattern, std::string_view name) {
  std::vector<std::string_view> found;
  while (!pattern.empty() && !name.empty()) {
    const std::string_view wanted = next_part(pattern), part = next_part(name);
    if (wanted == "#" ? is_number(part) : wanted == "*")
      found.push_back(part);
    else if (wanted != part)
      return std::nullopt;
  }
  if (!pattern.empty() || !name.empty()) return std::nullopt;
  return found;
}

std::string fill(std::string_view pattern, const std::vector<std::string_view>& found) {
  std::string out;
  for (std::size_t next = 0; !pattern.empty();) {
    const std::string_view part = next_part(pattern);
    if (!out.empty()) out += '.';
    out += part == "#" || part == "*" ? found[next++] : part;
  }
  return out;
}

// "a.*[1]" -> "a.*", 1.
std::pair<std::string_view, std::optional<std::size_t>> split_third(std::string_view pattern) {
  if (!pattern.ends_with(']')) return {pattern, std::nullopt};
  return {pattern.substr(0, pattern.size() - 3), static_cast<std::size_t>(pattern[pattern.size() - 2] - '0')};
}

Tensor third_of(const Tensors& file, std::string_view name, const Tensor& whole, std::size_t index) {
  if (whole.shape.empty() || whole.shape[0] % 3 != 0) throw file.broken(name, "does not hold three matrices");
  Tensor third = whole;
  third.shape[0] /= 3;
  third.bytes /= 3;
  third.data += index * third.bytes;
  return third;
}

}  // namespace

CheckpointLayout layout_of(const Tensors& tensors) {
  const auto any = [&](std::string_view prefix) {
    return std::any_of(tensors.all().begin(), tensors.all().end(),
                       [&](const auto& entry) { return entry.first.starts_with(prefix); });
  };
  if (any("audio_model.") && any("text_model.")) return CheckpointLayout::hugging_face;
  if ((any("audio_branch.") || any("module.audio_branch.")) && (any("text_branch.") || any("module.text_branch.")))
    return CheckpointLayout::laion;
  throw Error(ErrorCode::unsupported, display(tensors.path()) + ": holds no CLAP model of a known layout");
}

Tensors with_tower_names(Tensors tensors, CheckpointLayout layout) {
  std::map<std::string, Tensor, std::less<>> renamed;
  for (const auto& [stored_name, tensor] : tensors.all()) {
    std::string_view name = stored_name;
    if (name.starts_with("module.")) name.remove_prefix(7);  // left by data-parallel training
    for (const Row& row : kNames) {
      const auto [pattern, third] = split_third(layout == CheckpointLayout::laion ? row.laion : row.hugging_face);
      if (const auto found = match(pattern, name))
        renamed.insert_or_assign(fill(row.tower, *found),
                                 third ? third_of(tensors, stored_name, tensor, *third) : tensor);
    }
  }
  tensors.replace_all(std::move(renamed));
  return tensors;
}

Tensors with_text_tower_names(Tensors tensors) {
  constexpr std::string_view kWords = "embeddings.word_embeddings.weight", kTower = "text_model.";
  const auto words = std::find_if(tensors.all().begin(), tensors.all().end(),
                                  [&](const auto& entry) { return entry.first.ends_with(kWords); });
  if (words == tensors.all().end())
    throw Error(ErrorCode::unsupported,
                display(tensors.path()) + ": holds no BERT or RoBERTa: no tensor is called " + std::string(kWords));
  const std::string prefix = words->first.substr(0, words->first.size() - kWords.size());
  std::map<std::string, Tensor, std::less<>> renamed;
  for (const auto& [stored_name, tensor] : tensors.all()) {
    if (!stored_name.starts_with(prefix)) continue;
    std::string name = std::string(kTower) + stored_name.substr(prefix.size());
    for (const auto& [old, now] :
         {std::pair("LayerNorm.gamma", "LayerNorm.weight"), std::pair("LayerNorm.beta", "LayerNorm.bias")})
      if (name.ends_with(old)) name.replace(name.size() - std::string_view(old).size(), std::string::npos, now);
    for (const Row& row : kNames)
      if (const auto found = match(row.hugging_face, name)) renamed.insert_or_assign(fill(row.tower, *found), tensor);
  }
  tensors.replace_all(std::move(renamed));
  return tensors;
}

std::string hugging_face_name(std::string_view tower_name) {
  for (const Row& row : kNames)
    if (const auto found = match(row.tower, tower_name)) return fill(row.hugging_face, *found);
  return {};
}

}  // namespace hearken::model
