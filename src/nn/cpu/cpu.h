// The layer vocabulary on the CPU, in fp32: the reference every other precision is held against.
#pragma once

#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include "nn/backend.h"
#include "nn/cpu/arena.h"
#include "nn/cpu/attention.h"
#include "nn/cpu/matmul.h"

namespace hearken::nn {

/// An execution context: one thread at a time, its scratch memory grows to what the largest window needs and stays.
/// Weights (Linear, Norm, …) are shared by all contexts. Operations and shapes: nn/backend.h.
class Cpu {
 public:
  struct Tensor {
    float* data = nullptr;
    int rows = 0;
    int cols = 0;
    float* row(int r) const noexcept { return data + static_cast<std::ptrdiff_t>(r) * cols; }
    std::size_t size() const noexcept { return static_cast<std::size_t>(rows) * static_cast<std::size_t>(cols); }
  };

  class Scope {
   public:
    explicit Scope(Cpu& cpu) : arena_(cpu.arena_), mark_(cpu.arena_.mark()) {}
    ~Scope() { arena_.release(mark_); }
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;

   private:
    Arena& arena_;
    Arena::Mark mark_;
  };

  using Linear = PackedLinear;
  struct Norm {
    std::vector<float> gamma, beta;
    float epsilon = 0;
  };
  struct Affine {
    std::vector<float> scale, shift;
  };
  using Table = WeightView;  // rows are widened when they are looked up
  using WindowBias = nn::WindowBias;

  static Linear make_linear(MatrixView weight, std::span<const float> bias, ProductType type) {
    return {weight, bias, type};
  }
  static Norm make_norm(std::span<const float> gamma, std::span<const float> beta, float epsilon);
  static Affine make_affine(std::span<const float> scale, std::span<const float> shift);
  static Table make_table(WeightView stored) { return stored; }
  static WindowBias make_window_bias(const WeightView& stored, int window) { return {stored, window}; }

  Tensor input(MatrixView host);
  Tensor linear(Tensor x, const Linear& w, Activation activation = Activation::none);
  void add_linear(Tensor sum, Tensor x, const Linear& w);
  Tensor layer_norm(Tensor x, const Norm& norm);
  Tensor self_attention(Tensor qkv, int heads);
  Tensor window_attention(Tensor qkv, Grid grid, const WindowBias& bias, int shift);
  Tensor patch_rows(Tensor image, int patch_rows, int patch_cols);
  Tensor merge_patches(Tensor x, Grid grid);
  Tensor spectrogram_image(Tensor mel, int size);
  void add_grid_positions(Tensor x, const Table& by_row, const Table& by_col);
  Tensor token_embedding(std::span<const std::int32_t> ids, std::span<const std::int32_t> positions, const Table& word,
                         const Table& position, const Table& type);
  Tensor mean_rows(Tensor x);
  Tensor first_row(Tensor x) { return {x.data, 1, x.cols}; }
  Tensor zeros(int rows, int cols);
  void set_columns(Tensor x, Grid grid, Tensor part, Grid part_grid, int first);
  void assign(Tensor x, Tensor y) { std::memcpy(x.data, y.data, x.size() * sizeof(float)); }
  Tensor sum(Tensor x, Tensor y);
  void add_row(Tensor x, Tensor row);
  Tensor gated_sum(Tensor x, Tensor y, Tensor gate);
  void affine_rows(Tensor x, const Affine& affine);
  void affine_cols(Tensor x, const Affine& affine);
  void clip(Tensor x, float limit);
  void softmax_rows(Tensor x, float beta);
  void normalize_rows(Tensor x);

 private:
  Tensor make(int rows, int cols);
  Arena arena_;
};

static_assert(Backend<Cpu>);

}  // namespace hearken::nn
