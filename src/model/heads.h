// The starter's projection heads, which need no training: both sides meet as mixtures of AudioSet's classes.
//
// The audio side is how far each class's log-odds stand out from what is usual for it; the text side is how near the
// text is to each class's name. One fixed orthonormal map takes both to the shared space. Source: tools/starter.
#pragma once

#include <string>
#include <vector>

#include "model/checkpoint/tensors.h"
#include "model/config.h"
#include "nn/backend.h"

namespace hearken::model {

template <nn::Backend B>
typename B::Linear load_projection_map(const Tensors& file, int classes, int dimension) {
  const auto map = file.floats("projection.map", classes, dimension);  // [527, 512], used as xᵀ·map
  std::vector<float> transposed(map.size());
  for (int r = 0; r < classes; ++r)
    for (int c = 0; c < dimension; ++c)
      transposed[static_cast<std::size_t>(c) * static_cast<std::size_t>(classes) + static_cast<std::size_t>(r)] =
          map[static_cast<std::size_t>(r) * static_cast<std::size_t>(dimension) + static_cast<std::size_t>(c)];
  return B::make_linear({transposed.data(), dimension, classes}, {}, nn::ProductType::f32);
}

/// Audio: log-odds [1, 527], clipped to ±clip, (x - mean) / (deviation + 1) per class, then the map -> [1, 512].
template <nn::Backend B>
struct ClassLogOddsHead {
  float clip = 0;
  typename B::Affine standardise;
  typename B::Linear map;

  static ClassLogOddsHead load(const Config& c, const Tensors& file, int classes, int dimension) {
    auto shift = file.floats("audio.head.mean", 1, classes);
    auto scale = file.floats("audio.head.deviation", 1, classes);
    for (std::size_t i = 0; i < scale.size(); ++i) {
      scale[i] = 1.0F / (scale[i] + 1.0F);
      shift[i] *= -scale[i];
    }
    return {static_cast<float>(c.number("clip")), B::make_affine(scale, shift),
            load_projection_map<B>(file, classes, dimension)};
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

  static LabelSoftmaxHead load(const Config& c, const Tensors& file, int classes, int width, int dimension) {
    const auto names = file.floats("text.head.labels", classes, width);
    return {static_cast<float>(c.number("beta")),
            B::make_linear({names.data(), classes, width}, {}, nn::ProductType::f32),
            load_projection_map<B>(file, classes, dimension)};
  }

  typename B::Tensor operator()(B& b, typename B::Tensor states) const {
    b.normalize_rows(states);
    auto weights = b.linear(states, labels);
    b.softmax_rows(weights, beta);
    return b.linear(weights, map);
  }
};

}  // namespace hearken::model
