// The starter's projection heads, which need no training: both sides meet as mixtures of AudioSet's classes.
//
// The audio side is how far each class's log-odds stand out from what is usual for it; the text side is how near the
// text is to each class's name. One fixed orthonormal map takes both to the shared space. Source: tools/starter.
#pragma once

#include <string>
#include <vector>

#include "model/tower_reader.h"
#include "nn/backend.h"

namespace hearken::model {

/// The two layers after a tower: [1, tower] -> [1, dimension].
template <nn::Backend B>
struct ClapProjection {
  typename B::Linear fc1;  // [512, 1024]
  typename B::Linear fc2;  // [512, 512]

  static ClapProjection load(const TowerReader<B>& read, const std::string& name, int dimension, int tower) {
    return {read.linear(name + ".fc1", dimension, tower), read.linear(name + ".fc2", dimension, dimension)};
  }

  typename B::Tensor operator()(B& b, typename B::Tensor pooled) const {
    return b.linear(b.linear(pooled, fc1, nn::Activation::relu), fc2);
  }
};

/// Audio: log-odds [1, 527], clipped to ±clip, (x - mean) / (deviation + 1) per class, then the map -> [1, 512].
template <nn::Backend B>
struct ClassLogOddsHead {
  float clip = 0;
  typename B::Affine standardise;
  typename B::Linear map;

  static ClassLogOddsHead load(const TowerReader<B>& read, float clip, int classes, int dimension) {
    auto shift = read.floats("audio.head.mean", 1, classes);
    auto scale = read.floats("audio.head.deviation", 1, classes);
    for (std::size_t i = 0; i < scale.size(); ++i) {
      scale[i] = 1.0F / (scale[i] + 1.0F);
      shift[i] *= -scale[i];
    }
    return {clip, read.affine(scale, shift), read.transposed("projection.map", dimension, classes)};
  }

  typename B::Tensor operator()(B& b, typename B::Tensor log_odds) const {
    b.clip(log_odds, clip);
    b.affine_cols(log_odds, standardise);
    return b.linear(log_odds, map);
  }
};

/// Text: the state [1, 384] to length 1, softmax(beta · labels · state) over the class names, then the map -> [1, 512].
template <nn::Backend B>
struct LabelSoftmaxHead {
  float beta = 0;
  typename B::Linear labels;  // [527, 384], unit rows
  typename B::Linear map;

  static LabelSoftmaxHead load(const TowerReader<B>& read, float beta, int classes, int width, int dimension) {
    return {beta, read.matrix("text.head.labels", classes, width),
            read.transposed("projection.map", dimension, classes)};
  }

  typename B::Tensor operator()(B& b, typename B::Tensor states) const {
    b.normalize_rows(states);
    auto weights = b.linear(states, labels);
    b.softmax_rows(weights, beta);
    return b.linear(weights, map);
  }
};

}  // namespace hearken::model
