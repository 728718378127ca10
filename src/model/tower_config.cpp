// The towers' shapes, each within bounds that no published model comes near.
#include "model/tower_config.h"

#include <string>

namespace hearken::model {

CedConfig ced_config(const Config& c, int mel_bins) {
  CedConfig out;
  out.mel_bins = mel_bins;
  out.depth = c.integer("depth", 1, 64);
  out.width = c.integer("hidden_size", 1, 4096);
  out.heads = c.integer("num_attention_heads", 1, 64);
  out.hidden = c.integer("intermediate_size", 1, 1 << 14);
  out.patch = c.integer("patch_size", 1, 64);
  out.time_positions = c.integer("time_positions", 1, 1 << 14);
  out.classes = c.integer("num_labels", 1, 1 << 16);
  out.norm_epsilon = static_cast<float>(c.number("layer_norm_eps"));
  out.head_norm_epsilon = static_cast<float>(c.number("head_norm_eps"));
  out.batch_norm_epsilon = static_cast<float>(c.number("batch_norm_eps"));
  if (out.width % out.heads != 0) c.refuse("num_attention_heads", std::to_string(out.heads));
  if (mel_bins % out.patch != 0) c.refuse("patch_size", std::to_string(out.patch));
  return out;
}

BertConfig minilm_config(const Config& c) {
  BertConfig out;
  out.depth = c.integer("num_hidden_layers", 1, 64);
  out.width = c.integer("hidden_size", 1, 4096);
  out.heads = c.integer("num_attention_heads", 1, 64);
  out.hidden = c.integer("intermediate_size", 1, 1 << 14);
  out.vocabulary = c.integer("vocab_size", 1, 1 << 21);
  out.positions = c.integer("max_position_embeddings", 2, 1 << 14);
  out.max_tokens = c.integer("max_tokens", 2, out.positions);
  out.norm_epsilon = static_cast<float>(c.number("layer_norm_eps"));
  if (out.width % out.heads != 0) c.refuse("num_attention_heads", std::to_string(out.heads));
  if (c.text("pooling") != "mean") c.refuse("pooling", c.text("pooling"));
  return out;
}

}  // namespace hearken::model
