// One side of a model to be made: a tower with all that feeds it, out of a model or of a checkpoint of its own.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "model/layouts/encoders.h"
#include "model/layouts/text_checkpoint.h"
#include "model/tokenizer_files.h"
#include "model/towers/clap_features.h"

namespace hearken::model {

/// An audio tower: an HTSAT or a CED out of a model.
struct AudioTower {
  std::filesystem::path path;             // as it was found
  std::unique_ptr<ModelSource> source;    // holds the tensors' memory
  std::map<std::string, Tensor> tensors;  // the tower's, without its model's head
  std::variant<HtsatConfig, CedConfig> config;
  ClapFeatureConfig features;          // of an HTSAT
  int fusion_reduction = 4;            // of a fused one
  std::filesystem::path preprocessor;  // of a CED: its preprocessor_config.json
};

/// A text tower: out of a model, or published for itself.
struct TextTower {
  std::filesystem::path path;
  std::unique_ptr<ModelSource> source;  // one of the two holds the tensors' memory
  std::optional<TextCheckpoint> checkpoint;
  std::map<std::string, Tensor> tensors;
  BertConfig config;
  bool roberta = false;
  TokenizerFiles tokenizer;
};

/// `name` is what Model::load takes, or for texts a directory of BERT or RoBERTa (text_checkpoint.h).
/// Throw Error as locate and open_model, and unsupported for a directory that holds a tower of the other kind.
AudioTower take_audio_tower(std::string_view name);
TextTower take_text_tower(std::string_view name);

}  // namespace hearken::model
