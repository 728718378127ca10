// Sound that is not a whole file: a part of one, and samples in memory.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "audio/decode/decode.h"

namespace hearken::audio {

/// Throws Error(invalid_argument) unless both are finite and at least 0.
void check_part(double start_seconds, double duration_seconds);

/// The part of a file from `start_seconds` on, `duration_seconds` long or to the file's end when that comes first (or
/// when the duration is 0); both are rounded to samples. What lies before is decoded and dropped, so that the samples
/// are those that the whole file gives; what lies behind is not read. Throws as open_samples(); reading throws
/// Error(invalid_argument) when the file ends at or before the start.
/// `waiting` as there.
std::unique_ptr<SampleStream> open_part(const std::filesystem::path& path, int sample_rate_hz, double start_seconds,
                                        double duration_seconds);
std::unique_ptr<SampleStream> open_part(SoundFile file, int sample_rate_hz, double start_seconds,
                                        double duration_seconds, std::function<void()> waiting = {});

/// Mono samples, nominally -1 to 1, at `from_rate_hz`, which the stream brings to `sample_rate_hz`; of them the part
/// that open_part() would take, but of what is shorter than a sample at least one. `samples` must outlive the stream.
/// Throws Error(invalid_argument), beginning with `name`, for a rate that no sound has, for a sample that a file could
/// not have either (SampleStream::read), and for a part that begins behind the end.
std::unique_ptr<SampleStream> stream_samples(std::span<const float> samples, int from_rate_hz, int sample_rate_hz,
                                             const std::string& name, double start_seconds = 0,
                                             double duration_seconds = 0);

/// What is left of a stream. Throws as reading does.
std::vector<float> read_all(SampleStream& stream);

}  // namespace hearken::audio
