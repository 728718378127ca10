// Decoded frames as float: every sample format, channels averaged or as they are.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

struct AVFrame;

namespace hearken::audio {

/// Replaces `out` by the frame's samples, nominally -1 to 1 (integers divided by the magnitude of their lowest value,
/// so 16 bits by 32768), averaged over its channels. False when FFmpeg has a sample format that this does not know.
bool to_mono(const AVFrame& frame, std::vector<float>& out);

/// Replaces `out` by the frame's samples as they are, [samples, channels]. The frame must be one that to_mono() takes.
void to_interleaved(const AVFrame& frame, std::vector<float>& out);

/// The place of the first sample that is not a finite number, or is beyond a million times full scale, which no sound
/// is and which would not survive the power spectrum; samples.size() when all are sound.
std::size_t find_non_finite(std::span<const float> samples) noexcept;

}  // namespace hearken::audio
