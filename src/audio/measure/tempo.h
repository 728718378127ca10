// How fast a recording is: the tempo at which its onsets repeat.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>

namespace hearken::audio {

inline constexpr double kSlowestTempo = 40, kFastestTempo = 240;  // beats a minute

/// How much louder a frame is than the one before, in bass, low middle, middle and treble.
inline constexpr std::size_t kOnsetBands = 4;
using Onset = std::array<float, kOnsetBands>;

/// `onsets`: how much louder each frame is than the one before, `rate_hz` frames a second. Beats a minute; nothing
/// when the onsets do not repeat steadily at any tempo, or in less than three seconds.
///
/// Source: Ellis, "Beat tracking by dynamic programming" (2007): autocorrelation of the onset strength, weighted by a
/// log-normal prior around 120 beats a minute. Ours differs in that a tempo is judged by four beats and by the places
/// half-way between them: what repeats twice as fast has as much there.
std::optional<double> estimate_tempo(std::span<const Onset> onsets, double rate_hz);

}  // namespace hearken::audio
