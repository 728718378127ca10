// The energy of K-weighted sound (ITU-R BS.1770-4, annex 1), a tenth of a second at a time.
#pragma once

#include <cstddef>
#include <span>

namespace hearken::audio {

inline constexpr std::size_t kStepsAtOnce = 8;    // tenths of a second, one in each lane
inline constexpr std::size_t kStepsOfABlock = 4;  // BS.1770's blocks are of 0.4 s, and overlap by three quarters
/// LU, beside the weighted energy's level: a sine of 1 kHz at full scale in one channel has -3.01 LUFS.
inline constexpr double kLoudnessOffset = -0.691;

/// The two filters in series: a shelf that lifts what a head reflects, and a high-pass. Coefficients of the second
/// one's numerator are 1, -2, 1.
struct KWeighting {
  /// Source: the analogue prototypes that libebur128 has, which give BS.1770's table at 48 kHz.
  explicit KWeighting(int sample_rate_hz);

  double b0, b1, b2, a1, a2;  // shelf
  double high_a1, high_a2;    // high-pass
};

/// sums[i]: of the squares of step i + 1 after the filters, of one channel. `interleaved` holds 1 + kStepsAtOnce steps
/// of `step` frames; the filters come to the state they begin a step with on the latter half of the step before: what
/// sounded earlier is 80 dB down in it, at 4 kHz and above.
void k_weighted_squares(const KWeighting& filters, const float* interleaved, std::size_t channels, std::size_t channel,
                        std::size_t step, std::span<double, kStepsAtOnce> sums);

}  // namespace hearken::audio
