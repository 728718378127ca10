// Opening and reading, past signals.
#include "core/files/descriptor.h"

#include <fcntl.h>

#include <cerrno>
#include <vector>

#include "core/paths.h"

namespace hearken {

Descriptor open_file(const std::filesystem::path& path, int flags, std::string_view doing) {
  Descriptor out(::open(path.c_str(), flags | O_CLOEXEC, 0666));
  if (!out) throw os_error(path, doing, errno);
  return out;
}

std::size_t read_some(int descriptor, std::span<std::byte> out, const std::filesystem::path& path) {
  for (;;) {
    const ssize_t count = ::read(descriptor, out.data(), out.size());
    if (count >= 0) return static_cast<std::size_t>(count);
    if (errno != EINTR) throw os_error(path, "read", errno);
  }
}

std::string read_file(const std::filesystem::path& path, std::size_t most) {
  const Descriptor file = open_file(path, O_RDONLY);
  std::vector<std::byte> part(1 << 16);
  std::string bytes;
  while (bytes.size() <= most) {
    const std::size_t count = read_some(file.number(), part, path);
    if (count == 0) break;
    bytes.append(reinterpret_cast<const char*>(part.data()), count);
  }
  return bytes;
}

}  // namespace hearken
