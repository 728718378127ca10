// What takes the towers' pooled states to the shared space: CLAP's trained projections, the starter's mixtures of
// classes, or the sum of both.
//
// The mixtures need no training: the audio side is how far each class's log-odds stand out from what is usual for it,
// the text side how near the text is to each class's name. An orthonormal map takes both to the shared space, one for
// both until training makes them differ. Source: tools/starter.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/tower_plan.h"
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

  static ClassLogOddsHead load(const TowerReader<B>& read, float clip, int classes, int dimension,
                               const std::string& map = "projection.map") {
    auto shift = read.floats("audio.head.mean", 1, classes);
    auto scale = read.floats("audio.head.deviation", 1, classes);
    for (std::size_t i = 0; i < scale.size(); ++i) {
      scale[i] = 1.0F / (scale[i] + 1.0F);
      shift[i] *= -scale[i];
    }
    return {clip, read.affine(scale, shift), read.transposed(map, dimension, classes)};
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

  static LabelSoftmaxHead load(const TowerReader<B>& read, float beta, int classes, int width, int dimension,
                               const std::string& map = "projection.map") {
    return {beta, read.matrix("text.head.labels", classes, width), read.transposed(map, dimension, classes)};
  }

  typename B::Tensor operator()(B& b, typename B::Tensor states) const {
    b.normalize_rows(states);
    auto weights = b.linear(states, labels);
    b.softmax_rows(weights, beta);
    return b.linear(weights, map);
  }
};

/// The audio side's head: [1, tower] -> [1, dimension], not of unit length.
template <nn::Backend B>
struct AudioHead {
  std::optional<ClassLogOddsHead<B>> classes;  // of the log-odds of a tower that knows classes
  std::optional<ClapProjection<B>> projection;

  /// The mixtures' weights are float32 products whatever the reader's type is.
  static AudioHead load(const TowerReader<B>& read, const TowerPlan& plan, int tower) {
    AudioHead head;
    const HeadPlan& own = plan.audio_head;
    if (own.classes)
      head.classes = ClassLogOddsHead<B>::load(read, own.sharpness, plan.classes, plan.dimension, own.map);
    if (own.projection) head.projection = ClapProjection<B>::load(read, "audio.projection", plan.dimension, tower);
    return head;
  }

  /// log_odds(pooled): the tower's classes [1, plan.classes]; not called where no mixture is.
  template <class LogOdds>
  typename B::Tensor operator()(B& b, typename B::Tensor pooled, LogOdds log_odds) const {
    if (!classes) return (*projection)(b, pooled);
    const auto out = (*classes)(b, log_odds(pooled));
    if (projection) b.add_linear(out, b.linear(pooled, projection->fc1, nn::Activation::relu), projection->fc2);
    return out;
  }
};

/// The text side's head, likewise. May overwrite the states.
template <nn::Backend B>
struct TextHead {
  std::optional<LabelSoftmaxHead<B>> classes;
  std::optional<ClapProjection<B>> projection;

  static TextHead load(const TowerReader<B>& read, const TowerPlan& plan) {
    TextHead head;
    const HeadPlan& own = plan.text_head;
    if (own.classes)
      head.classes =
          LabelSoftmaxHead<B>::load(read, own.sharpness, plan.classes, plan.text.width, plan.dimension, own.map);
    if (own.projection)
      head.projection = ClapProjection<B>::load(read, "text.projection", plan.dimension, plan.text.width);
    return head;
  }

  typename B::Tensor operator()(B& b, typename B::Tensor pooled) const {
    if (!classes) return (*projection)(b, pooled);
    if (!projection) return (*classes)(b, pooled);
    const auto hidden = b.linear(pooled, projection->fc1, nn::Activation::relu);  // before it becomes a unit vector
    const auto out = (*classes)(b, pooled);
    b.add_linear(out, hidden, projection->fc2);
    return out;
  }
};

}  // namespace hearken::model
