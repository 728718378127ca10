// The layer vocabulary on the CPU, for inference.
//
// A layer goes over its tokens in blocks of rows, each of which passes through the whole layer while it is in a core's
// cache: norm, products, activation, residual. Where a tensor has few blocks, the threads share the columns of each.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/threads/team.h"
#include "nn/backend.h"
#include "nn/cpu/arena.h"
#include "nn/cpu/attention.h"
#include "nn/cpu/products.h"

namespace hearken::nn {

/// An execution context: one call at a time, its scratch memory grows to what the largest window needs and stays.
/// Weights (Linear, Norm, …) are shared by all contexts. Operations and shapes: nn/backend.h. The values do not depend
/// on the number of threads.
class Cpu {
 public:
  explicit Cpu(int threads = 1);

  int threads() const noexcept { return team_.threads(); }

  struct Tensor {
    float* data = nullptr;
    int rows = 0;  // of all items
    int cols = 0;
    int batch = 1;  // items, one after the other, of as many rows each
    float* row(int r) const noexcept { return data + static_cast<std::ptrdiff_t>(r) * cols; }
    std::size_t size() const noexcept { return static_cast<std::size_t>(rows) * static_cast<std::size_t>(cols); }
    int item_rows() const noexcept { return rows / batch; }
    Tensor item(int i) const noexcept { return {row(i * item_rows()), item_rows(), cols, 1}; }
  };

  struct Scope : ArenaScope {
    explicit Scope(Cpu& cpu) : ArenaScope(cpu.arenas_[0]) {}
  };

  using Linear = nn::Linear;
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

  Tensor input(MatrixView host, int batch = 1);
  Tensor stack(std::span<const Tensor> items);
  Tensor linear(Tensor x, const Linear& w, Activation activation = Activation::none);
  void add_linear(Tensor sum, Tensor x, const Linear& w);
  void add_mlp(Tensor x, const Norm& norm, const Linear& fc1, const Linear& fc2);
  Tensor layer_norm(Tensor x, const Norm& norm);
  Tensor self_attention(Tensor qkv, int heads);
  Tensor self_attention(Tensor qkv, int heads, std::span<const int> lengths);
  void add_window_attention(Tensor x, Grid grid, const Norm& norm, const Linear& qkv, const WindowBias& bias,
                            bool rolled, const Linear& projection);
  Tensor merge_patches(Tensor x, Grid grid, const Norm& norm, const Linear& reduction);
  Tensor patch_rows(Tensor image, int patch_rows, int patch_cols);
  Tensor spectrogram_image(Tensor mel, int size);
  void add_grid_positions(Tensor x, const Table& by_row, const Table& by_col);
  Tensor token_embedding(std::span<const std::int32_t> ids, std::span<const std::int32_t> positions, const Table& word,
                         const Table& position, const Table& type);
  Tensor mean_rows(Tensor x);
  Tensor mean_rows(Tensor x, std::span<const int> lengths);
  Tensor first_rows(Tensor x, std::span<const int> lengths);
  Tensor zeros(int rows, int cols);
  void set_columns(Tensor x, Grid grid, Tensor part, Grid part_grid, int first);
  void assign(Tensor x, Tensor y);
  Tensor sum(Tensor x, Tensor y);
  void add_row(Tensor x, Tensor row);
  Tensor gated_sum(Tensor x, Tensor y, Tensor gate);
  void affine_rows(Tensor x, const Affine& affine);
  void affine_cols(Tensor x, const Affine& affine);
  void clip(Tensor x, float limit);
  void softmax_rows(Tensor x, float beta);
  void fade_rows(Tensor x, Tensor by, float from, float to);
  void normalize_rows(Tensor x);
  Tensor leaned_rows(Tensor x, Tensor to, float strength);
  Tensor greatest_products(Tensor x, const Table& table, std::span<const std::int32_t> groups, int count);
  void lift_rows(Tensor x, Tensor direction);

  /// What a product of the tower was: for those who time the bare products (hearken bench).
  struct ProductShape {
    int rows, in, out;
    ProductType type;
  };
  /// While it is not null, every product is added to it: what one item of a batch takes.
  std::vector<ProductShape>* products = nullptr;

 private:
  Tensor make(int rows, int cols, int batch);
  Tensor one_row_each(Tensor x, std::span<const int> texts);
  void note(Tensor x, const Linear& w) const;

  // Part of a layer's work that falls into pieces: all on one worker, or spread over the team.
  struct Lane {
    Cpu& cpu;
    int worker;
    bool spread;
    Arena& arena() const { return cpu.arenas_[static_cast<std::size_t>(worker)]; }
    /// each(i, arena) for i from 0 to count - 1.
    template <class Each>
    void run(int count, Each each) const;
  };
  /// each(block, lane): the blocks spread over the team when they keep it busy, else one after the other, each spread.
  template <class Each>
  void for_blocks(int count, Each each);

  Team team_;
  std::vector<Arena> arenas_;  // one for each worker; the first holds the tensors
};

static_assert(Backend<Cpu>);

}  // namespace hearken::nn
