// The tables of a mel front end, computed as the reference implementations compute them.
#pragma once

#include <vector>

namespace hearken::audio {

enum class MelScale {
  htk,     // 2595·log10(1 + f/700), triangles of height 1; torchaudio's default
  slaney,  // linear below 1 kHz, triangles of area 1; librosa's default (Slaney, Auditory Toolbox, 1998)
};

/// Triangular filters over a power spectrum: [mel_bins, n_fft / 2 + 1], row-major. Frequencies in Hz.
/// Source: transformers, audio_utils.py, mel_filter_bank; librosa.filters.mel gives the same numbers.
std::vector<float> mel_filters(MelScale scale, int mel_bins, int n_fft, int sample_rate_hz, double lowest_hz,
                               double highest_hz);

/// The periodic Hann window [n]: 0.5 - 0.5·cos(2πi/n).
std::vector<float> hann_window(int n);

}  // namespace hearken::audio
