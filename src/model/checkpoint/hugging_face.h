// A tower's weights as transformers' ClapModel saves them.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "model/checkpoint/tensors.h"

namespace hearken::model {

/// What transformers keeps among the weights although it follows from their shapes: without it a checkpoint loads, with
/// a warning. Source: modeling_clap.py, ClapAudioSelfAttention, ClapTextEmbeddings.
class HuggingFaceBuffers {
 public:
  /// window: tokens along a side of an attention window; positions: rows of the text tower's position table.
  HuggingFaceBuffers(int window, int positions);

  /// For each pair of places in an attention window, the row of the bias table: it goes by the distance of the two.
  Tensor bias_index() const;
  /// The numbers of the positions, and the token types of a text that has only one.
  Tensor positions() const;
  Tensor token_types() const;

 private:
  int window_;
  std::vector<std::int64_t> bias_index_, positions_, types_;
};

/// All tensors by transformers' names: the same memory as the weights (which have the towers' names), and the buffers.
std::map<std::string, Tensor> hugging_face_tensors(const std::map<std::string, Tensor>& weights,
                                                   const HuggingFaceBuffers& buffers);

}  // namespace hearken::model
