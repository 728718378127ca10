// One way through the sound for all that is measured: loudness on its samples; onsets and brightness on short spectra,
// pitches on long ones, both of the channels' mean.
#include "audio/measure/features.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <map>
#include <mutex>
#include <utility>
#include <vector>

#include "audio/measure/key.h"
#include "audio/measure/loudness.h"
#include "audio/measure/tempo.h"
#include "audio/mel/mel.h"
#include "audio/mel/mel_filters.h"

namespace hearken::audio {
namespace {

constexpr int kLowestSpectrumRate = 8000, kHighestSpectrumRate = 400'000;  // of what is looked at as spectra
constexpr double kShortSeconds = 0.023;  // a short spectrum, about; a long one has eight times that
constexpr int kLongInShort = 8;
constexpr int kFeatureBands = 32;
constexpr float kFloor = 1e-9F, kAboveFloor = -89.9F;  // of a band's power, where a sine at full scale has 1; decibels
// Onsets count as far as they come within 20 dB of the loudest band that was heard, which is forgotten by about 1 dB in
// a second: what lies below moves as much, but is not what people tap to.
constexpr float kAudibleRange = 20, kForgotten = 0.02F;  // decibels; a spectrum
constexpr std::size_t kShortAtOnce = 32;                 // spectra
constexpr std::size_t kLongAtOnce = 8;

// What a rate needs. Making it takes as long as some seconds of sound take, so it is kept.
struct FrontEnds {
  int n_short = 0, hop_short = 0, n_long = 0, hop_long = 0;
  MelFrontEnd short_spectra, long_spectra;
  std::vector<double> centres_hz;       // [kFeatureBands]
  std::vector<std::size_t> onset_band;  // [kFeatureBands]
};

MelFrontEnd front_end(int n, int hop, int bands, std::vector<float> filters) {
  // Such that a sine at full scale has a power of 1: the window's mean is a half.
  std::vector<float> window = hann_window(n);
  for (float& w : window) w *= 4.0F / static_cast<float>(n);
  return MelFrontEnd(MelConfig{n, hop, bands, std::move(window), std::move(filters), kFloor, MelPrecision::fast});
}

std::shared_ptr<const FrontEnds> make_front_ends(int rate_hz) {
  const int n = 1 << std::lround(std::log2(kShortSeconds * rate_hz)), n_long = kLongInShort * n;
  const int hop = n * 3 / 4, hop_long = 4 * n_long;
  // Triangles that add up to 1 between the first and the last centre, and whose sides are straight in Hz: the mean of
  // the centres, weighted by the bands, is the mean of the frequencies.
  const double highest = rate_hz / 2.0, top = 2595 * std::log10(1 + highest / 700);
  std::vector<double> centres;
  for (int b = 1; b <= kFeatureBands; ++b)
    centres.push_back(700 * (std::pow(10.0, top * b / (kFeatureBands + 1) / 2595) - 1));
  std::vector<std::size_t> onset_band;
  for (const double hz : centres) onset_band.push_back(hz < 200 ? 0 : hz < 800 ? 1 : hz < 3200 ? 2 : 3);
  return std::make_shared<const FrontEnds>(
      FrontEnds{n, hop, n_long, hop_long,
                front_end(n, hop, kFeatureBands, mel_filters(MelScale::htk, kFeatureBands, n, rate_hz, 0, highest)),
                front_end(n_long, hop_long, kPitchBands, pitch_filters(n_long, rate_hz)), std::move(centres),
                std::move(onset_band)});
}

std::shared_ptr<const FrontEnds> front_ends(int rate_hz) {
  static std::mutex mutex;
  static std::map<int, std::shared_ptr<const FrontEnds>> kept;
  std::lock_guard lock(mutex);
  if (const auto found = kept.find(rate_hz); found != kept.end()) return found->second;
  if (kept.size() >= 8) kept.clear();  // more than people have; a folder of absurd rates shall not fill the memory
  return kept[rate_hz] = make_front_ends(rate_hz);
}

void mean_of_channels(std::span<const float> interleaved, std::size_t channels, std::span<float> out) {
  if (channels == 2) {
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = 0.5F * (interleaved[2 * i] + interleaved[2 * i + 1]);
    return;
  }
  for (std::size_t i = 0; i < out.size(); ++i) {
    float sum = 0;
    for (std::size_t c = 0; c < channels; ++c) sum += interleaved[i * channels + c];
    out[i] = sum / static_cast<float>(channels);
  }
}

double rounded(double value, double to) { return std::round(value / to) * to; }

}  // namespace

struct FeatureSink::Impl {
  void restart(int sample_rate_hz);
  void take_short(bool last);
  void take_long(bool last);

  Loudness loudness;
  int rate_hz = 0, first_rate_hz = 0;
  std::shared_ptr<const FrontEnds> ends;   // none at rates out of range
  std::vector<float> for_short, for_long;  // samples waiting for enough of them
  std::vector<float> spectra;              // scratch

