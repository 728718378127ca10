// From evidence to a likelihood: a small network, fitted by tools/events/fit.py.
#pragma once

#include "tasks/events/event_evidence.h"

namespace hearken::tasks {

/// How likely it is that an event of the text begins within half a second of the stretch, 0 to 1: one hidden layer with
/// ReLU and a logistic output, which is calibrated on mixtures that the layer was not fitted on (docs/EVENTS.md).
/// Fitted so that of stretches that begin alike the one that ends right is the likeliest.
double event_likelihood(const EventEvidence& evidence);

}  // namespace hearken::tasks
