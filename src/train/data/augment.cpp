// Gain, shares of mixed clips, masks.
#include "train/data/augment.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>

namespace hearken::train {
namespace {

struct Band {
  int first = 0, end = 0;
};

// A width of 0 … widest, anywhere in 0 … size.
Band band(int widest, int size, Draws& draws) {
  const int width = static_cast<int>(draws.below(static_cast<std::uint64_t>(std::min(widest, size)) + 1));
  const int first = static_cast<int>(draws.below(static_cast<std::uint64_t>(size - width) + 1));
  return {first, first + width};
}

}  // namespace

Augmentation no_augmentation() {
  Augmentation none;
  none.crop = false;
  none.gain_db = none.mix_share = 0;
  none.time_masks = none.mel_masks = 0;
  return none;
}

void change_gain(std::span<float> samples, double most_db, Draws draws) {
  if (most_db <= 0 || samples.empty()) return;
  double factor = std::pow(10.0, (2 * draws.unit() - 1) * most_db / 20);
  if (factor > 1) {
    float peak = 0;
    for (const float sample : samples) peak = std::max(peak, std::fabs(sample));
    if (peak > 0) factor = std::clamp(1 / static_cast<double>(peak), 1.0, factor);
  }
  for (float& sample : samples) sample *= static_cast<float>(factor);
}

double mix_share_kept(double a, Draws& draws) {
  const double share = draws.beta(a);
  return std::max(share, 1 - share);
}

void mask(std::span<float> features, int mel_bins, int frames, const Augmentation& how, Draws draws) {
  const auto size = static_cast<std::size_t>(mel_bins) * static_cast<std::size_t>(frames);
  for (; !features.empty(); features = features.subspan(size)) {
    const std::span<float> mel = features.first(size);
    const auto mean = static_cast<float>(std::accumulate(mel.begin(), mel.end(), 0.0) / static_cast<double>(size));
    const auto row = [&](int bin) { return mel.subspan(static_cast<std::size_t>(bin * frames), frames); };
    for (int i = 0; i < how.mel_masks; ++i) {
      const Band bins = band(how.mel_mask_bins, mel_bins, draws);
      for (int bin = bins.first; bin < bins.end; ++bin) std::fill(row(bin).begin(), row(bin).end(), mean);
    }
    for (int i = 0; i < how.time_masks; ++i) {
      const Band times = band(std::min(how.time_mask_frames, frames / 5), frames, draws);
      for (int bin = 0; bin < mel_bins; ++bin)
        std::fill(row(bin).begin() + times.first, row(bin).begin() + times.end, mean);
    }
  }
}

}  // namespace hearken::train
