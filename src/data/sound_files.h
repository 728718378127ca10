// The sounds below a folder, by name.
#pragma once

#include <filesystem>
#include <vector>

namespace hearken::data {

/// Regular files (links followed) with a sound's extension, at most six folders down, by path bytes; hidden entries are
/// passed over, and so are folders that cannot be read. Throws Error as the operating system says when `folder` itself
/// cannot.
std::vector<std::filesystem::path> sound_files(const std::filesystem::path& folder);

/// The folders in `folder`, likewise.
std::vector<std::filesystem::path> subfolders(const std::filesystem::path& folder);

}  // namespace hearken::data
