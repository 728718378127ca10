// The tables of the real FFT.
#include <cmath>
#include <numbers>

#include "audio/mel/mel_kernel.h"

namespace hearken::audio {
namespace {

// Appends the cosine and sine of -2π·k/n.
template <class T>
void append_turn(std::vector<T>& to, std::size_t k, std::size_t n) {
  const double angle = -2.0 * std::numbers::pi * static_cast<double>(k) / static_cast<double>(n);
  to.push_back(static_cast<T>(std::cos(angle)));
  to.push_back(static_cast<T>(std::sin(angle)));
}

}  // namespace

template <class T>
RealFft<T>::RealFft(std::size_t size) : n(size), place(size / 2) {
  for (std::size_t length = n / 2; length > 1;) {
    const std::size_t radix = length % 8 == 0 ? 8 : length;  // 4 or 2 may be left for the last pass
    passes.push_back({length, radix, twiddles.size()});
    if (length > radix) {
      for (std::size_t j = 0; j < length / radix; ++j)
        for (std::size_t q = 1; q < radix; ++q) append_turn(twiddles, j * q, length);
    }
    length /= radix;
  }
  // Bin k is in the part k mod radix of the first pass, there bin k / radix of the rest.
  for (std::size_t k = 0; k < place.size(); ++k) {
    std::size_t at = 0, rest = k;
    for (const Pass& pass : passes) {
      at += rest % pass.radix * (pass.length / pass.radix);
      rest /= pass.radix;
    }
    place[k] = static_cast<std::uint32_t>(at);
  }
  for (std::size_t k = 0; k <= n / 4; ++k) append_turn(turns, k, n);
}

template struct RealFft<double>;
template struct RealFft<float>;

}  // namespace hearken::audio
