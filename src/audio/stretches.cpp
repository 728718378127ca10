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
constexpr std::size_t kBlock = 100;           // steps that share a floor
constexpr std::size_t kAround = 600;          // steps that a floor is taken from
constexpr std::size_t kFramesAtOnce = kAround * kFramesAStep;

// The level that a share of the steps does not exceed, of every band, for each block of steps.
class Floors {
 public:
  Floors(std::span<const float> levels, std::size_t bands) : bands_(bands) {
    const std::size_t steps = levels.size() / bands;
    std::vector<float> column;
    for (std::size_t block = 0; block * kBlock < steps; ++block) {
      const std::size_t before = block * kBlock > (kAround - kBlock) / 2 ? block * kBlock - (kAround - kBlock) / 2 : 0;
      const std::size_t to = std::min(steps, before + kAround), from = to > kAround ? to - kAround : 0;
      for (std::size_t b = 0; b < bands; ++b) {
        column.clear();
        for (std::size_t s = from; s < to; ++s) column.push_back(levels[s * bands + b]);
        const auto at = static_cast<std::ptrdiff_t>(kFloorShare * static_cast<double>(column.size() - 1));
        std::nth_element(column.begin(), column.begin() + at, column.end());
        floors_.push_back(static_cast<double>(column[static_cast<std::size_t>(at)]));
      }
    }
  }

  double operator()(std::size_t step, std::size_t band) const { return floors_[step / kBlock * bands_ + band]; }

 private:
  std::size_t bands_;
  std::vector<double> floors_;  // [blocks, bands]
};

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
Sums summed(std::span<const float> levels, std::size_t bands, const Floors& floor) {
  const std::size_t steps = levels.size() / bands;
  Sums out{bands, std::vector<double>((steps + 1) * bands), std::vector<double>(steps + 1)};
  for (std::size_t s = 0; s < steps; ++s) {
    out.squares[s + 1] = out.squares[s];
    for (std::size_t b = 0; b < bands; ++b) {
      const double x = std::clamp(static_cast<double>(levels[s * bands + b]) - floor(s, b), 0.0, kMostDecibels);
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

MelConfig bands_at(int sample_rate_hz) {
  MelConfig config;
  config.n_fft = static_cast<int>(std::bit_ceil(static_cast<unsigned>(kWindowSeconds * sample_rate_hz)));
  config.hop = static_cast<int>(std::lround(kStepSeconds * sample_rate_hz / kFramesAStep));
  config.mel_bins = static_cast<int>(kBands);
  config.window = hann_window(config.n_fft);
  config.filters = mel_filters(MelScale::htk, config.mel_bins, config.n_fft, sample_rate_hz, kLowestHz,
                               std::min(kHighestHz, 0.5 * sample_rate_hz));
  config.power_floor = 1e-9F;
  return config;
}

// Appends the levels of the whole steps among frames [first, first + count) of `mel` [bands, frames].
void add_steps(std::span<const float> mel, std::size_t frames, std::size_t first, std::size_t count,
               std::vector<float>& out) {
  for (std::size_t s = 0; s < count / kFramesAStep; ++s) {
    for (std::size_t b = 0; b < kBands; ++b) {
      double power = 0;
      for (std::size_t f = 0; f < kFramesAStep; ++f)
        power += std::pow(10.0, static_cast<double>(mel[b * frames + first + s * kFramesAStep + f]) / 10);
      out.push_back(static_cast<float>(10 * std::log10(power / kFramesAStep)));
    }
  }
}

}  // namespace

std::vector<float> band_levels(SampleStream& stream) {
  const MelConfig config = bands_at(stream.sample_rate_hz());
  const auto hop = static_cast<std::size_t>(config.hop), n_fft = static_cast<std::size_t>(config.n_fft);
  const std::size_t margin = (n_fft / 2 + hop - 1) / hop;  // frames whose windows reach over a block's ends
  const std::size_t block = kFramesAtOnce * hop;
  const MelFrontEnd front_end(config);
  std::vector<float> held, mel, out;  // `held` begins `lead` frames before the first that is not done
  std::size_t lead = 0;
  for (bool ended = false; !ended;) {
    const std::size_t before = held.size();
    held.resize((lead + margin) * hop + block);
    const std::size_t got = stream.read(std::span(held).subspan(before));
    held.resize(before + got);
    ended = held.size() < (lead + margin) * hop + block;
    if (held.size() <= n_fft / 2) break;
    const std::size_t frames = front_end.frames(held.size());
    mel.resize(kBands * frames);
    front_end.compute(held, mel);
    // Of the last block, steps that are whole in samples.
    const std::size_t count = ended ? held.size() / hop - std::min(lead, held.size() / hop) : kFramesAtOnce;
    add_steps(mel, frames, lead, count, out);
    if (!ended) {
      held.erase(held.begin(), held.begin() + static_cast<std::ptrdiff_t>((lead + kFramesAtOnce - margin) * hop));
      lead = margin;
    }
  }
  return out;
}

std::vector<TimeRange> stretches(std::span<const float> levels, std::size_t bands) {
  if (levels.empty()) return {};
  const Floors floor(levels, bands);
  const std::vector<std::size_t> at = cuts(summed(levels, bands, floor));
  std::vector<TimeRange> out;
  for (std::size_t i = 0; i + 1 < at.size(); ++i) {
    double squares = 0;
    for (std::size_t b = 0; b < bands; ++b) {
      double sum = 0;
      for (std::size_t s = at[i]; s < at[i + 1]; ++s) sum += static_cast<double>(levels[s * bands + b]) - floor(s, b);
      const double rise = std::max(0.0, sum / static_cast<double>(at[i + 1] - at[i]));
      squares += rise * rise;
    }
    out.push_back({static_cast<double>(at[i]) * kStepSeconds, static_cast<double>(at[i + 1]) * kStepSeconds,
                   std::sqrt(squares / static_cast<double>(bands))});
  }
  return out;
}

}  // namespace hearken::audio