  std::vector<float> before;  // [kFeatureBands] of the latest short spectrum
  std::vector<Onset> onsets;  // at the first rate
  float loudest = -100;
  double energy = 0, energy_hz = 0;
  PitchClasses pitches;
};

void FeatureSink::Impl::restart(int sample_rate_hz) {
  take_short(true);
  take_long(true);
  rate_hz = sample_rate_hz;
  if (first_rate_hz == 0) first_rate_hz = rate_hz;
  ends = rate_hz >= kLowestSpectrumRate && rate_hz <= kHighestSpectrumRate ? front_ends(rate_hz) : nullptr;
  before.clear();
}

// The spectra that lie whole within the samples, every hop; what the next ones need stays. The last are filled up with
// silence.
void FeatureSink::Impl::take_short(bool last) {
  if (!ends) return;
  const auto n = static_cast<std::size_t>(ends->n_short), hop = static_cast<std::size_t>(ends->hop_short);
  if (last ? for_short.empty() : for_short.size() < kShortAtOnce * hop) return;
  if (last) for_short.resize(for_short.size() + n + hop, 0.0F);
  const std::size_t frames = ends->short_spectra.frames(for_short.size());
  spectra.resize(frames * kFeatureBands);
  ends->short_spectra.compute(for_short, spectra);
  std::size_t t = 1;
  std::vector<float> now(kFeatureBands);
  for (; t * hop + n / 2 <= for_short.size(); ++t) {
    Onset rise{};
    for (std::size_t b = 0; b < kFeatureBands; ++b) {
      now[b] = spectra[b * frames + t];
      if (now[b] < kAboveFloor) continue;
      const double power = static_cast<double>(std::exp2(now[b] * 0.33219281F));  // 10^(x/10)
      energy += power;
      energy_hz += power * ends->centres_hz[b];
    }
    loudest = std::max(loudest - kForgotten, *std::max_element(now.begin(), now.end()));
    const float floor = loudest - kAudibleRange;
    for (std::size_t b = 0; b < kFeatureBands && !before.empty(); ++b)
      rise[ends->onset_band[b]] += std::max(0.0F, std::max(now[b], floor) - std::max(before[b], floor));
    if (rate_hz == first_rate_hz) onsets.push_back(rise);
    before = now;
  }
  for_short.erase(for_short.begin(), for_short.begin() + static_cast<std::ptrdiff_t>((t - 1) * hop));
  if (last) for_short.clear();
}

// A spectrum in the middle of every fourth stretch of its length is enough for the keys. The first of each lot is of
// sound mirrored at its start, which has the same pitches.
void FeatureSink::Impl::take_long(bool last) {
  if (!ends) return;
  const auto n = static_cast<std::size_t>(ends->n_long), hop = static_cast<std::size_t>(ends->hop_long);
  if (for_long.size() <= n / 2 || (!last && for_long.size() < kLongAtOnce * hop)) return;
  const std::size_t size = std::min(for_long.size(), kLongAtOnce * hop - 1);
  const std::size_t frames = ends->long_spectra.frames(size);
  spectra.resize(frames * kPitchBands);
  ends->long_spectra.compute(std::span(for_long).first(size), spectra);
  std::vector<float> bands(kPitchBands);
  for (std::size_t t = 0; t < frames; ++t) {
    for (std::size_t b = 0; b < kPitchBands; ++b) bands[b] = spectra[b * frames + t];
    pitches.consume(bands);
  }
  for_long.clear();
}

FeatureSink::FeatureSink() : impl_(std::make_unique<Impl>()) {}
FeatureSink::~FeatureSink() = default;

void FeatureSink::consume(std::span<const float> interleaved, int channels, int sample_rate_hz) {
  Impl& my = *impl_;
  my.loudness.consume(interleaved, channels, sample_rate_hz);
  if (sample_rate_hz != my.rate_hz) my.restart(sample_rate_hz);
  if (!my.ends) return;
  const auto width = static_cast<std::size_t>(channels);
  const std::size_t most = kLongAtOnce * static_cast<std::size_t>(my.ends->hop_long);
  while (!interleaved.empty()) {
    // No more than make one lot of long spectra, so that lots do not depend on how the sound comes.
    const std::size_t frames = std::min(interleaved.size() / width, most - my.for_long.size());
    my.for_long.resize(my.for_long.size() + frames);
    mean_of_channels(interleaved.first(frames * width), width, std::span(my.for_long).last(frames));
    my.for_short.insert(my.for_short.end(), my.for_long.end() - static_cast<std::ptrdiff_t>(frames), my.for_long.end());
    interleaved = interleaved.subspan(frames * width);
    my.take_short(false);
    my.take_long(false);
  }
}

Features FeatureSink::finish() {
  Impl& my = *impl_;
  my.take_short(true);
  my.take_long(true);
  Features features;
  if (const auto lufs = my.loudness.integrated()) features.loudness_lufs = rounded(*lufs, 0.01);
  if (my.first_rate_hz >= kLowestSpectrumRate && my.first_rate_hz <= kHighestSpectrumRate) {
    const auto ends = front_ends(my.first_rate_hz);
    const double rate_hz = static_cast<double>(my.first_rate_hz) / ends->hop_short;
    if (const auto tempo = estimate_tempo(my.onsets, rate_hz)) features.tempo_bpm = rounded(*tempo, 0.1);
  }
  features.key = estimate_key(my.pitches.strengths());
  if (my.energy > 0) features.brightness_hz = rounded(my.energy_hz / my.energy, 1);
  return features;
}

}  // namespace hearken::audio
