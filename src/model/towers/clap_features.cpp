// Padding, spectrograms and the views into long windows.
#include "model/towers/clap_features.h"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

namespace hearken::model {
namespace {

audio::MelConfig mel_config(const ClapFeatureConfig& c) {
  audio::MelConfig mel;
  mel.n_fft = c.n_fft;
  mel.hop = c.hop;
  mel.mel_bins = c.mel_bins;
  mel.window = audio::hann_window(c.n_fft);
  mel.filters = audio::mel_filters(c.fused ? audio::MelScale::htk : audio::MelScale::slaney, c.mel_bins, c.n_fft,
                                   c.sample_rate_hz, c.lowest_hz, c.highest_hz);
  return mel;
}

// As often as it fits whole, then zeros: "repeatpad".
std::vector<float> padded(std::vector<float> x, std::size_t size) {
  if (x.size() >= size) return x;
  const std::size_t once = x.size();
  x.resize(size / once * once);
  for (std::size_t i = once; i < x.size(); ++i) x[i] = x[i - once];
  x.resize(size, 0.0F);
  return x;
}

// The middles of the three parts into which numpy.array_split cuts 0 … count - 1; an empty part counts as {0}.
Crops middles(int count) {
  Crops crops{};
  int first = 0;
  for (int part = 0; part < 3; ++part) {
    const int size = count / 3 + (part < count % 3 ? 1 : 0);
    crops[static_cast<std::size_t>(part)] = size > 0 ? first + size / 2 : 0;
    first += size;
  }
  return crops;
}

// A row of `from` frames squeezed into `to`: linear between the two nearest, no smoothing (align_corners=False).
void squeeze(const float* in, int from, float* out, int to) {
  const float scale = static_cast<float>(from) / static_cast<float>(to);
  for (int i = 0; i < to; ++i) {
    const float position = std::max(0.0F, scale * (static_cast<float>(i) + 0.5F) - 0.5F);
    const int left = std::min(static_cast<int>(position), from - 1), right = std::min(left + 1, from - 1);
    const float t = position - static_cast<float>(left);
    out[i] = (1.0F - t) * in[left] + t * in[right];
  }
}

}  // namespace

ClapFeatures::ClapFeatures(const ClapFeatureConfig& config) : config_(config), mel_(mel_config(config)) {}

int ClapFeatures::spectrograms(std::size_t samples) const noexcept {
  const bool views_differ = mel_.frames(samples) > static_cast<std::size_t>(frames());
  return config_.fused && (config_.fuse_short || views_differ) ? 4 : 1;
}

void ClapFeatures::compute(std::span<const float> samples, std::span<float> out, std::optional<Crops> crops) const {
  const auto bins = static_cast<std::size_t>(mel_bins()), shown = static_cast<std::size_t>(frames()),
             one = bins * shown;
  std::vector<float> x(samples.begin(), samples.end());
  if (config_.int16_round_trip) {
    for (float& v : x) {
      const auto coarse = static_cast<std::int16_t>(std::clamp(v, -1.0F, 1.0F) * 32767.0F);
      v = static_cast<float>(coarse) / 32767.0F;
    }
  }
  x = padded(std::move(x), static_cast<std::size_t>(config_.view_samples));

  const std::size_t total = mel_.frames(x.size());
  if (total == shown) {
    mel_.compute(x, out.first(one));
    for (int i = 1; i < spectrograms(samples.size()); ++i)
      std::copy_n(out.begin(), one, out.begin() + static_cast<std::ptrdiff_t>(static_cast<std::size_t>(i) * one));
    return;
  }
  std::vector<float> whole(bins * total);
  mel_.compute(x, whole);
  const Crops at = crops.value_or(middles(static_cast<int>(total - shown) + 1));
  for (std::size_t m = 0; m < bins; ++m) {
    const float* row = whole.data() + m * total;
    squeeze(row, static_cast<int>(total), out.data() + m * shown, static_cast<int>(shown));
    for (std::size_t i = 0; i < at.size(); ++i) std::copy_n(row + at[i], shown, out.data() + (i + 1) * one + m * shown);
  }
}

}  // namespace hearken::model
