// A tower's settings as a Hearken CLAP names them in config.json: for reading (tower_config.h) and for writing
// (layouts/hearken_config.h) alike.
#pragma once

#include "model/towers/bert.h"
#include "model/towers/ced.h"

namespace hearken::model {

template <class Config, class Visit>
void each_block_field(Config& c, const char* depth, const Visit& visit) {
  visit(depth, c.depth, 1, 64);
  visit("hidden_size", c.width, 1, 4096);
  visit("num_attention_heads", c.heads, 1, 64);
  visit("intermediate_size", c.hidden, 1, 1 << 14);
}

/// Calls visit(name, value, least, most) for each whole number and visit(name, value) for the others, in the file's
/// order. `Config` may be const.
template <class Config, class Visit>
void each_ced_field(Config& c, const Visit& visit) {
  each_block_field(c, "depth", visit);
  visit("patch_size", c.patch, 1, 64);
  visit("time_positions", c.time_positions, 1, 1 << 14);
  visit("layer_norm_eps", c.norm_epsilon);
  visit("head_norm_eps", c.head_norm_epsilon);
  visit("batch_norm_eps", c.batch_norm_epsilon);
  visit("num_labels", c.classes, 1, 1 << 16);
}

template <class Config, class Visit>
void each_minilm_field(Config& c, const Visit& visit) {
  each_block_field(c, "num_hidden_layers", visit);
  visit("vocab_size", c.vocabulary, 1, 1 << 21);
  visit("max_position_embeddings", c.positions, 2, 1 << 14);
  visit("type_vocab_size", c.types, 1, 16);
  visit("layer_norm_eps", c.norm_epsilon);
  visit("max_tokens", c.max_tokens, 2, c.positions);
}

}  // namespace hearken::model
