// The layer vocabulary in which every tower is written, once; a backend is a type that executes it.
//
// `nn/cpu` executes it for inference. A tower is a function template over the backend, so what a second backend
// (autograd, another device) needs is these operations and nothing of the towers.
//
// Tensors are float32 matrices [rows, cols], row-major: a token or a frame a row, its features along the columns.
// Several items of one shape may lie in a tensor, one below the other: a batch. Every operation treats each item for
// itself; shapes below are an item's. Texts of different lengths lie in one item, one below the other, and the
// operations that look beyond a row are told their lengths. A tensor made by an operation lives until the innermost
// Scope that was open when it was made ends.
#pragma once

#include <concepts>
#include <cstdint>
#include <span>

#include "nn/weights.h"

namespace hearken::nn {

/// Host memory, row-major; what weights come from and inputs are.
struct MatrixView {
  const float* data = nullptr;
  int rows = 0;
  int cols = 0;
};

enum class Activation {
  none,
  gelu,  // x · Φ(x), by the error function (Hendrycks & Gimpel 2016), not the tanh approximation
  relu,
  tanh,
};

/// The least that fade_rows() leaves of a row, so that it still has a direction.
inline constexpr float kLeastFade = 0.02F;

/// What a product is computed in. Sums are float32, or exact for int8, whose rows have a scale each: a weight's an
/// output, an input's a token (the largest absolute value is 127).
enum class ProductType { f32, bf16, int8 };

/// Tokens as a picture: token r·cols + c stands in row r, column c.
struct Grid {
  int rows = 0;
  int cols = 0;
};

template <class B>
concept Backend =
    requires(B& b, typename B::Tensor x, const typename B::Linear& linear, const typename B::Norm& norm,
             const typename B::Affine& affine, const typename B::Table& table, const typename B::WindowBias& bias,
             MatrixView host, std::span<const std::int32_t> ids, std::span<const typename B::Tensor> items,
             std::span<const int> lengths, Grid grid, int n, float f, bool yes) {
      typename B::Scope;  // Scope(b): tensors made while it is open end with it

      // Weights are made by the backend's TowerReader (model/towers/tower_reader.h): Linear [out, in] with a bias or
      // without, Norm, Affine of rows or columns, Table [entries, cols], and WindowBias, Swin's relative position
      // biases
      // [(2·n - 1)², heads] for windows of n × n tokens (Liu et al. 2021, section 3.2).

      { b.input(host, n) } -> std::same_as<typename B::Tensor>;                       // a copy, of n items
      { b.stack(items) } -> std::same_as<typename B::Tensor>;                         // a batch
      { b.linear(x, linear, Activation::gelu) } -> std::same_as<typename B::Tensor>;  // act(x·Wᵀ + b)
      b.add_linear(x, x, linear);                                                     // first += second·Wᵀ + b
      b.add_mlp(x, norm, linear, linear);                                       // x += gelu(norm(x)·W1ᵀ + b1)·W2ᵀ + b2
      { b.layer_norm(x, norm) } -> std::same_as<typename B::Tensor>;            // over each row (Ba et al. 2016)
      { b.self_attention(x, n) } -> std::same_as<typename B::Tensor>;           // [t, 3·d] as q|k|v, n heads -> [t, d]
      { b.self_attention(x, n, lengths) } -> std::same_as<typename B::Tensor>;  // the same within each text
      // A Swin block's attention: x += attention(norm(x)·Wqkvᵀ + b)·Wᵀ + b within each window of the grid, after the
      // grid was rolled up and left by half a window (yes) or not; what the roll brought together from far apart is
      // kept apart by -100 on the scores, as the reference does.
      b.add_window_attention(x, grid, norm, linear, bias, yes, linear);
      // 2×2 tokens side by side, column by column, then norm and product: [t, d] -> [t/4, out].
      { b.merge_patches(x, grid, norm, linear) } -> std::same_as<typename B::Tensor>;
      { b.patch_rows(x, n, n) } -> std::same_as<typename B::Tensor>;  // an image's n×n patches, a patch a row
      // Spectrograms [mel, frames] to a square picture [n, n]: stretched to n·n/mel frames (bicubic), cut into n/mel
      // pieces that are put below each other.
      { b.spectrogram_image(x, n) } -> std::same_as<typename B::Tensor>;
      b.add_grid_positions(x, table, table);  // rows r·c: += first[r] + second[c]
      // word[ids] + position[second ids] + type[0]
      { b.token_embedding(ids, ids, table, table, table) } -> std::same_as<typename B::Tensor>;
      { b.mean_rows(x) } -> std::same_as<typename B::Tensor>;            // [1, cols]
      { b.mean_rows(x, lengths) } -> std::same_as<typename B::Tensor>;   // of each text: as many items [1, cols]
      { b.first_rows(x, lengths) } -> std::same_as<typename B::Tensor>;  // likewise
      { b.zeros(n, n) } -> std::same_as<typename B::Tensor>;             // [rows, cols]
      b.set_columns(x, grid, x, grid, n);                   // the second grid's tokens into the first, from column n
      b.assign(x, x);                                       // the second's values into the first
      { b.sum(x, x) } -> std::same_as<typename B::Tensor>;  // of two alike
      b.add_row(x, x);                                      // every row of the first += the second [1, cols]
      { b.gated_sum(x, x, x) } -> std::same_as<typename B::Tensor>;  // 2·x·σ(third) + 2·second·(1 - σ(third))
      b.affine_rows(x, affine);                                      // x[r, :] = x[r, :]·scale[r] + shift[r]
      b.affine_cols(x, affine);                                      // x[:, c] = x[:, c]·scale[c] + shift[c]
      b.clip(x, f);                                                  // into [-f, f]
      b.softmax_rows(x, f);                                          // softmax(f · row)
      // rows[r, :] *= how far the greatest of second[r, :-1] is above second[r, -1], on its way from f to f: 1 at the
      // end, linear between, 0.02 at least.
      b.fade_rows(x, x, f, f);
      b.normalize_rows(x);  // to length 1; a zero row stays zero
      // (x[r, :] + part · second[r, :]) / (1 + part), part = f · (1 - the greatest of x[r, :-1]), 0 at least
      { b.leaned_rows(x, x, f) } -> std::same_as<typename B::Tensor>;
      // [t, cols] -> [t, count]: of the products with the table's rows of each group the greatest. ids: each table
      // row's group, 0 to count - 1, each at least once.
      { b.greatest_products(x, table, ids, n) } -> std::same_as<typename B::Tensor>;
      // Each row loses what it has along the unit vector `second` [1, cols], is cut to length 1 where it is longer, and
      // gets √(1 - |row|²) times `second`: now all have length 1.
      b.lift_rows(x, x);
    };

}  // namespace hearken::nn
