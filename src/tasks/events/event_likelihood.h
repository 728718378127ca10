// From evidence to a likelihood: a small network, fitted by tools/events/fit.py.
#pragma once

#include "tasks/events/event_evidence.h"

namespace hearken::tasks {

/// How likely it is that a stretch is where an event of the text begins and ends, 0 to 1: one hidden layer with ReLU,
/// a logistic output, calibrated on mixtures that the layers were not fitted on (docs/EVENTS.md).
double event_likelihood(const EventEvidence& evidence);

}  // namespace hearken::tasks
