// RoBERTa, CLAP's text tower: BERT's encoder with positions counted from two, and the first token's state pooled.
//
// Source: Liu et al., "RoBERTa" (2019); transformers, modeling_clap.py, ClapTextModel. Shapes are RoBERTa-base's.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "model/towers/bert.h"
#include "model/towers/tower_reader.h"
#include "nn/backend.h"

namespace hearken::model {

inline constexpr std::int32_t kRobertaPadding = 1;  // the token that has no position of its own

template <nn::Backend B>
struct Roberta {
  Bert<B> bert;
  typename B::Linear pooler;  // [768, 768]
};

/// Texts of ids [t], 1 <= t <= positions - 2, each below the vocabulary -> as many items [1, 768]. The probe is
/// bert_states' and is called with "pooled" at the end.
template <nn::Backend B, class Probe = NoProbe>
typename B::Tensor roberta_states(B& b, const Roberta<B>& m, std::span<const std::vector<std::int32_t>> texts,
                                  Probe probe = {}) {
  TokenRows tokens;
  for (const std::vector<std::int32_t>& ids : texts) {
    std::int32_t counted = kRobertaPadding;
    tokens.ids.insert(tokens.ids.end(), ids.begin(), ids.end());
    for (const std::int32_t id : ids) tokens.positions.push_back(id == kRobertaPadding ? kRobertaPadding : ++counted);
    tokens.lengths.push_back(static_cast<int>(ids.size()));
  }
  const auto x = bert_states(b, m.bert, tokens, probe);
  const auto pooled = b.linear(b.first_rows(x, tokens.lengths), m.pooler, nn::Activation::tanh);
  probe("pooled", pooled);
  return pooled;
}

/// Reads and packs the tower; the reader's file must outlive it.
template <nn::Backend B>
Roberta<B> load_roberta(const TowerReader<B>& read, const BertConfig& c) {
  return {load_bert(read, c), read.linear("text.pooler", c.width, c.width)};
}

}  // namespace hearken::model
