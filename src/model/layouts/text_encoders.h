// The text side's encoders: tokenizer, tower and head on the CPU.
#pragma once

#include <filesystem>
#include <memory>

#include "model/layouts/encoders.h"
#include "model/tokenizer_files.h"

namespace hearken::model {

// Both read and pack the weights, which must outlive the encoder, for a plan whose text side is that tower.
// Throw what Tensors throws, and Error(corrupt) for a tokenizer that is broken or has more tokens than the tower.
std::unique_ptr<TextEncoder> make_roberta_encoder(const Tensors& weights, const TowerPlan& plan,
                                                  const TokenizerFiles& tokenizer, nn::ProductType type);
std::unique_ptr<TextEncoder> make_minilm_encoder(const Tensors& weights, const TowerPlan& plan,
                                                 const std::filesystem::path& tokenizer_json, nn::ProductType type);

/// Throws Error(corrupt) for a tokenizer with more tokens than the tower has.
void check_vocabulary(const std::filesystem::path& tokenizer, std::size_t id_limit, const BertConfig& config);

}  // namespace hearken::model
