// What takes the towers' pooled states to the shared space: CLAP's trained projections, the starter's evidence of
// classes, or the sum of both.
//
// Evidence needs no training. A sound is how far the log-odds of each class stand above what is usual for it; a text is
// a mixture of classes, by how near it is to what people say for each. Their product is the mixture's mean log-odds,
// less what each class must have to be believed. An orthonormal map takes both to the shared space. Source:
// tools/starter.
//
//   sound   x = map · (log-odds - mean) / longest + base
//           unit: x + √(1 - |x|²) · lift
//   text    t = text map · mixture · known, scored as it is; the text map is `map` and along `base` each class's bar;
//   for
//           what describes no sound (names, numbers, …) it has a class more, whose row is zero
//   score   x · t = known · Σ mixture_c · (log-odds_c - bar_c) / longest
//
// base and lift are directions that no class has: base is the same for all sounds, so that texts can bring their bars;
// lift makes a unit vector of a sound without a change to any score. known fades to 0 for a text near no phrase.
#pragma once

#include <cmath>
#include <cstdint>
#include <numeric>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "model/towers/tower_plan.h"
#include "model/towers/tower_reader.h"
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

/// Audio: log-odds [1, 527], clipped to ±clip, (x - mean) / longest, the map, + base -> [1, 512].
template <nn::Backend B>
struct ClassEvidenceHead {
  float clip = 0;
  typename B::Affine centre;
  typename B::Linear map;
  std::vector<float> base, lift;  // [512] each

  static ClassEvidenceHead load(const TowerReader<B>& read, const HeadPlan& plan, int classes, int dimension) {
    const std::vector<float> scale(static_cast<std::size_t>(classes), 1 / plan.longest);
    auto shift = read.floats("audio.head.mean", 1, classes);
    for (float& x : shift) x /= -plan.longest;
    return {plan.clip, read.affine(scale, shift), read.transposed(plan.map, dimension, classes),
            read.floats("audio.head.base", 1, dimension), read.floats("audio.head.lift", 1, dimension)};
  }

  typename B::Tensor operator()(B& b, typename B::Tensor log_odds) const {
    b.clip(log_odds, clip);
    b.affine_cols(log_odds, centre);
    const auto out = b.linear(log_odds, map);
    b.add_row(out, row(b, base));
    return out;
  }

  /// To length 1, in place.
  void to_unit(B& b, typename B::Tensor vectors) const { b.lift_rows(vectors, row(b, lift)); }

  static typename B::Tensor row(B& b, const std::vector<float>& values) {
    return b.input({values.data(), 1, static_cast<int>(values.size())}, 1);
  }
};

/// The direction [width] of the sum of each class's rows of a stored matrix [rows, width]; 0 of a class without any.
template <nn::Backend B>
std::vector<float> directions_of(const TowerReader<B>& read, const std::string& name, int width,
                                 std::span<const std::int32_t> class_of, int classes) {
  std::vector<float> out(static_cast<std::size_t>(classes) * static_cast<std::size_t>(width));
  const auto sum_of = [&](std::int32_t c) {
    return std::span(out).subspan(static_cast<std::size_t>(c) * static_cast<std::size_t>(width),
                                  static_cast<std::size_t>(width));
  };
  read.each_row(name, static_cast<int>(class_of.size()), width, [&](int r, const float* row) {
    for (float& sum : sum_of(class_of[static_cast<std::size_t>(r)])) sum += *row++;
  });
  for (std::int32_t c = 0; c < classes; ++c) {
    const auto sum = sum_of(c);
    const float length = std::sqrt(std::inner_product(sum.begin(), sum.end(), sum.begin(), 0.0F));
    if (length > 0)
      for (float& x : sum) x /= length;
  }
  return out;
}

