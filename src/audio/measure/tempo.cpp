// Autocorrelation of the onsets, a comb over it, and the prior.
#include "audio/measure/tempo.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace hearken::audio {
namespace {

constexpr int kBeats = 4;
constexpr double kSegmentSeconds = 15;  // music keeps its tempo for that long, if not for longer
constexpr double kLongestLag = kBeats * 60 / kSlowestTempo;
constexpr double kShortest = 3;  // seconds
constexpr double kPriorTempo = 120, kPriorOctaves = 0.9;
constexpr double kBetween = 0.15;  // what counts of the places between the beats
constexpr double kAudible = 1e-3;  // the deviation of a band's onsets that is more than noise
// Of the mean correlation at the beats. Noise has up to 0.055 in 20 s, more in less; music with a beat from 0.13 on.
constexpr double kSteady = 0.1, kSteadyByFrames = 3.5;

// The bands' onsets together, each taken off its mean and as strong as the others.
void even_out(std::span<const Onset> onsets, std::vector<float>& out) {
  std::fill(out.begin(), out.end(), 0.0F);
  for (std::size_t band = 0; band < kOnsetBands; ++band) {
    double sum = 0, squares = 0;
    for (const Onset& onset : onsets) {
      sum += static_cast<double>(onset[band]);
      squares += static_cast<double>(onset[band]) * static_cast<double>(onset[band]);
    }
    const double mean = sum / static_cast<double>(onsets.size());
    const double deviation = std::sqrt(std::max(0.0, squares / static_cast<double>(onsets.size()) - mean * mean));
    if (!(deviation > kAudible)) continue;
    for (std::size_t i = 0; i < onsets.size(); ++i)
      out[i] += static_cast<float>((static_cast<double>(onsets[i][band]) - mean) / deviation);
  }
}

// The mean autocorrelation over segments that overlap by half: at each lag a correlation, 1 at lag 0; 0 where nothing
// is heard.
std::vector<double> correlations(std::span<const Onset> onsets, double rate_hz) {
  const auto frames = [&](double seconds) { return static_cast<std::size_t>(std::lround(seconds * rate_hz)); };
  const std::size_t lags = frames(kLongestLag) + 2, segment = std::min(frames(kSegmentSeconds), onsets.size());
  std::vector<double> sum(lags, 0.0);
  std::vector<float> x(segment), reversed(segment), products(std::min(lags, segment));
  std::size_t segments = 0;
  for (std::size_t begin = 0; begin + segment <= onsets.size(); begin += std::max<std::size_t>(1, segment / 2)) {
    even_out(onsets.subspan(begin, segment), x);
    // All lags at once, so that the sums are as many as the processor adds side by side.
    std::reverse_copy(x.begin(), x.end(), reversed.begin());
    std::fill(products.begin(), products.end(), 0.0F);
    for (std::size_t i = 0; i < segment; ++i) {
      const float* earlier = reversed.data() + (segment - 1 - i);  // x[i], x[i - 1], …
      const std::size_t count = std::min(products.size(), i + 1);
      for (std::size_t lag = 0; lag < count; ++lag) products[lag] += x[i] * earlier[lag];
    }
    const double energy = static_cast<double>(products[0]);
    if (!(energy > 0)) continue;
    ++segments;
    // Fewer pairs at longer lags: made up for.
    for (std::size_t lag = 0; lag < products.size(); ++lag)
      sum[lag] += static_cast<double>(products[lag]) / energy * static_cast<double>(segment) /
                  static_cast<double>(segment - lag);
  }
  for (double& s : sum) s /= static_cast<double>(std::max<std::size_t>(1, segments));
  return sum;
}

// A beat's lag from the peak at several beats, by the parabola through it and its neighbours.
double refined(std::span<const double> correlation, double beat, double longest) {
  const double beats = std::min<double>(kBeats, std::floor(longest / beat));
  const auto from = static_cast<std::size_t>(std::lround(0.985 * beats * beat));
  const auto until = static_cast<std::size_t>(std::lround(1.015 * beats * beat));
  const auto peak = static_cast<std::size_t>(
      std::max_element(correlation.begin() + static_cast<std::ptrdiff_t>(from),
                       correlation.begin() + static_cast<std::ptrdiff_t>(std::min(until + 1, correlation.size()))) -
      correlation.begin());
  if (peak == 0 || peak + 1 >= correlation.size()) return beat;
  const double left = correlation[peak - 1], middle = correlation[peak], right = correlation[peak + 1];
  if (left > middle || right > middle || left + right >= 2 * middle) return beat;
  return (static_cast<double>(peak) + 0.5 * (left - right) / (left - 2 * middle + right)) / beats;
}

}  // namespace

std::optional<double> estimate_tempo(std::span<const Onset> onsets, double rate_hz) {
  if (static_cast<double>(onsets.size()) < kShortest * rate_hz) return std::nullopt;
  const std::vector<double> correlation = correlations(onsets, rate_hz);
  const double longest =
      std::min(static_cast<double>(correlation.size() - 2), 0.7 * static_cast<double>(onsets.size()));
  const auto at = [&](double lag) {
    const auto low = static_cast<std::size_t>(lag);
    const double part = lag - static_cast<double>(low);
    return (1 - part) * correlation[low] + part * correlation[low + 1];
  };
  // The mean correlation at the multiples of a beat's lag, from `first` times it on.
  const auto comb = [&](double beat, double first) {
    double sum = 0;
    int count = 0;
    for (double k = first; k <= kBeats && k * beat <= longest; ++k, ++count) sum += at(k * beat);
    return count > 0 ? sum / count : 0;
  };
  double best_score = 0, best = 0;
  constexpr double kStep = 1.0025;
  for (double tempo = kSlowestTempo; tempo <= kFastestTempo; tempo *= kStep) {
    const double beat = 60 / tempo * rate_hz;
    if (beat > longest) continue;
    const double octaves = std::log2(tempo / kPriorTempo) / kPriorOctaves;
    const double score = (comb(beat, 1) - kBetween * comb(beat, 0.5)) * std::exp(-0.5 * octaves * octaves);
    if (score <= best_score) continue;
    best_score = score;
    best = tempo;
  }
  const double steady = std::max(kSteady, kSteadyByFrames / std::sqrt(static_cast<double>(onsets.size())));
  if (best_score <= 0 || comb(60 / best * rate_hz, 1) < steady) return std::nullopt;
  return 60 * rate_hz / refined(correlation, 60 / best * rate_hz, longest);
}

}  // namespace hearken::audio
