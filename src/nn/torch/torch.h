// The layer vocabulary on libtorch: every operation with its gradient, on the CPU and on CUDA.
//
// Operations and shapes: nn/backend.h. What the vocabulary calls a change of a tensor is here a new value behind the
// same handle, so the values that gradients need stay as they were. Whether gradients are recorded is the caller's
// choice (at::NoGradGuard), as is the thread: autograd's state belongs to it.
#pragma once

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <tuple>

#include "nn/backend.h"

namespace hearken::nn {

/// An execution context: a device and a type of products. One thread at a time. Same calls, device and threads: same
/// bits. Failures of libtorch leave as c10::Error (see guarded in nn/torch/errors.h).
class Torch {
 public:
  explicit Torch(at::Device device, bool bf16 = false);

  at::Device device() const noexcept { return device_; }

  /// Copies share the value.
  struct Tensor {
    std::shared_ptr<at::Tensor> value;  // [rows, cols], float32
    int rows = 0;                       // of all items
    int cols = 0;
    int batch = 1;  // items, one after the other, of as many rows each
    int item_rows() const noexcept { return rows / batch; }
  };

  struct Scope {  // a tensor ends with its last handle, or with the gradients that need it
    explicit Scope(Torch&) {}
  };

  /// Scale and shift of a batch norm whose statistics stay: y = (x - mean) / deviation · weight + bias.
  struct FrozenNorm {
    at::Tensor weight, bias;     // [channels]
    at::Tensor mean, deviation;  // [channels], deviation = sqrt(variance + epsilon)
  };

  /// What training adds to a product: scale · (x·downᵀ)·upᵀ (Hu et al. 2022, section 4.1). Nothing while `down` is
  /// undefined.
  struct LowRank {
    at::Tensor down;  // [rank, in]
    at::Tensor up;    // [out, rank]
    double scale = 0;
  };

  struct Linear {
    at::Tensor weight;  // [out, in], or [in, out] when `transposed`
    at::Tensor bias;    // [out], or undefined
    bool transposed = false;
    bool always_f32 = false;                       // where all else is multiplied in bfloat16
    std::shared_ptr<const LowRank> addition = {};  // null: never
    std::shared_ptr<const FrozenNorm> norm = {};   // of the outputs; null: none
  };
  struct Norm {
    at::Tensor gamma, beta;  // [cols]
    float epsilon = 0;
  };
  struct Affine {
    at::Tensor scale, shift;     // [rows] or [cols]
    at::Tensor mean, deviation;  // of the same shape: x is standardised by them first; or undefined
  };
  using Table = at::Tensor;  // [entries, cols]
  struct WindowBias {
    at::Tensor table;  // [(2·window - 1)², heads]
    int window = 0;
  };

  Tensor input(MatrixView host, int batch = 1);
  Tensor stack(std::span<const Tensor> items);
  Tensor linear(const Tensor& x, const Linear& w, Activation activation = Activation::none);
  void add_linear(const Tensor& sum, const Tensor& x, const Linear& w);
  void add_mlp(const Tensor& x, const Norm& norm, const Linear& fc1, const Linear& fc2);
  Tensor layer_norm(const Tensor& x, const Norm& norm);
  Tensor self_attention(const Tensor& qkv, int heads);
  Tensor self_attention(const Tensor& qkv, int heads, std::span<const int> lengths);
  void add_window_attention(const Tensor& x, Grid grid, const Norm& norm, const Linear& qkv, const WindowBias& bias,
                            bool rolled, const Linear& projection);
  Tensor merge_patches(const Tensor& x, Grid grid, const Norm& norm, const Linear& reduction);
  Tensor patch_rows(const Tensor& image, int patch_rows, int patch_cols);
  Tensor spectrogram_image(const Tensor& mel, int size);
  void add_grid_positions(const Tensor& x, const Table& by_row, const Table& by_col);
  Tensor token_embedding(std::span<const std::int32_t> ids, std::span<const std::int32_t> positions, const Table& word,
                         const Table& position, const Table& type);
  Tensor mean_rows(const Tensor& x);
  Tensor mean_rows(const Tensor& x, std::span<const int> lengths);
  Tensor first_rows(const Tensor& x, std::span<const int> lengths);
  Tensor zeros(int rows, int cols);
  void set_columns(const Tensor& x, Grid grid, const Tensor& part, Grid part_grid, int first);
  void assign(const Tensor& x, const Tensor& y);
  Tensor sum(const Tensor& x, const Tensor& y);
  void add_row(const Tensor& x, const Tensor& row);
  Tensor gated_sum(const Tensor& x, const Tensor& y, const Tensor& gate);
  void affine_rows(const Tensor& x, const Affine& affine);
  void affine_cols(const Tensor& x, const Affine& affine);
  void clip(const Tensor& x, float limit);
  void softmax_rows(const Tensor& x, float beta);
  void fade_rows(const Tensor& x, const Tensor& by, float from, float to);
  void normalize_rows(const Tensor& x);
  Tensor leaned_rows(const Tensor& x, const Tensor& to, float strength);
  Tensor greatest_products(const Tensor& x, const Table& table, std::span<const std::int32_t> groups, int count);
  void lift_rows(const Tensor& x, const Tensor& direction);

 private:
  // What windows of a grid need: indices within an item's rows, and what is added to the scores.
  struct Windows {
    at::Tensor order, back;  // [rows]: the row at each place of the windows, and the place of each row
    at::Tensor pairs;        // [(2·window - 1)², window⁴]: 1 where a pair of tokens has that bias
    at::Tensor mask;         // [windows, window², window²]: 0 or -100; undefined when not rolled
  };
  const Windows& windows_of(Grid grid, int window, bool rolled);

  at::Tensor product(const at::Tensor& x, const Linear& w) const;
  at::Tensor matrix_product(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias, bool rounded) const;
  Tensor of_items(at::Tensor value, int batch) const;
  at::Tensor indices(std::span<const std::int32_t> values) const;

  at::Device device_;
  bool bf16_;
  std::map<std::tuple<int, int, int, bool>, Windows> windows_;  // by grid, window and roll
  at::Tensor stretch_;                                          // of the last spectrograms
};

static_assert(Backend<Torch>);

}  // namespace hearken::nn
