// Opening a file of sound, and refusing what can be none.
#include "audio/decode/sound_file.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <utility>

#include "core/paths.h"
#include "hearken/error.h"

namespace hearken::audio {

SoundFile SoundFile::open(const std::filesystem::path& path) {
  // Without O_NONBLOCK a pipe without a writer would hold the process here.
  Descriptor descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
  if (!descriptor) throw os_error(path, "open", errno);
  return of(std::move(descriptor), path);
}

SoundFile SoundFile::of(Descriptor descriptor, std::filesystem::path path) {
  const auto error = [&](ErrorCode code, const char* reason) { return Error(code, display(path) + ": " + reason); };
  struct stat status{};
  if (::fstat(descriptor.number(), &status) != 0) throw os_error(path, "open", errno);
  if (S_ISDIR(status.st_mode)) throw error(ErrorCode::unsupported, "is a directory");
  if (!S_ISREG(status.st_mode)) throw error(ErrorCode::unsupported, "is not a regular file");
  if (status.st_size == 0) throw error(ErrorCode::corrupt, "is empty");
  return {std::move(path), std::move(descriptor), status.st_size};
}

}  // namespace hearken::audio
