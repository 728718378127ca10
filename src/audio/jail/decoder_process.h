// What a decoder process does.
#pragma once

#include <functional>

#include "audio/decode/sound_file.h"

namespace hearken::audio {

/// The only argument of a program that is to decode.
inline constexpr const char* kDecoderArgument = "--decode-for-parent";
/// Exit status where it cannot be confined.
inline constexpr int kNotConfined = 3;

/// Gives up all rights, then decodes what it is asked to: standard input is the channel's socket, standard output its
/// shared memory. Returns the process's exit status when nobody asks any more; to be the only thing that main() does,
/// and ended by _exit(). `before`, if there is one, is called with each file before it is decoded: for tests.
int run_decoder(const std::function<void(const SoundFile&)>& before = {});

}  // namespace hearken::audio
