// A weight matrix where it lies in a mapped file: float32, float16, or int8 with scales.
#pragma once

#include <cstddef>
#include <vector>

namespace hearken::nn {

enum class WeightType { f32, f16, bf16, i8 };

/// A view; the memory belongs to whoever mapped the file and must outlive it. Vectors are matrices of one row.
struct WeightView {
  WeightType type = WeightType::f32;
  const std::byte* data = nullptr;  // row-major, not necessarily aligned
  int rows = 0;
  int cols = 0;
  std::vector<float> scales;  // i8 only: [1], [rows] or [rows · groups], a group being cols / groups neighbours

  /// Writes row r as float32 [cols].
  void read_row(int r, float* out) const;

  /// All rows where they lie, if they lie there as float32 that can be read in place; else null.
  const float* floats_in_place() const noexcept;

  /// All rows as float32 [rows, cols].
  std::vector<float> floats() const;
  void append_to(std::vector<float>& out) const;
};

}  // namespace hearken::nn
