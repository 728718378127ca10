// The self-test of a model.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <exception>
#include <mutex>
#include <span>
#include <string>
#include <thread>

#include "core/numerics/vectors.h"
#include "hearken/model_tools.h"
#include "model/check_inputs.h"

namespace hearken {
namespace {

// Measured mean cosines of texts: 0.00 (starter), 0.18 (laion/clap-htsat-unfused), 0.29 (laion/larger_clap_general),
// 0.96 to 1.00 (towers with random weights), 0.999 (laion/larger_clap_music, broken as published); of sounds: 0.23
// (starter), 0.50 to 0.98 (random weights). The published ones are others' measurements, of four texts.
constexpr double kCollapsed = 0.95;
constexpr double kLengthTolerance = 1e-3;
constexpr int kThreads = 4;

std::vector<float> embed_sound(const Model& model, std::span<const float> samples) {
  std::vector<float> features(model.feature_count(samples.size())), vector(model.audio_width(EmbeddingForm::unit));
  model.audio_features(samples, features);
  model.embed_features(features, vector);
  return vector;
}

std::vector<float> embed_text(const Model& model, const std::string& text) {
  return model.embed_texts(std::span(&text, 1));
}

bool same_bits(std::span<const float> a, std::span<const float> b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size_bytes()) == 0;
}

Spread spread_of(const std::vector<std::vector<float>>& vectors) {
  Spread out{vectors.size(), 0, 1, -1};
  std::size_t pairs = 0;
  for (std::size_t i = 0; i < vectors.size(); ++i)
    for (std::size_t j = 0; j < i; ++j, ++pairs) {
      const double cosine = numerics::dot(vectors[i], vectors[j]);
      out.mean += cosine;
      out.lowest = std::min(out.lowest, cosine);
      out.highest = std::max(out.highest, cosine);
    }
  out.mean /= static_cast<double>(pairs);
  return out;
}

ModelFinding check_vectors(const std::string& kind, const std::vector<std::vector<float>>& vectors) {
  std::size_t not_finite = 0;
  double worst = 1;
  for (const auto& v : vectors) {
    const double length = std::sqrt(numerics::dot(v, v));
    if (!std::isfinite(length))
      ++not_finite;
    else if (std::fabs(length - 1) > std::fabs(worst - 1))
      worst = length;
  }
  if (not_finite > 0)
    return {kind + " vectors", false,
            fmt::format("{} of {} vectors hold numbers that are not finite: the weights are damaged, or too large for "
                        "this precision (try --precision fp32)",
                        not_finite, vectors.size())};
  if (std::fabs(worst - 1) > kLengthTolerance)
    return {kind + " vectors", false, fmt::format("a vector has the length {:.4f}, not 1", worst)};
  return {kind + " vectors", true, fmt::format("{} vectors, all finite and of length 1", vectors.size())};
}

// embed() once more here and from several threads at once.
template <class Embed>
ModelFinding check_repeats(const std::string& kind, const std::vector<float>& first, Embed embed) {
  int differ = same_bits(embed(), first) ? 0 : 1;
  std::exception_ptr failure;
  std::mutex mutex;  // guards differ and failure
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < kThreads; ++i)
      threads.emplace_back([&] {
        try {
          const bool same = same_bits(embed(), first);
          const std::lock_guard lock(mutex);
          differ += same ? 0 : 1;
        } catch (...) {
          const std::lock_guard lock(mutex);
          failure = std::current_exception();
        }
      });
  }
  if (failure) std::rethrow_exception(failure);
  if (differ > 0)
    return {kind + " repeats", false,
            fmt::format("the same {} gave other bits in {} of {} tries", kind, differ, kThreads + 1)};
  return {kind + " repeats", true, fmt::format("the same bits again, and from {} threads at once", kThreads)};
}

std::string figures(const Spread& s) {
  return fmt::format("mean cosine {:.3f} between {} (pairs from {:.3f} to {:.3f})", s.mean, s.vectors, s.lowest,
                     s.highest);
}

// Written so that a mean that is no number fails.
bool is_spread(const Spread& s) { return s.mean <= kCollapsed; }

ModelFinding check_text_spread(const Spread& s) {
  if (is_spread(s)) return {"text spread", true, figures(s) + " different descriptions"};
  return {
      "text spread", false,
      figures(s) + fmt::format(" different descriptions, where at most {} is allowed: the text tower has collapsed "
                               "(or was never trained), every text gets nearly the same vector, and searching by "
                               "text cannot work with this model. The model starter works; published as working are "
                               "laion/clap-htsat-unfused and laion/larger_clap_general",
                               kCollapsed)};
}

ModelFinding check_sound_spread(const Spread& s) {
  if (is_spread(s)) return {"sound spread", true, figures(s) + " different sounds"};
  return {"sound spread", false,
          figures(s) + fmt::format(" different sounds, where at most {} is allowed: the audio tower has collapsed (or "
                                   "was never trained), every sound gets nearly the same vector, and neither texts nor "
                                   "sounds find anything with this model",
                                   kCollapsed)};
}

}  // namespace

bool ModelCheck::passed() const noexcept {
  return std::all_of(findings.begin(), findings.end(), [](const ModelFinding& f) { return f.passed; });
}

ModelCheck check_model(const Model& model) {
  ModelCheck out;
  std::vector<std::vector<float>> sounds, texts;
  const auto windows = model::check_sounds(model.info().sample_rate_hz,
                                           model.window_samples(std::min(10.0, model.info().max_window_seconds)));
  for (const auto& window : windows) sounds.push_back(embed_sound(model, window));
  for (const std::string& text : model::check_texts()) texts.push_back(embed_text(model, text));
  out.sounds = spread_of(sounds);
  out.texts = spread_of(texts);

  out.findings.push_back(check_vectors("sound", sounds));
  out.findings.push_back(check_repeats("sound", sounds.back(), [&] { return embed_sound(model, windows.back()); }));
  out.findings.push_back(check_sound_spread(out.sounds));
  out.findings.push_back(check_vectors("text", texts));
  out.findings.push_back(
      check_repeats("text", texts.front(), [&] { return embed_text(model, model::check_texts().front()); }));
  out.findings.push_back(check_text_spread(out.texts));
  return out;
}

}  // namespace hearken
