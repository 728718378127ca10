// Writing NumPy's .npy files.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>

namespace hearken::cli {

/// What stands before the data of float32 [rows, columns] in C order, format version 1.0 (NumPy's NEP 1).
std::string npy_header(std::size_t rows, std::size_t columns);

/// float32, C order, shape [values.size() / columns, columns], format version 1.0 (NumPy's NEP 1). The file appears
/// whole or not at all. Throws Error as the operating system says, naming the file.
void write_npy(const std::filesystem::path& path, std::span<const float> values, std::size_t columns);

}  // namespace hearken::cli
