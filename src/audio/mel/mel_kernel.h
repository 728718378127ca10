// What a mel front end computes with: its tables, and the vector code that runs over them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace hearken::audio {

/// The discrete Fourier transform of n real numbers, as one of n / 2 complex ones z[j] = x[2j] + i·x[2j + 1]
/// (Sorensen et al. 1987): decimation in frequency in place, each pass cutting blocks of `length` into `radix` parts.
/// T is double or float.
template <class T>
struct RealFft {
  struct Pass {
    std::size_t length;    // complex numbers in a block
    std::size_t radix;     // 8, 4 or 2
    std::size_t twiddles;  // of its first butterfly in `twiddles`; the last pass has none
  };

  explicit RealFft(std::size_t size);  // a power of two from 16 to 65536

  std::size_t n;
  std::vector<Pass> passes;
  std::vector<T> twiddles;           // a pass has [length / radix][radix - 1][cosine, sine]: exp(-2πi·j·q / length)
  std::vector<std::uint32_t> place;  // [n / 2]: where bin k of the complex transform stands after the passes
  std::vector<T> turns;              // [n / 4 + 1][cosine, sine]: exp(-2πi·k / n)
};

/// A row of the filter matrix without the zeros around it.
struct MelFilter {
  std::size_t first_bin;
  std::size_t bins;
  std::size_t weights;  // where its weights start in MelTables::weights
};

template <class T>
struct MelTables {
  RealFft<T> fft;
  std::size_t hop;
  std::vector<T> window;           // [fft.n], halved, which the real transform's last step asks for
  std::size_t bins;                // of the power spectrum, up to the last that a filter reads
  std::vector<MelFilter> filters;  // [mel bins]
  std::vector<T> weights;
  T power_floor;
};

/// MelFrontEnd::compute without its checks. All is in the tables' type up to the float that is written. A frame's
/// values depend on its samples and on the instruction set, not on the frames beside it. Allocates once.
void log_mel(const MelTables<double>& tables, std::span<const float> samples, std::span<float> out);
void log_mel(const MelTables<float>& tables, std::span<const float> samples, std::span<float> out);

}  // namespace hearken::audio
