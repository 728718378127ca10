// A sound for tests that compare models by their vectors.
#pragma once

#include <cstddef>
#include <vector>

#include "hearken/model.h"

namespace hearken::model {

/// The vector of ten seconds that are made up.
inline std::vector<float> made_up_vector(const Model& model, EmbeddingForm form) {
  const std::size_t samples = model.window_samples(10);
  std::vector<float> sound(samples), features(model.feature_count(samples)), out(model.audio_width(form));
  for (std::size_t i = 0; i < samples; ++i) sound[i] = static_cast<float>(i * i % 997) / 997.0F - 0.5F;
  model.audio_features(sound, features);
  model.embed_features(features, out, form);
  return out;
}

}  // namespace hearken::model
