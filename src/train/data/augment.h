// What makes a clip sound a little different each time: gain, mix-up, masks.
#pragma once

#include <span>

#include "train/random.h"

namespace hearken::train {

struct Augmentation {
  bool crop = true;           // windows from anywhere in the clip; else its middle
  double gain_db = 6;         // louder or softer by up to that much; 0: off
  double mix_share = 0;       // of a batch's clips that are mixed with another, 0 to 1
  double mix_beta = 0.4;      // the mixture's parameter, above 0, at most 1
  int time_masks = 2;         // SpecAugment; 0: off
  int time_mask_frames = 64;  // the widest; at most a fifth of the frames
  int mel_masks = 2;
  int mel_mask_bins = 8;
};

/// All off, the middle of each clip.
Augmentation no_augmentation();

/// Multiplies by a factor within ±most_db, drawn evenly in dB, that takes no sample beyond ±1 (those that are stay).
void change_gain(std::span<float> samples, double most_db, Draws draws);

/// How much of itself a mixed clip keeps: max(λ, 1 - λ) with λ ~ Beta(a, a) (Zhang et al. 2018). In a pair that swaps
/// shares the rest is the same pair the other way round.
double mix_share_kept(double a, Draws& draws);

/// Bands of time and of mel bins set to the spectrogram's mean (Park et al. 2019, without time warping), each of a
/// width drawn evenly from 0 to the widest, at a place drawn evenly. features: [spectrograms, mel_bins, frames], each
/// spectrogram with masks of its own.
void mask(std::span<float> features, int mel_bins, int frames, const Augmentation& how, Draws draws);

}  // namespace hearken::train
