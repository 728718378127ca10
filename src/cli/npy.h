// Writing NumPy's .npy files.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>

namespace hearken::cli {

/// float32, C order, shape [values.size() / columns, columns], format version 1.0 (NumPy's NEP 1). The file appears
/// whole or not at all. Throws Error as the operating system says, naming the file.
void write_npy(const std::filesystem::path& path, std::span<const float> values, std::size_t columns);

}  // namespace hearken::cli
