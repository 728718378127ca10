// Whether a file may be sound, by its first bytes.
#pragma once

#include "audio/decode/sound_file.h"

namespace hearken::audio {

/// Whether it begins as a container of the allow-list does: a promise, which a look at its container has to confirm.
bool promises_sound(const SoundFile& file);

}  // namespace hearken::audio
