// Display form of paths: what is no character escaped.
#include "core/paths.h"

#include <cerrno>
#include <system_error>

#include "core/text.h"

namespace hearken {
std::string display(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size());
  while (!bytes.empty()) {
    const CodePoint next = first_code_point(bytes);
    const bool control = next.value < 0x20 || (next.value >= 0x7F && next.value < 0xA0);
    if (!next.well_formed || control) {
      for (std::size_t i = 0; i < next.length; ++i) out += "\\x" + to_hex(bytes.substr(i, 1));
    } else {
      out += bytes.substr(0, next.length);
    }
    bytes.remove_prefix(next.length);
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

void make_folders(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) throw os_error(folder, "make the folder", error.value());
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
