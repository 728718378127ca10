// Warm-up and cosine.
#include "train/schedule.h"

#include <cmath>
#include <numbers>

namespace hearken::train {

double learning_rate(double peak, int step, int warmup, int steps) {
  if (step < warmup) return peak * (step + 1) / warmup;
  return peak * 0.5 * (1 + std::cos(std::numbers::pi * (step - warmup) / (steps - warmup)));
}

}  // namespace hearken::train
