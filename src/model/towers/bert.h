// BERT's encoder: the tokens of texts in, a state for each of them out. MiniLM is one, RoBERTa another (roberta.h).
//
// Source: Devlin et al., "BERT" (NAACL 2019); transformers, modeling_bert.py. Texts lie
// below each other, each attends to itself alone, so no token is ever masked; all of them pass a layer together, which
// reads its weights once. Shapes below are those of the starter's MiniLM-L6.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/threads/threads.h"
#include "model/towers/probe.h"
#include "model/towers/tower_reader.h"
#include "nn/backend.h"

namespace hearken::model {

struct BertConfig {
  int depth = 0;       // 6
  int width = 0;       // 384
  int heads = 0;       // 12
  int hidden = 0;      // 1536
  int vocabulary = 0;  // 30522
  int positions = 0;   // 512
  int types = 2;
  int max_tokens = 0;  // of a text: 256
  float norm_epsilon = 0;
};

template <nn::Backend B>
struct Bert {
  struct Block {
    typename B::Linear qkv;         // [1152, 384]
    typename B::Linear projection;  // [384, 384]
    typename B::Norm attention_norm;
    typename B::Linear fc1;  // [1536, 384]
    typename B::Linear fc2;  // [384, 1536]
    typename B::Norm mlp_norm;
  };
  BertConfig config;
  typename B::Table word;      // [30522, 384]
  typename B::Table position;  // [512, 384]
  typename B::Table type;      // [2, 384]
  typename B::Norm embedding_norm;
  std::vector<Block> blocks;  // [6]
};

/// The tokens of texts, one text after the other.
struct TokenRows {
  std::vector<std::int32_t> ids;        // [t], t >= 1
  std::vector<std::int32_t> positions;  // [t], their rows of the position table
  std::vector<int> lengths;             // of each text, at least 1; their sum is t
};

/// All ids and positions within their tables -> [t, 384]. probe(name, x) is called with "embeddings" and after each
/// block ("block 0", …).
template <nn::Backend B, class Probe = NoProbe>
typename B::Tensor bert_states(B& b, const Bert<B>& m, const TokenRows& tokens, Probe probe = {}) {
  const auto x =
      b.layer_norm(b.token_embedding(std::span<const std::int32_t>(tokens.ids),
                                     std::span<const std::int32_t>(tokens.positions), m.word, m.position, m.type),
                   m.embedding_norm);
  probe("embeddings", x);
  for (std::size_t i = 0; i < m.blocks.size(); ++i) {
    const auto& block = m.blocks[i];
    const typename B::Scope scope(b);
    b.add_linear(x, b.self_attention(b.linear(x, block.qkv), m.config.heads, tokens.lengths), block.projection);
    b.assign(x, b.layer_norm(x, block.attention_norm));
    b.add_linear(x, b.linear(x, block.fc1, nn::Activation::gelu), block.fc2);
    b.assign(x, b.layer_norm(x, block.mlp_norm));
    probe(("block " + std::to_string(i)).c_str(), x);
  }
  return x;
}

/// MiniLM's pooled states, the mean over a text's tokens: texts [t] each -> as many items [1, 384]. Source:
/// sentence-transformers, all-MiniLM-L6-v2.
template <nn::Backend B>
typename B::Tensor minilm_states(B& b, const Bert<B>& m, std::span<const std::vector<std::int32_t>> texts) {
  TokenRows tokens;
  for (const std::vector<std::int32_t>& ids : texts) {
    tokens.ids.insert(tokens.ids.end(), ids.begin(), ids.end());
    for (std::size_t i = 0; i < ids.size(); ++i) tokens.positions.push_back(static_cast<std::int32_t>(i));
    tokens.lengths.push_back(static_cast<int>(ids.size()));
  }
  return b.mean_rows(bert_states(b, m, tokens), tokens.lengths);
}

/// Reads and packs the tower; the reader's file must outlive it (the tables are read where they lie).
template <nn::Backend B>
Bert<B> load_bert(const TowerReader<B>& read, const BertConfig& c) {
  Bert<B> m{.config = c,
            .word = read.table("text.embeddings.word", c.vocabulary, c.width),
            .position = read.table("text.embeddings.position", c.positions, c.width),
            .type = read.table("text.embeddings.token_type", c.types, c.width),
            .embedding_norm = read.norm("text.embeddings.norm", c.width, c.norm_epsilon),
            .blocks = {}};
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
