// The curve that goes with two thresholds.
#pragma once

#include <algorithm>
#include <cmath>

#include "hearken/model.h"

namespace hearken::model {

/// 0 to 1: the logistic curve that is kHighLikelihood at levels.high and kModerateLikelihood at levels.moderate.
inline double likelihood_at(const Levels& levels, double score) noexcept {
  const auto log_odds = [](double p) { return std::log(p / (1 - p)); };
  const double low = log_odds(kModerateLikelihood), high = log_odds(kHighLikelihood);
  const double slope = (high - low) / std::max(levels.high - levels.moderate, 1e-9);
  return 1 / (1 + std::exp(-(low + slope * (score - levels.moderate))));
}

}  // namespace hearken::model
