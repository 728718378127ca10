// From evidence to a likelihood: two small networks, fitted by tools/events/fit.py.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "tasks/events/event_evidence.h"

namespace hearken::tasks {

/// What a stretch's own evidence says: log-odds that an event of the text begins within half a second of it. Fitted so
/// that of stretches that begin alike the one that ends right is the likeliest.
double event_output(const EventEvidence& evidence);

/// The greatest outputs of rivals' stretches nearby. A sound that is one thing is seldom another as well.
enum Neighbour : std::size_t {
  kSamePlace,        // of those that share more than half of the time that both take
  kSameOnset,        // of those that begin within half a second
  kInside,           // of those of which more than half lies in the stretch
  kNeighbourValues,  // how many there are
};

using EventNeighbours = std::array<double, kNeighbourValues>;

inline constexpr double kOnsetTolerance = 0.5;  // seconds
inline constexpr double kLeastNeighbour = -4;   // where there is none, or none with more

/// Of each candidate; `rivals` are those of each label. Rivals that are no labels have no stretches. Time and memory
/// are those of the candidates and of what overlaps.
std::vector<EventNeighbours> event_neighbours(std::span<const WeighedCandidate> candidates,
                                              std::span<const double> outputs,
                                              std::span<const std::vector<std::size_t>> rivals);

/// How likely it is, 0 to 1; calibrated on mixtures that the networks were not fitted on (docs/EVENTS.md).
double event_likelihood(double output, const EventNeighbours& neighbours);

}  // namespace hearken::tasks
