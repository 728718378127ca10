// The weights are in event_weights.h.
#include "tasks/events/event_likelihood.h"

#include <algorithm>
#include <cmath>

#include "tasks/events/event_weights.h"

namespace hearken::tasks {

double event_likelihood(const EventEvidence& evidence) {
  double out = kEventOutputBias;
  for (std::size_t h = 0; h < kEventHidden.size(); ++h) {
    double sum = kEventHiddenBias[h];
    for (std::size_t i = 0; i < evidence.size(); ++i) sum += kEventHidden[h][i] * evidence[i];
    out += kEventOutput[h] * std::max(0.0, sum);
  }
  return 1 / (1 + std::exp(-out));
}

}  // namespace hearken::tasks
