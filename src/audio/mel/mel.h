// Log-mel spectrograms, with the window and the filters of the model that asks.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

namespace hearken::audio {

/// exact: in double up to the float that is written, every bin the exact one to its last digit or two, however far
/// below the loudest it lies. fast: in float, twice as fast; 0.01 dB off and more 75 dB below the loudest.
enum class MelPrecision { exact, fast };

struct MelConfig {
  int n_fft = 512;  // a power of two
  int hop = 160;    // samples
  int mel_bins = 64;
  std::vector<float> window;   // [n_fft]
  std::vector<float> filters;  // [mel_bins, n_fft / 2 + 1], row-major, applied to the power spectrum
  float power_floor = 1e-10F;  // mel power below it is raised to it before the logarithm
  MelPrecision precision = MelPrecision::exact;
};

/// The short-time Fourier transform of a window centred on every hop (reflect-padded by n_fft / 2), its power, the mel
/// filters, and 10·log10. Source: torchaudio's MelSpectrogram and AmplitudeToDB without top_db, as CED's ONNX graph has
/// them; librosa's and transformers' CLAP extractor are the same chain with other tables.
/// NaN and infinities among the samples stay such in the frames that hold them.
/// The same bits on one instruction set, whatever thread computes and however many frames there are.
/// Thread rules: const, each call keeps its scratch to itself; any number of threads.
class MelFrontEnd {
 public:
  explicit MelFrontEnd(MelConfig config);  // throws Error(corrupt) when the sizes do not fit together
  ~MelFrontEnd();
  MelFrontEnd(MelFrontEnd&&) noexcept;

  /// 1 + samples / hop.
  std::size_t frames(std::size_t samples) const noexcept;
  int mel_bins() const noexcept;

  /// out is [mel_bins, frames(samples.size())], row-major, decibels. samples.size() > n_fft / 2.
  void compute(std::span<const float> samples, std::span<float> out) const;

 private:
  struct Impl;
  std::unique_ptr<const Impl> impl_;
};

}  // namespace hearken::audio
