// CED, a small Vision Transformer over log-mel patches that tells AudioSet's classes apart.
//
// Source: Dinkel et al., "CED: Consistent ensemble distillation for audio tagging" (ICASSP 2024), and the graph of the
// published ONNX file. Shapes below are CED-tiny's for a 10 s window: 64 mel bins, 1001 frames, 4 × 62 patches.
#pragma once

#include <string>
#include <vector>

#include "model/towers/tower_reader.h"
#include "nn/backend.h"

namespace hearken::model {

struct CedConfig {
  int mel_bins = 0;        // 64
  int depth = 0;           // 12
  int width = 0;           // 192
  int heads = 0;           // 3
  int hidden = 0;          // 768
  int patch = 0;           // 16
  int time_positions = 0;  // 63
  int classes = 0;         // 527
  float norm_epsilon = 0, head_norm_epsilon = 0, batch_norm_epsilon = 0;
};

template <nn::Backend B>
struct Ced {
  struct Block {
    typename B::Norm norm1, norm2;
    typename B::Linear qkv;         // [576, 192]
    typename B::Linear projection;  // [192, 192]
    typename B::Linear fc1;         // [768, 192]
    typename B::Linear fc2;         // [192, 768]
  };
  CedConfig config;
  typename B::Affine batch_norm;  // a mel bin a row: [64]
  typename B::Linear patch;       // [192, 256]
  typename B::Table time;         // [63, 192]
  typename B::Table frequency;    // [4, 192]
  std::vector<Block> blocks;      // [12]
  typename B::Norm norm;
  typename B::Norm head_norm;
  typename B::Linear classes;  // [527, 192]
};

/// The tower's pooled states: mel [64, frames] in decibels, a batch of them -> [1, 192] each.
template <nn::Backend B>
typename B::Tensor ced_states(B& b, const Ced<B>& m, typename B::Tensor mel) {
  b.affine_rows(mel, m.batch_norm);
  auto x = b.linear(b.patch_rows(mel, m.config.patch, m.config.patch), m.patch);  // [4 · 62, 192], frequency by time
  b.add_grid_positions(x, m.frequency, m.time);
  for (const auto& block : m.blocks) {
    const typename B::Scope scope(b);
    b.add_linear(x, b.self_attention(b.linear(b.layer_norm(x, block.norm1), block.qkv), m.config.heads),
                 block.projection);
    b.add_mlp(x, block.norm2, block.fc1, block.fc2);
  }
  return b.mean_rows(b.layer_norm(x, m.norm));
}

/// The classes' log-odds (the reference's probability is their sigmoid): [1, 192] -> [1, 527].
template <nn::Backend B>
typename B::Tensor ced_log_odds(B& b, const Ced<B>& m, typename B::Tensor states) {
  return b.linear(b.layer_norm(states, m.head_norm), m.classes);
}

/// Reads and packs the tower; the reader's file must outlive it (position tables are read where they lie).
template <nn::Backend B>
Ced<B> load_ced(const TowerReader<B>& read, const CedConfig& c) {
  Ced<B> m{.config = c,
           .batch_norm = read.batch_norm("audio.bn", c.mel_bins, c.batch_norm_epsilon),
           .patch = read.linear("audio.patch_embed", c.width, c.patch * c.patch),
           .time = read.table("audio.position.time", c.time_positions, c.width),
           .frequency = read.table("audio.position.frequency", c.mel_bins / c.patch, c.width),
           .blocks = {},
           .norm = read.norm("audio.norm", c.width, c.norm_epsilon),
           .head_norm = read.norm("audio.head.norm", c.width, c.head_norm_epsilon),
           .classes = read.linear("audio.head.classes", c.classes, c.width)};
  for (int i = 0; i < c.depth; ++i) {
    const std::string at = "audio.blocks." + std::to_string(i);
    m.blocks.push_back({.norm1 = read.norm(at + ".norm1", c.width, c.norm_epsilon),
                        .norm2 = read.norm(at + ".norm2", c.width, c.norm_epsilon),
                        .qkv = read.linear(at + ".attention.qkv", 3 * c.width, c.width),
                        .projection = read.linear(at + ".attention.projection", c.width, c.width),
                        .fc1 = read.linear(at + ".mlp.fc1", c.hidden, c.width),
                        .fc2 = read.linear(at + ".mlp.fc2", c.width, c.hidden)});
  }
  return m;
}

}  // namespace hearken::model
