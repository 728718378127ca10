// Decoding by FFmpeg in this process: what a decoder process runs, and programs that have none.
//
// All throw as audio/decode/decode.h says. The first call replaces FFmpeg's log callback in the whole process, so that
// nothing is printed, and limits the blocks FFmpeg may ask for to 256 MiB.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "audio/decode/decode.h"
#include "audio/decode/sound_file.h"
#include "audio/excerpts.h"

namespace hearken::audio {

/// As open_samples().
std::unique_ptr<SampleStream> samples_here(SoundFile file, int sample_rate_hz, SampleSink* sink);

/// The same, pushed: `opened`, which may be empty, is told the tags, then `take` is given the samples of each frame
/// when the sink has heard it. Returns SampleStream::warning(); nothing when `take` said false, after which nothing
/// more is decoded. At rate 0 nothing is mixed or resampled: only the sink is given something.
using TakesSamples = std::function<bool(std::span<const float> mono)>;
std::optional<std::string> decode_here(SoundFile file, int sample_rate_hz, SampleSink* sink,
                                       const std::function<void(const Tags&)>& opened, const TakesSamples& take);

/// As read_excerpts().
std::optional<Excerpts> excerpts_here(SoundFile file, const ExcerptsWanted& wanted);

/// Whether a container with sound in it.
bool holds_sound_here(SoundFile file);

/// As read_cover().
std::string cover_here(SoundFile file);

}  // namespace hearken::audio
