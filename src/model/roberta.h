// RoBERTa, CLAP's text tower: BERT's blocks, positions counted from two, the first token's state pooled.
//
// Source: Liu et al., "RoBERTa" (2019); transformers, modeling_clap.py, ClapTextModel. A text is embedded on its own,
// so no token is ever masked. Shapes below are RoBERTa-base's.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/threads.h"
#include "model/probe.h"
#include "model/tower_reader.h"
#include "nn/backend.h"

namespace hearken::model {

struct RobertaConfig {
  static constexpr std::int32_t kPadding = 1;  // the token that has no position of its own

  int depth = 0;       // 12
  int width = 0;       // 768
  int heads = 0;       // 12
  int hidden = 0;      // 3072
  int vocabulary = 0;  // 50265
  int positions = 0;   // 514
  int types = 0;       // 1
  int max_tokens = 0;  // 512, or 77 in laion_clap; at most positions - 2
  float norm_epsilon = 0;
};

template <nn::Backend B>
struct Roberta {
  struct Block {
    typename B::Linear qkv;         // [2304, 768]
    typename B::Linear projection;  // [768, 768]
    typename B::Norm attention_norm;
    typename B::Linear fc1;  // [3072, 768]
    typename B::Linear fc2;  // [768, 3072]
    typename B::Norm mlp_norm;
  };
  RobertaConfig config;
  typename B::Table word;      // [50265, 768]
  typename B::Table position;  // [514, 768]
  typename B::Table type;      // [1, 768]
  typename B::Norm embedding_norm;
  std::vector<Block> blocks;  // [12]
  typename B::Linear pooler;  // [768, 768]
};

/// ids [t], 1 <= t <= positions - 2, each below the vocabulary -> [1, 768]. probe(name, x) is called with the
/// embeddings and with each block's output ("embeddings", "block 0", …, "pooled").
template <nn::Backend B, class Probe = NoProbe>
typename B::Tensor roberta_states(B& b, const Roberta<B>& m, std::span<const std::int32_t> ids, Probe probe = {}) {
  std::vector<std::int32_t> positions;
  std::int32_t counted = RobertaConfig::kPadding;
  for (const std::int32_t id : ids)
    positions.push_back(id == RobertaConfig::kPadding ? RobertaConfig::kPadding : ++counted);

  const auto x =
      b.layer_norm(b.token_embedding(ids, positions, m.word, m.position, m.type), m.embedding_norm);  // [t, 768]
  probe("embeddings", x);
  for (std::size_t i = 0; i < m.blocks.size(); ++i) {
    const auto& block = m.blocks[i];
    const typename B::Scope scope(b);
    b.add_linear(x, b.self_attention(b.linear(x, block.qkv), m.config.heads), block.projection);
    b.assign(x, b.layer_norm(x, block.attention_norm));
    b.add_linear(x, b.linear(x, block.fc1, nn::Activation::gelu), block.fc2);
    b.assign(x, b.layer_norm(x, block.mlp_norm));
    probe(("block " + std::to_string(i)).c_str(), x);
  }
  const auto pooled = b.linear(b.first_row(x), m.pooler, nn::Activation::tanh);
  probe("pooled", pooled);
  return pooled;
}

/// Reads and packs the tower; `file` must outlive it (the tables are read where they lie).
template <nn::Backend B>
Roberta<B> load_roberta(const Tensors& file, const RobertaConfig& c, nn::ProductType type) {
  const TowerReader<B> read{file, type};
  Roberta<B> m{.config = c,
               .word = B::make_table(file.matrix("text.embeddings.word", c.vocabulary, c.width)),
               .position = B::make_table(file.matrix("text.embeddings.position", c.positions, c.width)),
               .type = B::make_table(file.matrix("text.embeddings.token_type", c.types, c.width)),
               .embedding_norm = read.norm("text.embeddings.norm", c.width, c.norm_epsilon),
               .blocks = {},
               .pooler = read.linear("text.pooler", c.width, c.width)};
  m.blocks.resize(static_cast<std::size_t>(c.depth));
  parallel_for(m.blocks.size(), [&](std::size_t i) {
    const std::string at = "text.blocks." + std::to_string(i);
    m.blocks[i] = {.qkv = read.query_key_value(at + ".attention", c.width),
                   .projection = read.linear(at + ".attention.projection", c.width, c.width),
                   .attention_norm = read.norm(at + ".attention.norm", c.width, c.norm_epsilon),
                   .fc1 = read.linear(at + ".mlp.fc1", c.hidden, c.width),
                   .fc2 = read.linear(at + ".mlp.fc2", c.width, c.hidden),
                   .mlp_norm = read.norm(at + ".mlp.norm", c.width, c.norm_epsilon)};
  });
  return m;
}

}  // namespace hearken::model
