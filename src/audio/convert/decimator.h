// To a lower rate for measuring: flat and free of what would fold back in the lower nine tenths of the band that is
// left.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace hearken::audio {

/// Output k lies at sample k · down / up, rounded down, and has the phase k · down mod up.
struct PolyphaseFilter {
  std::size_t up, down, taps;  // of a phase, a multiple of 8
  std::vector<float> factors;  // [up, taps]
};

/// Of the filter that halves a rate first, where that leaves at least twice the lower one: factors on each side of the
/// middle, and how far it reaches there.
inline constexpr std::size_t kHalfFactors = 7, kHalfReach = 2 * kHalfFactors - 1;

/// A polyphase filter of finite length (Kaiser's window): within 0.001 dB of flat up to 0.9 of half the lower rate, 90
/// dB down from 1.1 times that on. A third of libsoxr's time; what lies between, up to a tenth above the half, is
/// folded back into the uppermost tenth, where nothing may be looked for. Output sample k is the sound at k / out_rate
/// seconds.
class Decimator {
 public:
  /// Whether the rates stand to each other as numbers small enough for a table of phases, and the second is the lower.
  static bool can(int in_rate_hz, int out_rate_hz);

  Decimator(int in_rate_hz, int out_rate_hz);  // can() must be true

  /// Appends what is ready to `out`. It does not depend on how the sound is cut into pieces.
  void push(std::span<const float> samples, std::vector<float>& out);
  /// Appends the rest; nothing may be pushed after it.
  void finish(std::vector<float>& out);

 private:
  void take(std::span<const float> samples);
  void make(std::size_t lots, std::vector<float>& out);

  bool halves_;
  std::shared_ptr<const PolyphaseFilter> filter_;  // from the rate that was halved, if it was
  std::vector<float> wide_;                        // at the first rate, waiting to be halved
  std::vector<float> waiting_;                     // from the first sample that the next output needs on
  std::uint64_t heard_ = 0, made_ = 0;
};

}  // namespace hearken::audio
