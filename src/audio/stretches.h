// Where the sound of a recording changes: stretches between changes, and how far each stands out of the floor.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "audio/decode/decode.h"

namespace hearken::audio {

struct TimeRange {
  double start_seconds = 0, end_seconds = 0;
  double rise_db = 0;  // above the floor around it, over the bands (root of the mean square); 0: it is the floor
};

/// What is left of a stream as steps of 0.1 s: the level in decibels of 24 bands, equally wide in mel from 60 Hz to
/// 7.8 kHz (or half the rate): [steps, 24], row-major. What is left of less than a step joins no step. A minute of
/// samples is in memory at a time. Throws as reading does.
std::vector<float> band_levels(SampleStream& stream);

/// Cuts steps of `bands` levels each [steps, bands] where they change.
///
/// A band's floor is the level that 15 % of its steps do not exceed in the minute around (of each 10 s; at the ends of
/// a recording its first and its last minute); what counts is by how many decibels it is above, at most 40. The cuts
/// are those that make the squared deviations from each stretch's mean (the mean over the bands), plus 20 dB² for every
/// stretch, as few as possible: optimal partitioning (Jackson et al., "An algorithm for optimal partitioning of data on
/// an interval", 2005). No stretch is longer than 15 s. Of equal cuts the first. Time is proportional to the length.
/// The stretches lie end to end; without steps there is none.
std::vector<TimeRange> stretches(std::span<const float> levels, std::size_t bands);

inline constexpr std::size_t kBands = 24;
inline constexpr double kStepSeconds = 0.1;

}  // namespace hearken::audio
