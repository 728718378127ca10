// The weights are in event_weights.h.
#include "tasks/events/event_likelihood.h"

#include <algorithm>
#include <cmath>

#include "tasks/events/event_weights.h"

namespace hearken::tasks {
namespace {

constexpr double kLeastOutput = -8;  // of what the second network is told

// One hidden layer with ReLU.
template <std::size_t kHidden, std::size_t kInputs>
double network(const EventNetwork<kHidden, kInputs>& weights, const std::array<double, kInputs>& inputs) {
  double out = weights.output_bias;
  for (std::size_t h = 0; h < kHidden; ++h) {
    double sum = weights.hidden_bias[h];
    for (std::size_t i = 0; i < kInputs; ++i) sum += weights.hidden[h][i] * inputs[i];
    out += weights.output[h] * std::max(0.0, sum);
  }
  return out;
}

double shared_part(const EventCandidate& a, const EventCandidate& b) {
  return std::max(0.0, std::min(a.end_seconds, b.end_seconds) - std::max(a.start_seconds, b.start_seconds));
}

double length(const EventCandidate& sound) { return sound.end_seconds - sound.start_seconds; }

void add(EventNeighbours& out, const EventCandidate& sound, const EventCandidate& other, double output) {
  const double shared = shared_part(sound, other);
  const auto take = [&](Neighbour which) { out[which] = std::max(out[which], output); };
  if (shared > 0.5 * (length(sound) + length(other) - shared)) take(kSamePlace);
  if (std::abs(other.start_seconds - sound.start_seconds) <= kOnsetTolerance) take(kSameOnset);
  if (shared > 0.5 * length(other)) take(kInside);
}

}  // namespace

double event_output(const EventEvidence& evidence) { return network(kEventNetwork, evidence); }

std::vector<EventNeighbours> event_neighbours(std::span<const WeighedCandidate> candidates,
                                              std::span<const double> outputs,
                                              std::span<const std::vector<std::size_t>> rivals) {
  std::vector<std::vector<bool>> is_rival(rivals.size(), std::vector<bool>(rivals.size()));
  for (std::size_t label = 0; label < rivals.size(); ++label) {
    for (const std::size_t rival : rivals[label])
      if (rival < rivals.size()) is_rival[label][rival] = true;
  }
  std::vector<std::size_t> likely;  // by where they begin
  for (std::size_t i = 0; i < candidates.size(); ++i)
    if (outputs[i] > kLeastNeighbour) likely.push_back(i);
  const auto start = [&](std::size_t i) { return candidates[i].sound.start_seconds; };
  std::ranges::sort(likely, {}, start);

  EventNeighbours none;
  none.fill(kLeastNeighbour);
  std::vector<EventNeighbours> out(candidates.size(), none);
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    const EventCandidate& sound = candidates[i].sound;
    // What lies by half in the stretch, or shares half, begins no farther before it than it is long.
    const double from = sound.start_seconds - std::max(kOnsetTolerance, length(sound));
    const double to = std::max(sound.start_seconds + kOnsetTolerance, sound.end_seconds);
    for (auto at = std::ranges::lower_bound(likely, from, {}, start); at != likely.end() && start(*at) <= to; ++at)
      if (is_rival[candidates[i].label][candidates[*at].label]) add(out[i], sound, candidates[*at].sound, outputs[*at]);
  }
  return out;
}

double event_likelihood(double output, const EventNeighbours& neighbours) {
  std::array<double, 1 + kNeighbourValues> inputs{std::max(output, kLeastOutput)};
  std::ranges::copy(neighbours, inputs.begin() + 1);
  return 1 / (1 + std::exp(-network(kNeighbourNetwork, inputs)));
}

}  // namespace hearken::tasks
