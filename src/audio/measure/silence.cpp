// Momentary loudness, some tenths of a second at a time.
#include "audio/measure/silence.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <vector>

#include "audio/measure/k_weighting.h"

namespace hearken::audio {
namespace {

constexpr int kLowestWeightedRate = 4000;  // Hz

bool is_faint(std::span<const float> step) {
  double square = 0;
  for (const float x : step) square += static_cast<double>(x) * static_cast<double>(x);
  return square <= std::pow(10.0, kSilenceLufs / 10) * static_cast<double>(step.size());
}

// The energy of the last four tenths of a second, of which the last may be cut short.
class Momentary {
 public:
  void add(double squares, std::size_t samples) { steps_[at_++ % kStepsOfABlock] = {squares, samples}; }
  bool whole() const { return at_ >= kStepsOfABlock; }
  bool is_silent() const {
    static const double kBar = std::pow(10.0, (kSilenceLufs - kLoudnessOffset) / 10);
    double squares = 0, samples = 0;
    for (const Step& step : steps_) {
      squares += step.squares;
      samples += static_cast<double>(step.samples);
    }
    return squares <= kBar * samples;
  }

 private:
  struct Step {
    double squares = 0;
    std::size_t samples = 0;
  };
  std::array<Step, kStepsOfABlock> steps_{};
  std::size_t at_ = 0;
};

}  // namespace

bool is_silent(std::span<const float> mono, int sample_rate_hz) {
  const std::size_t step = std::max<std::size_t>(1, static_cast<std::size_t>(sample_rate_hz + 5) / 10);
  if (sample_rate_hz < kLowestWeightedRate) {
    for (std::size_t at = 0; at < mono.size(); at += step)
      if (!is_faint(mono.subspan(at, std::min(step, mono.size() - at)))) return false;
    return true;
  }
  const KWeighting filters(sample_rate_hz);
  std::vector<float> lot((1 + kStepsAtOnce) * step);  // the step before, and those to be measured
  std::array<double, kStepsAtOnce> squares{};
  Momentary momentary;
  for (std::size_t first = 0; first < mono.size(); first += kStepsAtOnce * step) {
    std::copy(lot.end() - static_cast<std::ptrdiff_t>(step), lot.end(), lot.begin());
    const auto some = mono.subspan(first, std::min(kStepsAtOnce * step, mono.size() - first));
    std::fill(std::copy(some.begin(), some.end(), lot.begin() + static_cast<std::ptrdiff_t>(step)), lot.end(), 0.0F);
    k_weighted_squares(filters, lot.data(), 1, 0, step, squares);
    for (std::size_t s = 0; s * step < some.size(); ++s) {
      momentary.add(squares[s], std::min(step, some.size() - s * step));
      if (momentary.whole() && !momentary.is_silent()) return false;
    }
  }
  // Of a shorter sound the level of what there is.
  return momentary.is_silent();
}

}  // namespace hearken::audio
