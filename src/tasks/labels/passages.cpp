// Words for applause and speech against words for everything else; clusters; what silence looks like to a model.
#include "tasks/labels/passages.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "core/numerics/vectors.h"
#include "search/scan/stored_rows.h"

namespace hearken::tasks {
namespace {

constexpr std::array kClapping = {"applause", "people clapping", "clapping", "an audience applauding",
                                  "a cheering audience"};
constexpr std::array kSpeech = {"speech",           "a person speaking", "a man speaking",
                                "a woman speaking", "narration",         "conversation"};
constexpr std::array kSinging = {"singing"};
constexpr std::array kOther = {"music",      "a song",        "electronic music",
                               "rock music", "an orchestra",  "piano",
                               "guitar",     "drums",         "percussion",
                               "strings",    "synthesizer",   "rain",
                               "sea waves",  "wind",          "a crackling fire",
                               "an engine",  "a machine",     "an animal",
                               "a bird",     "a crying baby", "laughter",
                               "noise",      "white noise",   "a hum",
                               "ticking",    "footsteps",     "water"};

// `certain` is in parts of the model's score Levels::clear, `possible` in parts of `certain`. For cosines they were set
// with the starter's first version: docs/CLEAN.md.
struct Thresholds {
  double certain, possible, near_clapping, near_speech, silent;
  bool sings;  // singing weighs against clapping
};
constexpr Thresholds kOfCosines{0.7, 0.5, 0.7, 0.7, 0.5, true};

// For evidence, with the second version. Margins of 2,870 windows of game music, ESC-10 and the samples: at most -0.003
// for clapping and 0.009 for speech; certain is 0.015. Cheers are singing to the model; it weighs not against clapping,
// where this makes none of the others' margins greater and ten certain of 27 windows of applause, seven with it.
// What is near need only have no other word above: sounds share much of their vectors, and nearness says more. Grown
// so, clusters hold 19 of the 27, 22 of 108 windows of speech (most of it synthesised) and none of others; of these
// five if 0.9 were near for speech, too. Noise and hum of -62 dBFS and less is at least 0.95 from silence; of the
// windows that are heard one is above 0.9.
constexpr Thresholds kOfEvidence{0.15, 0, 0.9, 0.92, 0.9, false};

const Thresholds& thresholds(const Model& model) { return model.info().evidence ? kOfEvidence : kOfCosines; }

}  // namespace

Kinds::Kinds(const Model& model)
    : certain_(thresholds(model).certain * model.info().levels.clear),
      possible_(thresholds(model).possible * certain_),
      near_clapping_(thresholds(model).near_clapping),
      near_speech_(thresholds(model).near_speech),
      sings_(thresholds(model).sings) {
  std::vector<std::string> words;
  words.reserve(kClapping.size() + kSpeech.size() + kSinging.size() + kOther.size());
  words.insert(words.end(), kClapping.begin(), kClapping.end());
  words.insert(words.end(), kSpeech.begin(), kSpeech.end());
  words.insert(words.end(), kSinging.begin(), kSinging.end());
  words.insert(words.end(), kOther.begin(), kOther.end());
  words_ = model.embed_texts(words, EmbeddingForm::scored, 0);
}

Kinds::Margins Kinds::margins(std::span<const float> window) const {
  const std::size_t d = window.size();
  std::size_t word = 0;
  const auto best = [&](std::size_t count) {
    double most = -1;
    for (const std::size_t end = word + count; word < end; ++word)
      most = std::max(most, numerics::dot(window, std::span(words_).subspan(word * d, d)));
    return most;
  };
  const double clapping = best(kClapping.size()), speech = best(kSpeech.size());
  const double singing = best(kSinging.size()), other = best(kOther.size());
  const double beside_clapping = std::max(speech, sings_ ? std::max(singing, other) : other);
  return {clapping - beside_clapping, speech - std::max({clapping, singing, other})};
}

std::vector<std::size_t> grown(std::span<const Lead> leads, double certain, double near) {
  std::vector<const Lead*> in, out;
  for (const Lead& lead : leads) (lead.margin >= certain ? in : out).push_back(&lead);
  for (std::size_t next = 0; next < in.size(); ++next) {
    const auto joins = [&](const Lead* lead) { return numerics::dot(lead->vector, in[next]->vector) >= near; };
    const auto away = std::stable_partition(out.begin(), out.end(), [&](const Lead* lead) { return !joins(lead); });
    in.insert(in.end(), away, out.end());
    out.erase(away, out.end());
  }
  std::vector<std::size_t> windows;
  for (const Lead* lead : in) windows.push_back(lead->window);
  std::sort(windows.begin(), windows.end());
  return windows;
}

double silent_cosine(const Model& model) { return thresholds(model).silent; }

std::vector<float> silent_vectors(const Model& model, double window_seconds) {
  std::vector<float> samples(model.window_samples(window_seconds)), features(model.feature_count(samples.size()));
  const std::size_t dimension = model.audio_width(EmbeddingForm::unit);
  std::vector<float> out;
  for (const double decibels : {-HUGE_VAL, -90.0, -75.0, -60.0}) {
    // White noise, of even numbers between -1 and 1: their mean square is a third.
    const double amplitude = std::sqrt(3.0) * std::pow(10.0, decibels / 20);
    std::uint32_t state = 1;
    for (float& sample : samples) {
      state = state * 1664525U + 1013904223U;  // Numerical Recipes, 7.1
      sample = static_cast<float>(amplitude * (static_cast<double>(state >> 8) / (1 << 23) - 1));
    }
    model.audio_features(samples, features);
    out.resize(out.size() + dimension);
    model.embed_features(features, std::span(out).last(dimension), EmbeddingForm::unit, 0);
  }
  return out;
}

}  // namespace hearken::tasks
