// Pitch bands, peaks in them, and key profiles.
#include "audio/measure/key.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

namespace hearken::audio {
namespace {

constexpr double kSilence = -75;  // decibels of a band's power: a frame without more is passed over
constexpr double kRange = 40;     // decibels below the loudest band that still count
// What a key needs. Noise, rain, drums and single tones stay below one of the first two; most music is above both.
constexpr double kCertain = 0.65;  // of the correlation with its profile
constexpr double kUneven = 0.25;   // of the deviation of the strengths by their mean
constexpr double kMargin = 0.01;   // by which it correlates better than the second

constexpr std::array<double, 12> kMajor = {0.238, 0.006, 0.111, 0.006, 0.137, 0.094,
                                           0.016, 0.214, 0.009, 0.080, 0.008, 0.081};
constexpr std::array<double, 12> kMinor = {0.220, 0.006, 0.104, 0.123, 0.019, 0.103,
                                           0.012, 0.214, 0.062, 0.022, 0.061, 0.052};
constexpr std::array<const char*, 12> kNames = {"C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B"};

// Of band b, whose middle one of three is the tempered pitch at A = 440 Hz.
double centre_hz(int band) {
  return 440 * std::exp2((kLowestPitch - 69 + (band - kBandsOfAPitch / 2) / static_cast<double>(kBandsOfAPitch)) / 12);
}

double correlation(const std::array<double, 12>& strengths, const std::array<double, 12>& profile, std::size_t tonic) {
  double mean_s = 0, mean_p = 0;
  for (std::size_t i = 0; i < 12; ++i) mean_s += strengths[i] / 12, mean_p += profile[i] / 12;
  double product = 0, square_s = 0, square_p = 0;
  for (std::size_t i = 0; i < 12; ++i) {
    const double s = strengths[(tonic + i) % 12] - mean_s, p = profile[i] - mean_p;
    product += s * p;
    square_s += s * s;
    square_p += p * p;
  }
  return square_s > 0 ? product / std::sqrt(square_s * square_p) : 0;
}

}  // namespace

std::vector<float> pitch_filters(int n_fft, int sample_rate_hz) {
  const std::size_t bins = static_cast<std::size_t>(n_fft) / 2 + 1;
  const double bin_hz = static_cast<double>(sample_rate_hz) / n_fft;
  std::vector<float> filters(static_cast<std::size_t>(kPitchBands) * bins, 0.0F);
  for (int band = 0; band < kPitchBands; ++band) {
    // A triangle from the centre of one neighbour to that of the other, at least as wide as the spectrum is fine.
    const double centre = centre_hz(band);
    const double half = std::max(centre * (std::exp2(1.0 / (12 * kBandsOfAPitch)) - 1), bin_hz);
    for (std::size_t bin = 0; bin < bins; ++bin) {
      const double away = std::abs(static_cast<double>(bin) * bin_hz - centre) / half;
      if (away < 1) filters[static_cast<std::size_t>(band) * bins + bin] = static_cast<float>(1 - away);
    }
  }
  return filters;
}

void PitchClasses::consume(std::span<const float> bands) {
  const float loudest = *std::max_element(bands.begin(), bands.end());
  if (!(loudest > kSilence)) return;
  // Only peaks: noise and what leaks beside a tone have none, or everywhere.
  for (std::size_t b = 2; b + 2 < bands.size(); ++b) {
    const float level = bands[b];
    if (level < bands[b - 1] || level < bands[b + 1] || level < bands[b - 2] || level < bands[b + 2]) continue;
    peaks_[b] += std::max(0.0, 1 - static_cast<double>(loudest - level) / kRange);
  }
}

std::array<double, 12> PitchClasses::strengths() const {
  const auto of_tuning = [&](int third) {
    std::array<double, 12> sums{};
    for (int b = 0; b < kPitchBands; ++b) {
      if (b % kBandsOfAPitch == third)
        sums[static_cast<std::size_t>(b / kBandsOfAPitch) % 12] += peaks_[static_cast<std::size_t>(b)];
    }
    return sums;
  };
  // The whole recording is in tune with one of the thirds; a peak between two of them falls to either.
  std::array<double, 12> best{};
  double most = 0;
  for (int third = 0; third < kBandsOfAPitch; ++third) {
    const std::array<double, 12> sums = of_tuning(third);
    double sum = 0;
    for (const double s : sums) sum += s;
    if (sum > most) most = sum, best = sums;
  }
  return best;
}

std::optional<std::string> estimate_key(const std::array<double, 12>& strengths) {
  double mean = 0, square = 0;
  for (const double s : strengths) mean += s / 12, square += s * s / 12;
  if (square - mean * mean <= kUneven * kUneven * mean * mean) return std::nullopt;
  double best = -1, second = -1;
  std::string name;
  for (const auto& [profile, mode] : {std::pair{&kMajor, " major"}, {&kMinor, " minor"}}) {
    for (std::size_t tonic = 0; tonic < 12; ++tonic) {
      const double fit = correlation(strengths, *profile, tonic);
      if (fit > best) {
        second = best;
        best = fit;
        name = std::string(kNames[tonic]) + mode;
      } else {
        second = std::max(second, fit);
      }
    }
  }
  if (best < kCertain || best - second < kMargin) return std::nullopt;
  return name;
}

}  // namespace hearken::audio
