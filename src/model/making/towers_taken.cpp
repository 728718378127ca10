// Opening what a name leads to, and leaving out the heads.
#include "model/making/towers_taken.h"

#include <fmt/format.h>

#include <initializer_list>
#include <system_error>

#include "core/paths.h"
#include "model/config.h"
#include "model/layouts/clap.h"
#include "model/layouts/hearken_clap.h"
#include "model/layouts/locate.h"
#include "model/towers/tower_config.h"
#include "model/towers/tower_shapes.h"

namespace hearken::model {
namespace {

namespace fs = std::filesystem;

// Of a directory's config.json; "clap" for LAION's files.
std::string model_type(const fs::path& path) {
  std::error_code ignored;
  return fs::is_directory(path, ignored) ? Config::read(path / "config.json").text("model_type") : "clap";
}

// Those of one side, but for what begins with one of `left_out`.
std::map<std::string, Tensor> taken(const Tensors& weights, std::string_view side,
                                    std::initializer_list<std::string_view> left_out) {
  std::map<std::string, Tensor> out;
  for (const auto& [name, unchecked] : weights.all()) {
    bool wanted = name.starts_with(side);
    for (const std::string_view beginning : left_out) wanted = wanted && !name.starts_with(beginning);
    if (wanted) out.emplace(name, weights.at(name));
  }
  return out;
}

void describe_htsat(AudioTower& tower, const HtsatConfig& config) {
  if (model_type(tower.path) == kHearkenClap) {
    tower.features = clap_feature_config(Config::read(tower.path / "preprocessor_config.json"), config.fused);
    if (config.fused)
      tower.fusion_reduction =
          config.width / extent(tower.source->weights(), "audio.fusion.local.in.bias", 0, config.width);
  } else {
    const ClapDescription description = open_clap_files(tower.path).description;
    tower.features = description.features;
    tower.fusion_reduction = description.fusion_reduction;
  }
}

}  // namespace

AudioTower take_audio_tower(std::string_view name) {
  AudioTower tower;
  tower.path = locate(name).path;
  if (const std::string type = model_type(tower.path); is_text_checkpoint(type))
    throw Error(ErrorCode::unsupported,
                fmt::format("{}: is a tower for texts ({}); one for sounds is wanted: a model with an HTSAT or a CED",
                            display(tower.path), type));
  tower.source = open_model(tower.path);
  tower.config = tower.source->plan().audio;
  tower.tensors =
      taken(tower.source->weights(), "audio.",
            {"audio.projection.", "audio.head.mean", "audio.head.base", "audio.head.lift", "audio.head.map"});
  if (const auto* htsat = std::get_if<HtsatConfig>(&tower.config))
    describe_htsat(tower, *htsat);
  else
    tower.preprocessor = tower.path / "preprocessor_config.json";
  return tower;
}

TextTower take_text_tower(std::string_view name) {
  TextTower tower;
  tower.path = locate(name).path;
  const std::string type = model_type(tower.path);
  if (is_text_checkpoint(type)) {
    tower.checkpoint = open_text_checkpoint(tower.path);
    tower.config = tower.checkpoint->config;
    tower.roberta = tower.checkpoint->roberta;
    tower.tokenizer = tower.checkpoint->tokenizer;
    tower.tensors = taken(tower.checkpoint->weights, "text.", {});
    if (!tower.roberta) std::erase_if(tower.tensors, [](const auto& t) { return t.first.starts_with("text.pooler."); });
    return tower;
  }
  tower.source = open_model(tower.path);
  tower.config = tower.source->plan().text;
  tower.roberta = tower.source->plan().roberta;
  tower.tensors = taken(tower.source->weights(), "text.", {"text.projection.", "text.head."});
  if (type != kHearkenClap)
    tower.tokenizer = open_clap_files(tower.path).tokenizer;
  else if (tower.roberta)
    tower.tokenizer = tokenizer_in(tower.path).value_or(TokenizerFiles{tower.path / "tokenizer.json", {}});
  else
    tower.tokenizer = {tower.path / "tokenizer.json", {}};
  return tower;
}

}  // namespace hearken::model
