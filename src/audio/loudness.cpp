// K-weighting and the gates.
#include "audio/loudness.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/isa.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "audio/loudness.cpp"
#include <hwy/foreach_target.h>  // compiles this file once per instruction set, and comes before the next one
//
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace hearken::audio::HWY_NAMESPACE {
namespace {

// In the direct form I, whose way from one sample to the next is the shortest: a product and a difference.
void Filter(ChannelPair& pair, const std::array<Biquad, 2>& by, const float* in, std::size_t width, bool two,
            std::size_t frames) {
  using Two = ChannelPair::Two;
  const auto& [shelf, pass] = by;
  ChannelPair s = pair;  // in registers
  for (std::size_t i = 0; i < frames; ++i, in += width) {
    const Two x{static_cast<double>(in[0]), two ? static_cast<double>(in[1]) : 0.0};
    const Two y = shelf.b0 * x + shelf.b1 * s.x1 + shelf.b2 * s.x2 - shelf.a2 * s.y2 - shelf.a1 * s.y1;
    const Two z = y - 2 * s.y1 + s.y2 - pass.a2 * s.z2 - pass.a1 * s.z1;
    s.x2 = s.x1;
    s.x1 = x;
    s.y2 = s.y1;
    s.y1 = y;
    s.z2 = s.z1;
    s.z1 = z;
    s.energy += z * z;
  }
  // What dies away in silence becomes numbers so small that processors take a hundred times as long for them.
  for (Two* state : {&s.y1, &s.y2, &s.z1, &s.z2})
    for (int i = 0; i < 2; ++i)
      if (std::abs((*state)[i]) < 1e-30) (*state)[i] = 0;
  pair = s;
}

}  // namespace
}  // namespace hearken::audio::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace hearken::audio {
namespace {

HWY_EXPORT(Filter);

constexpr std::size_t kStepsOfABlock = 4;
constexpr std::size_t kStretch = 256;  // frames

double channel_weight(std::size_t channel, std::size_t channels) {
  if (channels >= 6 && channel == 3) return 0;
  const bool surround =
      (channels == 5 && channel >= 3) || (channels == 6 && channel >= 4) || (channels == 8 && channel >= 6);
  return surround ? 1.41 : 1.0;
}

double lufs(double mean_square) { return -0.691 + 10 * std::log10(mean_square); }

}  // namespace

std::array<Biquad, 2> k_weighting(double sample_rate_hz) {
  const auto warped = [&](double hz) { return std::tan(std::numbers::pi * hz / sample_rate_hz); };
  constexpr double kShelfQ = 0.7071752369554196;
  const double k = warped(1681.974450955533), high = std::pow(10.0, 3.999843853973347 / 20);
  const double band = std::pow(high, 0.4996667741545416), a0 = 1 + k / kShelfQ + k * k;
  const Biquad shelf{(high + band * k / kShelfQ + k * k) / a0, 2 * (k * k - high) / a0,
                     (high - band * k / kShelfQ + k * k) / a0, 2 * (k * k - 1) / a0, (1 - k / kShelfQ + k * k) / a0};
  const bool has_shelf = 4000 <= sample_rate_hz;  // else it begins beyond what such a rate can hold
  constexpr double kPassQ = 0.5003270373238773;
  const double p = warped(38.13547087602444), p0 = 1 + p / kPassQ + p * p;
  return {has_shelf ? shelf : Biquad{1, 0, 0, 0, 0},
          Biquad{1, -2, 1, 2 * (p * p - 1) / p0, (1 - p / kPassQ + p * p) / p0}};
}

void Loudness::restart(int channels, int sample_rate_hz) {
  isa_cap();
  channels_ = channels;
  sample_rate_hz_ = sample_rate_hz;
  // Above a quarter of a megahertz the prototypes are far below anything that a
  // double of this form can tell from 0.
  filter_ = k_weighting(sample_rate_hz);
  step_ = left_ = (static_cast<std::size_t>(sample_rate_hz) + 5) / 10;
  pairs_.clear();
  const auto width = static_cast<std::size_t>(channels);
  for (std::size_t c = 0; c < width; c += 2) {
    const double second = c + 1 < width ? channel_weight(c + 1, width) : 0;
    pairs_.emplace_back().weights = ChannelPair::Two{channel_weight(c, width), second};
  }
}

void Loudness::hear(std::span<const float> interleaved, int channels, int sample_rate_hz) {
  if (channels != channels_ || sample_rate_hz != sample_rate_hz_) restart(channels, sample_rate_hz);
  const auto width = static_cast<std::size_t>(channels);
  while (!interleaved.empty()) {
    const std::size_t frames = std::min({interleaved.size() / width, left_, kStretch});
    for (std::size_t p = 0; p < pairs_.size(); ++p)
      HWY_DYNAMIC_DISPATCH(Filter)(pairs_[p], filter_, interleaved.data() + 2 * p, width, 2 * p + 1 < width, frames);
    interleaved = interleaved.subspan(frames * width);
    left_ -= frames;
    if (left_ > 0) continue;
    double sum = 0;
    for (ChannelPair& pair : pairs_) {
      sum += pair.weights[0] * pair.energy[0] + pair.weights[1] * pair.energy[1];
      pair.energy = ChannelPair::Two{};
    }
    steps_.push_back(sum / static_cast<double>(step_));
    left_ = step_;
  }
}

std::optional<double> Loudness::integrated() const { return integrated_loudness(steps_); }

std::optional<double> integrated_loudness(std::span<const double> steps) {
  std::vector<double> blocks;
  for (std::size_t i = kStepsOfABlock; i <= steps.size(); ++i) {
    double sum = 0;
    for (const double step : steps.subspan(i - kStepsOfABlock, kStepsOfABlock)) sum += step;
    blocks.push_back(sum / kStepsOfABlock);
  }
  const auto mean_from = [&](double gate_lufs) -> std::optional<double> {
    double sum = 0;
    std::size_t count = 0;
    for (const double block : blocks) {
      if (!(lufs(block) >= gate_lufs)) continue;
      sum += block;
      ++count;
    }
    if (count == 0) return std::nullopt;
    return lufs(sum / static_cast<double>(count));
  };
  const std::optional<double> all = mean_from(-70);
  return all ? mean_from(std::max(-70.0, *all - 10)) : std::nullopt;
}

}  // namespace hearken::audio
#endif
