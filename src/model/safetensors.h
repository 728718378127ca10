// Reader of the safetensors format: a JSON header and raw tensors, memory-mapped.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/mapped_file.h"
#include "hearken/error.h"
#include "nn/weights.h"

namespace hearken::model {

/// Everything in the header is checked when the file is opened: its size, every type, shape and offset against the
/// file's size, no overlaps, no holes. Const members may be called from many threads.
/// Source: the format's description in the safetensors repository, README.md.
class SafeTensors {
 public:
  enum class Type { f32, f16, bf16, i8, i32, i64, u8 };
  struct Tensor {
    Type type;
    std::vector<std::int64_t> shape;
    const std::byte* data;  // inside the mapping; not necessarily aligned
    std::size_t bytes;
    std::int64_t elements() const noexcept;
  };

  /// Throws Error: not_found, permission_denied, corrupt (file, tensor and reason).
  static SafeTensors open(const std::filesystem::path& path);

  bool contains(std::string_view name) const;
  /// Throws Error(corrupt) naming file and tensor when it is not there.
  const Tensor& at(std::string_view name) const;
  const std::map<std::string, Tensor, std::less<>>& tensors() const noexcept { return tensors_; }

  /// A tensor as a matrix of that shape (vectors: rows = 1; trailing dimensions are flattened into the columns), with
  /// its `.scale` companion when it is int8. The view is valid while this object lives.
  /// Throws Error(corrupt) when the shape is another one.
  nn::WeightView matrix(std::string_view name, int rows, int cols) const;

  /// Any float or int8 tensor as float32, flattened; matrix() and this differ only in what they check.
  std::vector<float> floats(std::string_view name) const;
  std::vector<float> floats(std::string_view name, int rows, int cols) const {
    return matrix(name, rows, cols).floats();
  }
  /// An int32 or int64 tensor.
  std::vector<std::int64_t> integers(std::string_view name) const;

  const std::filesystem::path& path() const noexcept { return path_; }

 private:
  SafeTensors(std::filesystem::path path, MappedFile file);
  Error broken(std::string_view tensor, std::string_view reason) const;

  std::filesystem::path path_;
  MappedFile file_;
  std::map<std::string, Tensor, std::less<>> tensors_;
};

}  // namespace hearken::model
