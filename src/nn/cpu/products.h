// Matrix products on oneDNN: weights packed once in panels of columns, inputs in the products' own type.
//
// A product runs on the calling thread alone, over some rows and one panel. Which rows and columns go together depends
// on the shapes only, never on the batch or on the threads: that is what makes a vector the same bits whatever else
// runs.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "nn/backend.h"
#include "nn/cpu/arena.h"

namespace hearken::nn {

/// Whether this CPU has products of that type within core/isa.h's cap. float32 and bfloat16 are everywhere: where
/// bfloat16 is not multiplied faster than float32, its weights are widened just before they are used, and inputs stay
/// float32.
bool has_products(ProductType type);
/// Throws Error(unsupported) when it is none of them.
void require_products(ProductType type);

/// The type whose products are fastest here among those that need no calibration: bf16 or f32.
ProductType fastest_exact_type();

/// Whether a row's products are the same bits whatever number of rows is multiplied with it. oneDNN's kernels for
/// AVX-512 are so; those for AVX2 sum in another order when the number of rows is another.
bool rows_stand_alone();

/// Rows in the type that a product takes: float32, bfloat16, or bytes with a scale for each row (kernels::quantize).
/// A view of memory that the arena gave; copies see the same rows.
class Operand {
 public:
  Operand(ProductType type, int rows, int cols, Arena& arena);
  /// float32 rows that lie there already, where can_view() says that they need no copy.
  static bool can_view(ProductType type, int rows) noexcept;
  Operand(float* x, int cols) noexcept : type_(ProductType::f32), cols_(cols), values_(x) {}

  /// A whole row: where its float32 are to be written (`spare` has room for them), then what makes them the operand's.
  float* row(int r, float* spare) const noexcept;
  void keep_row(int r, const float* row) const;

  /// Columns [first, first + n) of a row, likewise; when all parts are there, finish_row(r).
  float* part(int r, int first, float* spare) const noexcept;
  void keep_part(int r, int first, int n, const float* part) const;
  void finish_row(int r) const;
  bool needs_finish() const noexcept { return type_ == ProductType::int8; }

  const void* data(int r) const noexcept;
  float scale(int r) const noexcept { return scales_[r]; }

 private:
  ProductType type_;
  int cols_;
  void* values_;
  float* scales_ = nullptr;  // [rows], int8 only
  float* parts_ = nullptr;   // [rows, cols], int8 only: what keep_part gathers
};

/// W and b of x·Wᵀ + b. Const and shared by threads.
class Linear {
 public:
  Linear();  // empty: only to be assigned
  /// weight [out, in]; bias [out] or empty. Copies (packs) the weights. bf16 rounds them; int8 gives each output a
  /// scale of its own. Throws Error(unsupported) on a CPU without such products (has_products).
  Linear(MatrixView weight, std::span<const float> bias, ProductType type);
  ~Linear();
  Linear(Linear&&) noexcept;
  Linear& operator=(Linear&&) noexcept;

  int in() const noexcept;
  int out() const noexcept;
  ProductType type() const noexcept;    // of the weights
  ProductType inputs() const noexcept;  // what operand it takes

  struct Panel {
    int first = 0, cols = 0;
  };
  int panels() const noexcept;
  Panel panel(int p) const noexcept;
  /// The panel's biases [cols], or null.
  const float* bias(int p) const noexcept;

  /// The sums of rows [first, first + rows) of x with one panel, without the bias: calls each(r, sums [cols]) for r
  /// from 0 to rows - 1. Scratch comes from the arena.
  template <class Each>
  void multiply(const Operand& x, int first, int rows, int p, Arena& arena, Each each) const {
    const Arena::Mark mark = arena.mark();
    const void* sums = product(x, first, rows, p, arena);
    const int cols = panel(p).cols;
    if (inputs() != ProductType::int8) {
      for (int r = 0; r < rows; ++r) each(r, static_cast<const float*>(sums) + static_cast<std::ptrdiff_t>(r) * cols);
    } else {
      float* row = arena.allocate(static_cast<std::size_t>(cols));
      for (int r = 0; r < rows; ++r) {
        widen(static_cast<const std::int32_t*>(sums) + static_cast<std::ptrdiff_t>(r) * cols, x.scale(first + r), p,
              row);
        each(r, static_cast<const float*>(row));
      }
    }
    arena.release(mark);
  }

 private:
  const void* product(const Operand& x, int first, int rows, int p, Arena& arena) const;  // float32 or int32
  void widen(const std::int32_t* sums, float row_scale, int p, float* row) const;

  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace hearken::nn
