// Bands from the mel front end, then the best cuts from left to right.
#include "audio/stretches.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "audio/mel/mel.h"
#include "audio/mel/mel_filters.h"

namespace hearken::audio {
namespace {

constexpr int kFramesAStep = 8;
constexpr double kLowestHz = 60, kHighestHz = 7800, kWindowSeconds = 0.03;
constexpr double kFloorShare = 0.15;
constexpr double kMostDecibels = 40;
constexpr double kCutCost = 20;               // dB², of one more stretch
constexpr std::size_t kLongestStretch = 150;  // steps

// The level that a share of the steps does not exceed, of every band.
std::vector<double> floors(std::span<const float> levels, std::size_t bands) {
  const std::size_t steps = levels.size() / bands;
  std::vector<double> out(bands);
  std::vector<float> column(steps);
  const auto at = static_cast<std::ptrdiff_t>(kFloorShare * static_cast<double>(steps - 1));
  for (std::size_t b = 0; b < bands; ++b) {
    for (std::size_t s = 0; s < steps; ++s) column[s] = levels[s * bands + b];
    std::nth_element(column.begin(), column.begin() + at, column.end());
    out[b] = static_cast<double>(column[static_cast<std::size_t>(at)]);
  }
  return out;
}

// Sums of the first 0, 1, 2, … steps, so that any stretch's is one subtraction.
struct Sums {
  std::size_t bands;
  std::vector<double> sum;      // [steps + 1, bands]
  std::vector<double> squares;  // [steps + 1], of all bands

  // The squared deviations of steps [from, to) from their mean, the mean over the bands.
  double deviation(std::size_t from, std::size_t to) const {
    double of_mean = 0;
    for (std::size_t b = 0; b < bands; ++b) {
      const double d = sum[to * bands + b] - sum[from * bands + b];
      of_mean += d * d;
    }
    return (squares[to] - squares[from] - of_mean / static_cast<double>(to - from)) / static_cast<double>(bands);
  }
};

// `levels` above the floor, summed.
Sums summed(std::span<const float> levels, std::span<const double> floor) {
  const std::size_t bands = floor.size(), steps = levels.size() / bands;
  Sums out{bands, std::vector<double>((steps + 1) * bands), std::vector<double>(steps + 1)};
  for (std::size_t s = 0; s < steps; ++s) {
    out.squares[s + 1] = out.squares[s];
    for (std::size_t b = 0; b < bands; ++b) {
      const double x = std::clamp(static_cast<double>(levels[s * bands + b]) - floor[b], 0.0, kMostDecibels);
      out.sum[(s + 1) * bands + b] = out.sum[s * bands + b] + x;
      out.squares[s + 1] += x * x;
    }
  }
  return out;
}

// The steps at which stretches begin, ascending, and the end.
std::vector<std::size_t> cuts(const Sums& sums) {
  const std::size_t steps = sums.squares.size() - 1;
  std::vector<double> cost(steps + 1, std::numeric_limits<double>::infinity());  // of the best cuts up to here
  std::vector<std::size_t> from(steps + 1);                                      // where the last of them begins
  cost[0] = 0;
  for (std::size_t to = 1; to <= steps; ++to) {
    for (std::size_t begin = to > kLongestStretch ? to - kLongestStretch : 0; begin < to; ++begin) {
      const double with = cost[begin] + sums.deviation(begin, to) + kCutCost;
      if (with < cost[to]) {
        cost[to] = with;
        from[to] = begin;
      }
    }
  }
  std::vector<std::size_t> out{steps};
  while (out.back() > 0) out.push_back(from[out.back()]);
  std::reverse(out.begin(), out.end());
  return out;
}

}  // namespace

std::vector<float> band_levels(std::span<const float> samples, int sample_rate_hz) {
  MelConfig config;
  config.n_fft = static_cast<int>(std::bit_ceil(static_cast<unsigned>(kWindowSeconds * sample_rate_hz)));
  config.hop = static_cast<int>(std::lround(kStepSeconds * sample_rate_hz / kFramesAStep));
  config.mel_bins = static_cast<int>(kBands);
  config.window = hann_window(config.n_fft);
  config.filters = mel_filters(MelScale::htk, config.mel_bins, config.n_fft, sample_rate_hz, kLowestHz,
                               std::min(kHighestHz, 0.5 * sample_rate_hz));
  config.power_floor = 1e-9F;
  const MelFrontEnd front_end(config);
  const std::size_t steps = samples.size() / (static_cast<std::size_t>(config.hop) * kFramesAStep);
  if (steps == 0 || samples.size() <= static_cast<std::size_t>(config.n_fft) / 2) return {};
  const std::size_t frames = front_end.frames(samples.size());
  std::vector<float> mel(kBands * frames), out(steps * kBands);
  front_end.compute(samples, mel);
  for (std::size_t s = 0; s < steps; ++s) {
    for (std::size_t b = 0; b < kBands; ++b) {
      double power = 0;
      for (std::size_t f = 0; f < kFramesAStep; ++f)
        power += std::pow(10.0, static_cast<double>(mel[b * frames + s * kFramesAStep + f]) / 10);
      out[s * kBands + b] = static_cast<float>(10 * std::log10(power / kFramesAStep));
    }
  }
  return out;
}

std::vector<TimeRange> stretches(std::span<const float> levels, std::size_t bands) {
  if (levels.empty()) return {};
  const std::vector<double> floor = floors(levels, bands);
  const std::vector<std::size_t> at = cuts(summed(levels, floor));
  std::vector<TimeRange> out;
  for (std::size_t i = 0; i + 1 < at.size(); ++i) {
    double squares = 0;
    for (std::size_t b = 0; b < bands; ++b) {
      double sum = 0;
      for (std::size_t s = at[i]; s < at[i + 1]; ++s) sum += static_cast<double>(levels[s * bands + b]);
      const double rise = std::max(0.0, sum / static_cast<double>(at[i + 1] - at[i]) - floor[b]);
      squares += rise * rise;
    }
    out.push_back({static_cast<double>(at[i]) * kStepSeconds, static_cast<double>(at[i + 1]) * kStepSeconds,
                   std::sqrt(squares / static_cast<double>(bands))});
  }
  return out;
}

}  // namespace hearken::audio
