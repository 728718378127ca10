// NumPy's .npy files of float32 matrices, written and read (NumPy's NEP 1).
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <span>
#include <string>
#include <string_view>

namespace hearken {

/// What stands before the data of float32 [rows, columns] in C order, format version 1.0.
std::string npy_header(std::size_t rows, std::size_t columns);

/// float32, C order, shape [values.size() / columns, columns], format version 1.0. The file appears whole or not at
/// all. Throws Error as the operating system says, naming the file.
void write_npy(const std::filesystem::path& path, std::span<const float> values, std::size_t columns);

/// What a header says, once it is known to be true of the file.
struct NpyShape {
  std::size_t rows = 0, columns = 0;
  std::size_t data_at = 0;  // bytes before the data
};

inline constexpr std::size_t kLongestNpyHeader = 65536;
inline constexpr std::size_t kMostNpyColumns = 1 << 20;

/// `start` is the file's beginning, up to kLongestNpyHeader bytes of it. Versions 1 to 3; little-endian float32, C
/// order, two dimensions. The header is believed only when its shape makes exactly `file_bytes`. Throws Error naming
/// `shown`: corrupt, unsupported (another element type, order or number of dimensions, more columns than
/// kMostNpyColumns).
NpyShape parse_npy(std::string_view start, std::uintmax_t file_bytes, const std::filesystem::path& shown);

/// Reads a file's rows in order. One thread at a time.
class NpyReader {
 public:
  /// Throws as parse_npy(), and as the operating system says.
  explicit NpyReader(const std::filesystem::path& path);

  const NpyShape& shape() const noexcept { return shape_; }
  /// The next values.size() / columns rows; values.size() is a multiple of columns. Throws Error(corrupt) behind the
  /// last row, Error(io).
  void read(std::span<float> values);
  /// From the first row on again.
  void rewind();

 private:
  std::filesystem::path path_;
  std::ifstream file_;
  NpyShape shape_;
  std::size_t rows_read_ = 0;
};

}  // namespace hearken
