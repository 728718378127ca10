// Whether there is anything to hear in a piece of sound.
#pragma once

#include <span>

namespace hearken::audio {

/// What is nowhere louder than this, in LUFS, is silence.
inline constexpr double kSilenceLufs = -60;

/// Whether nothing of some mono samples, nominally -1 to 1, is louder than kSilenceLufs. Measured is the momentary
/// loudness (ITU-R BS.1770-4: K-weighted, over 0.4 s), every 0.1 s; of what is shorter the whole. Below 4 kHz, where
/// BS.1770 has no filter, the level of each 0.1 s is taken, in dBFS. Stops at the first place that is to be heard.
bool is_silent(std::span<const float> mono, int sample_rate_hz);

}  // namespace hearken::audio
