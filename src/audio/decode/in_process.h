// Decoding by FFmpeg in this process: what a decoder process runs, and programs that have none.
//
// All throw as audio/decode/decode.h says. The first call replaces FFmpeg's log callback in the whole process, so that
// nothing is printed, and limits the blocks FFmpeg may ask for to 256 MiB.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "audio/decode/decode.h"
#include "audio/decode/sound_file.h"

namespace hearken::audio {

/// As open_samples().
std::unique_ptr<SampleStream> samples_here(SoundFile file, int sample_rate_hz, SampleSink* sink);

/// As listen().
std::optional<std::string> listen_here(SoundFile file, SampleSink& sink, const std::function<bool()>& stop);

/// Whether a container with sound in it.
bool holds_sound_here(SoundFile file);

/// As read_cover().
std::string cover_here(SoundFile file);

}  // namespace hearken::audio
