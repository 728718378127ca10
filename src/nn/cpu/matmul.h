// Matrix products on oneDNN: weights packed once, one plan for each number of rows.
//
// Every product runs on the calling thread alone. That is what makes a vector the same bits whatever else runs: windows
// are spread over threads, a window never is.
#pragma once

#include <memory>
#include <span>

#include "nn/backend.h"
#include "nn/cpu/arena.h"

namespace hearken::nn {

/// Whether this CPU multiplies bfloat16 natively.
bool has_bf16_products();

/// While one lives, oneDNN's products on this thread use this thread only; then the caller's setting is back.
class SingleThreaded {
 public:
  SingleThreaded();
  ~SingleThreaded();
  SingleThreaded(const SingleThreaded&) = delete;
  SingleThreaded& operator=(const SingleThreaded&) = delete;

 private:
  int threads_before_;
};

/// y = act(x·Wᵀ + b) with W packed in the layout the product likes best. Const and shared by threads.
class PackedLinear {
 public:
  PackedLinear();  // empty: rows of no weights; only to be assigned
  /// weight [out, in]; bias [out] or empty. Copies (packs) the weights. With bf16, weights and inputs are rounded to
  /// bfloat16 and the sums kept in float32; throws Error(unsupported) on a CPU without such products.
  PackedLinear(MatrixView weight, std::span<const float> bias, ProductType type);
  ~PackedLinear();
  PackedLinear(PackedLinear&&) noexcept;
  PackedLinear& operator=(PackedLinear&&) noexcept;

  /// x [rows, in] -> y [rows, out], both dense and 64-byte aligned; with `add`, y += x·Wᵀ + b. Scratch comes from the
  /// arena.
  void run(const float* x, int rows, float* y, Activation activation, bool add, Arena& arena) const;

  int in() const noexcept;
  int out() const noexcept;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace hearken::nn
