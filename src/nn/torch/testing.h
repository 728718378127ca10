// Every operation of the vocabulary once, written for any backend: what its tests share.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "nn/backend.h"
#include "nn/noise.h"

namespace hearken::nn {

/// What an operation takes.
struct TestInput {
  int rows = 0, cols = 0, batch = 1;
  std::size_t size() const { return static_cast<std::size_t>(rows) * static_cast<std::size_t>(cols); }
};

/// Two items of a grid of 16 × 16 tokens of eight numbers, in two heads; or three texts of eleven tokens.
inline constexpr int kTestSide = 16, kTestTokens = kTestSide * kTestSide, kTestWidth = 8, kTestHeads = 2;
inline constexpr std::array<int, 3> kTestLengths = {3, 7, 1};
inline constexpr std::array<std::int32_t, 11> kTestIds = {0, 5, 2, 0, 5, 5, 9, 10, 1, 2, 3};

template <Backend B>
struct TestLayers {
  typename B::Linear qkv;       // [24, 8]
  typename B::Linear square;    // [8, 8]
  typename B::Linear wide;      // [20, 8]
  typename B::Linear narrow;    // [8, 20]
  typename B::Linear merge;     // [16, 32], without bias
  typename B::Norm norm;        // 8
  typename B::Norm merge_norm;  // 32
  typename B::Affine rows;      // 256
  typename B::Affine cols;      // 8
  typename B::Table table;      // [16, 8]
  typename B::WindowBias bias;  // 2 heads, windows of 8 × 8
};

/// linear(out, in, biased), norm(n), affine(n), table(rows, cols) and window_bias(window, heads) make a backend's.
template <Backend B, class Make>
TestLayers<B> make_test_layers(Make& make) {
  return {.qkv = make.linear(3 * kTestWidth, kTestWidth, true),
          .square = make.linear(kTestWidth, kTestWidth, true),
          .wide = make.linear(20, kTestWidth, true),
          .narrow = make.linear(kTestWidth, 20, true),
          .merge = make.linear(16, 4 * kTestWidth, false),
          .norm = make.norm(kTestWidth),
          .merge_norm = make.norm(4 * kTestWidth),
          .rows = make.affine(kTestTokens),
          .cols = make.affine(kTestWidth),
          .table = make.table(kTestSide, kTestWidth),
          .bias = make.window_bias(8, kTestHeads)};
}

/// An operation that changes what it gets.
template <class Change>
auto changed(Change change) {
  return [change](auto x) {
    change(x);
    return x;
  };
}

template <Backend B, class Each>
void for_each_layer(B& b, const TestLayers<B>& w, Each each) {
  using T = typename B::Tensor;
  constexpr Grid kGrid{kTestSide, kTestSide};
  const TestInput tokens{2 * kTestTokens, kTestWidth, 2}, texts{11, kTestWidth, 1}, spectrograms{2 * 8, 41, 2};
  each("stack", texts, [&](T x) { return b.stack(std::vector<T>{x, b.linear(x, w.square)}); });
  each("linear", tokens, [&](T x) { return b.linear(x, w.wide); });
  each("linear, gelu", tokens, [&](T x) { return b.linear(x, w.wide, Activation::gelu); });
  each("linear, relu", tokens, [&](T x) { return b.linear(x, w.wide, Activation::relu); });
  each("linear, tanh", tokens, [&](T x) { return b.linear(x, w.wide, Activation::tanh); });
  each("add_linear", tokens, changed([&](T x) { b.add_linear(x, b.linear(x, w.wide), w.narrow); }));
  each("add_mlp", tokens, changed([&](T x) { b.add_mlp(x, w.norm, w.wide, w.narrow); }));
  each("layer_norm", tokens, [&](T x) { return b.layer_norm(x, w.norm); });
  each("self_attention", tokens, [&](T x) { return b.self_attention(b.linear(x, w.qkv), kTestHeads); });
  each("self_attention, texts", texts,
       [&](T x) { return b.self_attention(b.linear(x, w.qkv), kTestHeads, kTestLengths); });
  each("self_attention, texts alike", {12, kTestWidth, 1},
       [&](T x) { return b.self_attention(b.linear(x, w.qkv), kTestHeads, std::array{4, 4, 4}); });
  for (const bool rolled : {false, true})
    each(rolled ? "add_window_attention, rolled" : "add_window_attention", tokens,
         changed([&, rolled](T x) { b.add_window_attention(x, kGrid, w.norm, w.qkv, w.bias, rolled, w.square); }));
  each("merge_patches", tokens, [&](T x) { return b.merge_patches(x, kGrid, w.merge_norm, w.merge); });
  each("patch_rows", spectrograms, [&](T x) { return b.patch_rows(x, 4, 3); });
  each("spectrogram_image", spectrograms, [&](T x) { return b.spectrogram_image(x, 32); });
  each("add_grid_positions", tokens, changed([&](T x) { b.add_grid_positions(x, w.table, w.table); }));
  each("token_embedding", texts, [&](T x) {
    return b.sum(x, b.token_embedding(std::span<const std::int32_t>(kTestIds), std::span<const std::int32_t>(kTestIds),
                                      w.table, w.table, w.table));
  });
}

template <Backend B, class Each>
void for_each_operation_on_rows(B& b, const TestLayers<B>& w, Each each) {
  using T = typename B::Tensor;
  constexpr Grid kGrid{kTestSide, kTestSide};
  const TestInput tokens{2 * kTestTokens, kTestWidth, 2}, texts{11, kTestWidth, 1};
  each("mean_rows", tokens, [&](T x) { return b.mean_rows(x); });
  each("mean_rows, texts", texts, [&](T x) { return b.mean_rows(x, kTestLengths); });
  each("first_rows", texts, [&](T x) { return b.first_rows(x, kTestLengths); });
  each("set_columns", {16 * 5, kTestWidth, 1}, [&](T x) {  // columns 7 to 11 of the grid
    const T whole = b.zeros(kTestTokens, kTestWidth);
    b.set_columns(whole, kGrid, x, {kTestSide, 5}, 7);
    return whole;
  });
  each("assign", tokens, changed([&](T x) { b.assign(x, b.layer_norm(x, w.norm)); }));
  each("sum", tokens, [&](T x) { return b.sum(x, b.layer_norm(x, w.norm)); });
  each("add_row", texts, changed([&](T x) { b.add_row(x, b.mean_rows(x)); }));
  each("gated_sum", tokens, [&](T x) { return b.gated_sum(x, b.layer_norm(x, w.norm), b.linear(x, w.square)); });
  each("affine_rows", tokens, changed([&](T x) { b.affine_rows(x, w.rows); }));
  each("affine_cols", tokens, changed([&](T x) { b.affine_cols(x, w.cols); }));
  each("clip", tokens, changed([&](T x) { b.clip(x, 1.5F); }));
  each("softmax_rows", tokens, changed([&](T x) { b.softmax_rows(x, 2.5F); }));
  each("fade_rows", tokens, changed([&](T x) { b.fade_rows(x, b.layer_norm(x, w.norm), -6, 12); }));
  each("leaned_rows", tokens, [&](T x) { return b.leaned_rows(x, b.layer_norm(x, w.norm), 2); });
  each("normalize_rows", tokens, changed([&](T x) { b.normalize_rows(x); }));
  const auto direction = [&](T x) {
    const T mean = b.mean_rows(b.layer_norm(x, w.norm));
    b.normalize_rows(mean);
    return mean;
  };
  each("greatest_products", texts,
       [&](T x) {  // few products, so that no step of a difference changes which is greatest
         std::vector<std::int32_t> groups(kTestSide);
         for (std::size_t r = 0; r < groups.size(); ++r) groups[r] = static_cast<std::int32_t>(r % 3);
         return b.greatest_products(x, w.table, groups, 3);
       });
  each("lift_rows", texts, changed([&](T x) {
         b.softmax_rows(x, 0.5F);  // rows shorter than 1
         b.lift_rows(x, direction(x));
       }));
  each("lift_rows, longer than 1", texts, changed([&](T x) { b.lift_rows(x, direction(x)); }));
}

/// each(name, input, operation): operation(x) returns what it made of x or changed in it.
template <Backend B, class Each>
void for_each_operation(B& b, const TestLayers<B>& w, Each each) {
  for_each_layer(b, w, each);
  for_each_operation_on_rows(b, w, each);
}

}  // namespace hearken::nn
