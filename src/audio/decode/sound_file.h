// A file of sound that is open for reading: what decoding needs of it.
#pragma once

#include <cstdint>
#include <filesystem>

#include "core/files/descriptor.h"

namespace hearken::audio {

struct SoundFile {
  std::filesystem::path path;  // what messages call it; it is not opened again
  Descriptor descriptor;
  std::int64_t size = 0;  // bytes

  /// Throws Error naming the path: not_found, permission_denied, unsupported (no regular file), corrupt (empty), io.
  static SoundFile open(const std::filesystem::path& path);
  /// The same for one that somebody opened.
  static SoundFile of(Descriptor descriptor, std::filesystem::path path);
};

}  // namespace hearken::audio
