// In which key a recording is, from how much of each pitch class sounds.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace hearken::audio {

inline constexpr int kLowestPitch = 48, kPitches = 48;  // MIDI notes: C3, 131 Hz, to B6, 1976 Hz
inline constexpr int kBandsOfAPitch = 3;                // of a third of a semitone each
inline constexpr int kPitchBands = kPitches * kBandsOfAPitch;

/// Filters over a power spectrum as MelConfig takes them: [kPitchBands, n_fft / 2 + 1]. The rate is above 4 kHz.
std::vector<float> pitch_filters(int n_fft, int sample_rate_hz);

/// What sounds in a recording, spectrum by spectrum.
class PitchClasses {
 public:
  /// One spectrum: [kPitchBands], decibels.
  void consume(std::span<const float> bands);

  /// [12] from C on, of the tuning that fits best; all 0 when nothing was heard.
  std::array<double, 12> strengths() const;

 private:
  std::array<double, kPitchBands> peaks_{};
};

/// "A minor", "C# major"; nothing when no key stands out. Source: Krumhansl, "Cognitive foundations of musical pitch"
/// (1990), chapter 4: the key whose profile correlates best; the profiles are those of Albrecht and Shanahan, "The use
/// of large corpora to train a new type of key-finding algorithm" (2013), which tell more pieces right.
std::optional<std::string> estimate_key(const std::array<double, 12>& strengths);

}  // namespace hearken::audio
