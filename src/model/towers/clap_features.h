// What CLAP's audio tower sees of a window: a log-mel spectrogram, or with feature fusion four of them.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>

#include "audio/mel/mel.h"
#include "audio/mel/mel_filters.h"

namespace hearken::model {

struct ClapFeatureConfig {
  int sample_rate_hz = 48000;
  int n_fft = 1024;
  int hop = 480;
  int mel_bins = 64;
  double lowest_hz = 50, highest_hz = 14000;
  int view_samples = 480000;      // what one spectrogram shows
  bool fused = false;             // HTK's mel scale, and four spectrograms where views differ; else Slaney's, and one
  bool fuse_short = true;         // fused: four alike for a window of one view; laion_clap takes one
  bool int16_round_trip = false;  // laion_clap: to 16 bits and back, cut off toward zero
};

/// First frames of the three views into a window that is longer than one view.
using Crops = std::array<int, 3>;

/// Source: transformers, feature_extraction_clap.py; laion_clap, training/data.py. Const, any number of threads.
class ClapFeatures {
 public:
  explicit ClapFeatures(const ClapFeatureConfig& config);

  /// For a window of that many samples: 1, or 4 that are to be fused.
  int spectrograms(std::size_t samples) const noexcept;
  int mel_bins() const noexcept { return config_.mel_bins; }
  int frames() const noexcept { return config_.view_samples / config_.hop + 1; }

  /// samples at config.sample_rate_hz, at least one, at most view_samples unless fused ->
  /// out [spectrograms(samples.size()), mel_bins, frames] in decibels.
  /// A shorter window is padded, and where four are wanted its spectrogram stands four times. A longer one is shown
  /// whole, squeezed to `frames` (bilinear), and at three places: `crops`, or the middle of each third of the places
  /// there are, where the reference draws at random.
  void compute(std::span<const float> samples, std::span<float> out, std::optional<Crops> crops = {}) const;

 private:
  ClapFeatureConfig config_;
  audio::MelFrontEnd mel_;
};

}  // namespace hearken::model
