// The .npy header and data, written beside the target and renamed.
#include "cli/npy.h"

#include <fmt/format.h>
#include <unistd.h>

#include <bit>
#include <cerrno>
#include <cstdio>
#include <memory>
#include <string>

#include "core/paths.h"

namespace hearken::cli {

static_assert(std::endian::native == std::endian::little, "the header below says little-endian");

std::string npy_header(std::size_t rows, std::size_t columns) {
  std::string header = fmt::format("{{'descr': '<f4', 'fortran_order': False, 'shape': ({}, {}), }}", rows, columns);
  constexpr std::size_t kPrefix = 10, kAlign = 64;
  header.append(kAlign - (kPrefix + header.size() + 1) % kAlign, ' ');
  header += '\n';
  std::string start = "\x93NUMPY\x01";
  start.push_back('\0');
  start.push_back(static_cast<char>(header.size() & 0xFF));
  start.push_back(static_cast<char>(header.size() >> 8));
  return start + header;
}

void write_npy(const std::filesystem::path& path, std::span<const float> values, std::size_t columns) {
  const std::string header = npy_header(values.size() / columns, columns);

  // A file is written beside its place and renamed. A pipe or a device is written as it is, never replaced.
  std::error_code ignored;
  const bool special = std::filesystem::exists(path, ignored) && !std::filesystem::is_regular_file(path, ignored);
  const std::filesystem::path place =
      std::filesystem::is_symlink(path, ignored) ? std::filesystem::weakly_canonical(path, ignored) : path;
  const std::filesystem::path partial =
      special ? path : std::filesystem::path(place.native() + fmt::format(".{}.partial", ::getpid()));
  errno = 0;
  std::FILE* file = std::fopen(partial.c_str(), special ? "wb" : "wbx");
  if (file == nullptr) throw os_error(path, "write", errno);
  bool good = std::fwrite(header.data(), 1, header.size(), file) == header.size();
  good = good && std::fwrite(values.data(), sizeof(float), values.size(), file) == values.size();
  good = std::fclose(file) == 0 && good;
  if (!good || (!special && std::rename(partial.c_str(), place.c_str()) != 0)) {
    const int error = errno;
    if (!special) ::unlink(partial.c_str());
    throw os_error(path, "write", error);
  }
}

}  // namespace hearken::cli
