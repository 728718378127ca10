// BERT and RoBERTa as published for themselves: directories of transformers and sentence-transformers.
#pragma once

#include <filesystem>

#include "model/checkpoint/tensors.h"
#include "model/tokenizer_files.h"
#include "model/towers/bert.h"

namespace hearken::model {

struct TextCheckpoint {
  Tensors weights;  // by the towers' names; all that the tower reads but, maybe, RoBERTa's pooler
  BertConfig config;
  bool roberta = false;
  TokenizerFiles tokenizer;
  bool other_pooling = false;  // its sentence vectors are not the mean over tokens, which the tower here takes
};

/// Whether a model_type of a config.json is such a checkpoint's: "bert" or "roberta".
bool is_text_checkpoint(std::string_view model_type);

/// Opens and checks one: config.json, model.safetensors or pytorch_model.bin, the tokenizer. A text may have as many
/// tokens as sentence_bert_config.json says, or tokenizer_config.json, and as the tower has positions.
/// Throws Error: not_found (names the file that is missing), corrupt, unsupported.
TextCheckpoint open_text_checkpoint(const std::filesystem::path& directory);

}  // namespace hearken::model