/// Text: the state s [1, 384] to length 1. Of each class c the nearest phrase and the phrases' direction:
///
///   best_c = max over its phrases p of s · p        centre_c = s · (sum of p) / |sum of p|
///   near_c = (best_c + part · centre_c) / (1 + part), part = centre · (1 - max over classes of sound of best)
///
/// so that a wording that stands among the phrases is taken as it stands, and a new one by what a class's phrases have
/// in common. Then softmax(beta · near) and the map -> [1, 512]. The vector fades to nothing where no class of sound is
/// nearer (best) than the last class, of what describes no sound: the model does not know the text.
template <nn::Backend B>
struct PhraseSoftmaxHead {
  float beta = 0, centre = 0, known_from = 0, known_to = 0;
  typename B::Table phrases;           // [phrases, 384], unit rows
  typename B::Linear centres;          // [classes, 384], likewise
  std::vector<std::int32_t> class_of;  // each phrase's
  int classes = 0;                     // with one more, of what describes no sound
  typename B::Linear map;

  static PhraseSoftmaxHead load(const TowerReader<B>& read, const HeadPlan& plan, int classes, int width,
                                int dimension) {
    const std::vector<float> stored = read.floats("text.head.phrase_classes", 1, plan.phrases);
    const std::vector<std::int32_t> class_of(stored.begin(), stored.end());
    const std::string name = "text.head.phrases";
    return {plan.beta,
            plan.centre,
            plan.known_from,
            plan.known_to,
            read.table(name, plan.phrases, width),
            read.constant(directions_of(read, name, width, class_of, classes + 1), classes + 1, width),
            class_of,
            classes + 1,
            read.transposed(plan.map, dimension, classes + 1)};
  }

  typename B::Tensor operator()(B& b, typename B::Tensor states) const {
    b.normalize_rows(states);
    const auto best = b.greatest_products(states, phrases, class_of, classes);
    const auto weights = b.leaned_rows(best, b.linear(states, centres), centre);
    b.softmax_rows(weights, beta);
    b.fade_rows(weights, best, known_from, known_to);
    return b.linear(weights, map);
  }
};

/// The audio side's head: [1, tower] -> [1, dimension], not of unit length.
template <nn::Backend B>
struct AudioHead {
  std::optional<ClassEvidenceHead<B>> classes;  // of the log-odds of a tower that knows classes
  std::optional<ClapProjection<B>> projection;

  /// The mixtures' weights are float32 products whatever the reader's type is.
  static AudioHead load(const TowerReader<B>& read, const TowerPlan& plan, int tower) {
    AudioHead head;
    const HeadPlan& own = plan.audio_head;
    if (own.classes) head.classes = ClassEvidenceHead<B>::load(read, own, plan.classes, plan.dimension);
    if (own.projection) head.projection = ClapProjection<B>::load(read, "audio.projection", plan.dimension, tower);
    return head;
  }

  /// log_odds(pooled): the tower's classes [1, plan.classes]; not called where no classes are.
  template <class LogOdds>
  typename B::Tensor operator()(B& b, typename B::Tensor pooled, LogOdds log_odds) const {
    if (!classes) return (*projection)(b, pooled);
    const auto out = (*classes)(b, log_odds(pooled));
    if (projection) b.add_linear(out, b.linear(pooled, projection->fc1, nn::Activation::relu), projection->fc2);
    return out;
  }

  /// To length 1, in place.
  void to_unit(B& b, typename B::Tensor vectors) const {
    classes ? classes->to_unit(b, vectors) : b.normalize_rows(vectors);
  }
};

/// The text side's head, likewise. May overwrite the states.
template <nn::Backend B>
struct TextHead {
  std::optional<PhraseSoftmaxHead<B>> classes;
  std::optional<ClapProjection<B>> projection;

  static TextHead load(const TowerReader<B>& read, const TowerPlan& plan) {
    TextHead head;
    const HeadPlan& own = plan.text_head;
    if (own.classes)
      head.classes = PhraseSoftmaxHead<B>::load(read, own, plan.classes, plan.text.width, plan.dimension);
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

  /// To the length that scores are computed with, in place: 1, or as long as it is.
  void to_scored(B& b, typename B::Tensor vectors) const {
    if (!classes) b.normalize_rows(vectors);
  }
};

}  // namespace hearken::model
