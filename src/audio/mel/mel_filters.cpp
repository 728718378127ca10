// Mel scales, triangles and windows, in double precision.
#include "audio/mel/mel_filters.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>

namespace hearken::audio {
namespace {

// Slaney's scale: 200/3 Hz a mel up to 1 kHz, then 27 steps for each factor of 6.4.
constexpr double kHzPerMel = 200.0 / 3.0, kBreakHz = 1000.0, kBreakMel = kBreakHz / kHzPerMel;
const double kLogStep = std::log(6.4) / 27.0;

double to_mel(MelScale scale, double hz) {
  if (scale == MelScale::htk) return 2595.0 * std::log10(1.0 + hz / 700.0);
  return hz < kBreakHz ? hz / kHzPerMel : kBreakMel + std::log(hz / kBreakHz) / kLogStep;
}

double to_hz(MelScale scale, double mel) {
  if (scale == MelScale::htk) return 700.0 * (std::pow(10.0, mel / 2595.0) - 1.0);
  return mel < kBreakMel ? mel * kHzPerMel : kBreakHz * std::exp((mel - kBreakMel) * kLogStep);
}

}  // namespace

std::vector<float> mel_filters(MelScale scale, int mel_bins, int n_fft, int sample_rate_hz, double lowest_hz,
                               double highest_hz) {
  const auto bins = static_cast<std::size_t>(n_fft / 2 + 1), bands = static_cast<std::size_t>(mel_bins);
  const double lowest = to_mel(scale, lowest_hz), highest = to_mel(scale, highest_hz);
  std::vector<double> corner(bands + 2);  // a triangle rises from corner m to m + 1 and falls to m + 2
  for (std::size_t i = 0; i < corner.size(); ++i)
    corner[i] = to_hz(scale, lowest + (highest - lowest) * static_cast<double>(i) / static_cast<double>(mel_bins + 1));
  std::vector<float> out(bands * bins);
  for (std::size_t m = 0; m < bands; ++m) {
    const double height = scale == MelScale::slaney ? 2.0 / (corner[m + 2] - corner[m]) : 1.0;
    for (std::size_t k = 0; k < bins; ++k) {
      const double hz = static_cast<double>(k) * sample_rate_hz / n_fft;
      const double rising = (hz - corner[m]) / (corner[m + 1] - corner[m]);
      const double falling = (corner[m + 2] - hz) / (corner[m + 2] - corner[m + 1]);
      out[m * bins + k] = static_cast<float>(height * std::max(0.0, std::min(rising, falling)));
    }
  }
  return out;
}

std::vector<float> hann_window(int n) {
  std::vector<float> out(static_cast<std::size_t>(n));
  for (std::size_t i = 0; i < out.size(); ++i)
    out[i] = static_cast<float>(0.5 - 0.5 * std::cos(2.0 * std::numbers::pi * static_cast<double>(i) / n));
  return out;
}

}  // namespace hearken::audio
