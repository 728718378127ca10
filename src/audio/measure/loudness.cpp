// The channels that surround, the blocks and the gates.
#include "audio/measure/loudness.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <vector>

#include "audio/measure/k_weighting.h"

namespace hearken::audio {
namespace {

// Hz; BS.1770's first filter begins where a rate below that has nothing more.
constexpr int kLowestMeasured = 4000, kHighestMeasured = 2'822'400;
constexpr int kChannelsAtMost = 64;
constexpr double kAbsoluteGate = -70;  // LUFS
constexpr double kRelativeGate = 0.1;  // of the mean energy: 10 LU below

// In FFmpeg's order of the channels; what there is beyond 7.1 counts as if it stood in front.
double weight(int channels, std::size_t channel) {
  constexpr double kSurround = 1.41;
  if (channels >= 6 && channel == 3) return 0;  // effects
  // 6.1 has one in the middle behind and two beside, 7.1 two behind and two beside: only those beside count more.
  const std::size_t first = channels == 4 ? 2 : channels == 5 ? 3 : channels == 7 ? 5 : channels == 8 ? 6 : 4;
  return channels >= 4 && (channel == first || channel == first + 1) ? kSurround : 1;
}

double lufs(double energy) { return 10 * std::log10(energy) + kLoudnessOffset; }

}  // namespace

struct Loudness::State {
  // The next lot of steps; the last ones are filled up with silence when `last`, which is the end.
  void take(bool last);
  void restart(int new_channels, int new_rate_hz);

  bool usable = true;
  int channels = 0, rate_hz = 0;
  KWeighting filters{48000};
  std::size_t step = 0;        // frames
  std::vector<float> waiting;  // interleaved: the step before, and what was not measured yet
  std::vector<double> steps;   // the last of them, each the sum of its weighted squares
  std::vector<double> blocks;  // mean energies above the absolute gate
};

void Loudness::State::restart(int new_channels, int new_rate_hz) {
  take(true);
  channels = new_channels;
  rate_hz = new_rate_hz;
  usable = rate_hz >= kLowestMeasured && rate_hz <= kHighestMeasured && channels <= kChannelsAtMost;
  if (!usable) return;
  filters = KWeighting(rate_hz);
  step = static_cast<std::size_t>(rate_hz + 5) / 10;
  waiting.assign(step * static_cast<std::size_t>(channels), 0.0F);
  steps.clear();
}

void Loudness::State::take(bool last) {
  if (step == 0) return;
  const auto width = static_cast<std::size_t>(channels);
  const std::size_t whole = waiting.size() / width / step - 1;
  if (!last && whole < kStepsAtOnce) return;
  waiting.resize((1 + kStepsAtOnce) * step * width, 0.0F);
  std::array<double, kStepsAtOnce> energies{};
  for (std::size_t c = 0; c < width; ++c) {
    const double counts = weight(channels, c);
    if (counts == 0) continue;
    std::array<double, kStepsAtOnce> sums{};
    k_weighted_squares(filters, waiting.data(), width, c, step, sums);
    for (std::size_t s = 0; s < kStepsAtOnce; ++s) energies[s] += counts * sums[s];
  }
  static const double kGate = std::pow(10.0, (kAbsoluteGate - kLoudnessOffset) / 10);
  for (std::size_t s = 0; s < std::min(whole, kStepsAtOnce); ++s) {
    steps.push_back(energies[s]);
    if (steps.size() < kStepsOfABlock) continue;
    double sum = 0;
    for (const double energy : steps) sum += energy;
    if (const double mean = sum / static_cast<double>(kStepsOfABlock * step); mean >= kGate) blocks.push_back(mean);
    steps.erase(steps.begin());
  }
  waiting.erase(waiting.begin(), waiting.end() - static_cast<std::ptrdiff_t>(step * width));
}

Loudness::Loudness() : state_(std::make_unique<State>()) {}
Loudness::~Loudness() = default;

void Loudness::consume(std::span<const float> interleaved, int channels, int sample_rate_hz) {
  State& my = *state_;
  if (!my.usable) return;
  if (channels != my.channels || sample_rate_hz != my.rate_hz) my.restart(channels, sample_rate_hz);
  while (my.usable && !interleaved.empty()) {
    const std::size_t room = (1 + kStepsAtOnce) * my.step * static_cast<std::size_t>(channels) - my.waiting.size();
    const auto some = interleaved.first(std::min(room, interleaved.size()));
    my.waiting.insert(my.waiting.end(), some.begin(), some.end());
    interleaved = interleaved.subspan(some.size());
    my.take(false);
  }
}

std::optional<double> Loudness::integrated() const {
  if (!state_->usable) return std::nullopt;
  State my = *state_;
  my.take(true);
  const auto mean_from = [&](double gate) {
    double sum = 0;
    std::size_t count = 0;
    for (const double energy : my.blocks)
      if (energy >= gate) sum += energy, ++count;
    return count > 0 ? sum / static_cast<double>(count) : 0;
  };
  const double level = lufs(mean_from(kRelativeGate * mean_from(0)));
  if (!std::isfinite(level)) return std::nullopt;
  return level;
}

}  // namespace hearken::audio
