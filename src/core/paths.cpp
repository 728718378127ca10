// Display form of paths: a small UTF-8 check with escapes.
#include "core/paths.h"

#include <cerrno>
#include <cstring>
#include <system_error>

namespace hearken {
namespace {

// Length of the well-formed UTF-8 sequence at the front of `s` (Unicode 15, table 3-7), 0 when there is none.
std::size_t utf8_sequence(std::string_view s) {
  auto byte = [&](std::size_t i) { return static_cast<unsigned char>(s[i]); };
  auto in = [&](std::size_t i, unsigned low, unsigned high) {
    return i < s.size() && byte(i) >= low && byte(i) <= high;
  };
  const unsigned b = byte(0);
  if (b < 0x80) return 1;
  if (b >= 0xC2 && b <= 0xDF) return in(1, 0x80, 0xBF) ? 2 : 0;
  if (b >= 0xE0 && b <= 0xEF) {
    const unsigned low = b == 0xE0 ? 0xA0 : 0x80, high = b == 0xED ? 0x9F : 0xBF;
    return in(1, low, high) && in(2, 0x80, 0xBF) ? 3 : 0;
  }
  if (b >= 0xF0 && b <= 0xF4) {
    const unsigned low = b == 0xF0 ? 0x90 : 0x80, high = b == 0xF4 ? 0x8F : 0xBF;
    return in(1, low, high) && in(2, 0x80, 0xBF) && in(3, 0x80, 0xBF) ? 4 : 0;
  }
  return 0;
}

}  // namespace

std::string display(std::string_view bytes) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string out;
  out.reserve(bytes.size());
  while (!bytes.empty()) {
    std::size_t n = utf8_sequence(bytes);
    const auto b = static_cast<unsigned char>(bytes[0]);
    const bool c1_control = n == 2 && b == 0xC2 && static_cast<unsigned char>(bytes[1]) < 0xA0;
    if (n == 0 || b < 0x20 || b == 0x7F || c1_control) {
      n = n == 0 ? 1 : n;
      for (std::size_t i = 0; i < n; ++i) {
        const auto c = static_cast<unsigned char>(bytes[i]);
        out += {'\\', 'x', kHex[c >> 4], kHex[c & 15]};
      }
    } else {
      out += bytes.substr(0, n);
    }
    bytes.remove_prefix(n);
  }
  return out;
}

std::string display(const std::filesystem::path& path) { return display(std::string_view(path.native())); }

ErrorCode code_of_errno(int error_number) noexcept {
  switch (error_number) {
    case ENOENT:
    case ENOTDIR: return ErrorCode::not_found;
    case EACCES:
    case EPERM:
    case EROFS: return ErrorCode::permission_denied;
    default: return ErrorCode::io;
  }
}

Error os_error(const std::filesystem::path& path, std::string_view doing, int error_number) {
  return Error(code_of_errno(error_number), display(path) + ": cannot " + std::string(doing),
               std::generic_category().message(error_number));
}

bool path_exists(const std::filesystem::path& path) noexcept {
  std::error_code ignored;
  return std::filesystem::exists(path, ignored);
}

bool name_is_taken(const std::filesystem::path& path) noexcept {
  std::error_code ignored;
  return std::filesystem::exists(std::filesystem::symlink_status(path, ignored));
}

std::uint64_t size_of_file(const std::filesystem::path& path) noexcept {
  std::error_code failed;
  const auto size = std::filesystem::file_size(path, failed);
  return failed ? 0 : size;
}

}  // namespace hearken
