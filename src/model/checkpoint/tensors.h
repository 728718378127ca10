// The named tensors of a checkpoint, where they lie in its mapped file.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/files/mapped_file.h"
#include "hearken/error.h"
#include "nn/weights.h"

namespace hearken::model {

enum class TensorType { f32, f16, bf16, i8, i32, i64, u8 };
/// As safetensors names them, in their order.
inline constexpr std::string_view kTensorTypeNames[] = {"F32", "F16", "BF16", "I8", "I32", "I64", "U8"};

struct Tensor {
  TensorType type = TensorType::f32;
  std::vector<std::int64_t> shape;  // empty: one number
  const std::byte* data = nullptr;  // row-major, inside the mapping; not necessarily aligned
  std::size_t bytes = 0;
  std::string unreadable;  // why it cannot be used (its type, its layout); empty when it can
  std::int64_t elements() const noexcept;
};

/// Bounds of every format, far above any model and low enough for a hostile file: what is remembered of a tensor beside
/// its name stays below 1 KiB, so of a whole file below 16 MiB.
inline constexpr std::size_t kMaxTensors = 16384;
inline constexpr std::size_t kMaxRank = 8;

std::size_t size_of(TensorType type) noexcept;

/// Made by a reader, which has checked that every tensor lies inside the file. Tensors may share memory. Moving keeps
/// views valid; const members may be called from many threads. Every getter throws Error(corrupt) that names file and
/// tensor when it is not there or not of the kind that was asked for, and Error(unsupported) when it is one that this
/// program does not read: such tensors do no harm until they are asked for.
class Tensors {
 public:
  Tensors(std::filesystem::path path, MappedFile file) : path_(std::move(path)), file_(std::move(file)) {}

  /// `data` points into file() unless the tensor is unreadable. Throws Error(corrupt) when the name is there already or
  /// there are too many.
  void add(std::string_view name, Tensor tensor);

  /// Other names for tensors of the same file, or views into them.
  void replace_all(std::map<std::string, Tensor, std::less<>> tensors) { tensors_ = std::move(tensors); }

  bool contains(std::string_view name) const { return tensors_.find(name) != tensors_.end(); }
  const Tensor& at(std::string_view name) const;
  const std::map<std::string, Tensor, std::less<>>& all() const noexcept { return tensors_; }  // unreadable ones too

  /// A float or int8 tensor as a matrix of that shape (vectors: rows = 1; trailing dimensions are flattened into the
  /// columns), with its `.scale` companion when it is int8. The view is valid while this object lives.
  nn::WeightView matrix(std::string_view name, int rows, int cols) const;

  /// The same as float32, flattened; matrix() and these differ only in what they check.
  std::vector<float> floats(std::string_view name) const;
  std::vector<float> floats(std::string_view name, int rows, int cols) const {
    return matrix(name, rows, cols).floats();
  }

  const std::filesystem::path& path() const noexcept { return path_; }
  std::span<const std::byte> file() const noexcept { return file_.bytes(); }

  /// After a tensor was copied or packed: its pages take memory again only when they are read again.
  void release_pages(std::string_view name) const;

  /// Error(corrupt) "path: tensor NAME: reason"; with an empty name, "path: reason".
  Error broken(std::string_view tensor, std::string_view reason) const;

 private:
  std::filesystem::path path_;
  MappedFile file_;
  std::map<std::string, Tensor, std::less<>> tensors_;
};

}  // namespace hearken::model
