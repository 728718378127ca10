// Paths as people and JSON see them, and errors of the operating system as hearken::Error.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "hearken/error.h"

namespace hearken {

/// Valid UTF-8 on one line: bytes that are not UTF-8 and control characters are written \xNN. For messages and JSON,
/// never for opening a file.
std::string display(std::string_view bytes);
std::string display(const std::filesystem::path& path);
inline std::string display(const std::string& bytes) { return display(std::string_view(bytes)); }
inline std::string display(const char* bytes) { return display(std::string_view(bytes)); }

/// not_found, permission_denied or io, as the number says.
ErrorCode code_of_errno(int error_number) noexcept;

/// "PATH: cannot DOING: No such file or directory", with the code that belongs to the number.
Error os_error(const std::filesystem::path& path, std::string_view doing, int error_number);

/// Makes the folder, and those it lies in; one that is there stays. Throws os_error().
void make_folders(const std::filesystem::path& folder);

/// Whether there is something of that name, and for a link whether it leads to something. What cannot be asked about is
/// not there.
bool path_exists(const std::filesystem::path& path) noexcept;

/// The same, but a link counts wherever it leads.
bool name_is_taken(const std::filesystem::path& path) noexcept;

/// 0 for what is not there or no file.
std::uint64_t size_of_file(const std::filesystem::path& path) noexcept;

}  // namespace hearken
