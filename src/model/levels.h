// The curve that goes with two thresholds.
#pragma once

#include <algorithm>
#include <cmath>

#include "hearken/model.h"

namespace hearken::model {

/// 0 to 1: the logistic curve that is kClearLikelihood at levels.clear and kModerateLikelihood at levels.moderate.
inline double likelihood_at(const Levels& levels, double score) noexcept {
  const auto log_odds = [](double p) { return std::log(p / (1 - p)); };
  const double low = log_odds(kModerateLikelihood), clear = log_odds(kClearLikelihood);
  const double slope = (clear - low) / std::max(levels.clear - levels.moderate, 1e-9);
  return 1 / (1 + std::exp(-(low + slope * (score - levels.moderate))));
}

}  // namespace hearken::model
