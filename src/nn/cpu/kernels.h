// The executor's vector kernels: what stands between the products, a row or a head at a time.
//
// Written once with Highway, compiled for every instruction set it knows, chosen at run time (core/isa.h caps it).
// Sums are float32 and their order depends on the vector length only: the same bits in every run on one instruction
// set. No kernel allocates; all may run at once on different memory. Pointers need no alignment unless said; rows are
// dense.
#pragma once

#include <cstddef>
#include <cstdint>

#include "nn/backend.h"

namespace hearken::nn::kernels {

/// y[i] = (x[i] - mean) / sqrt(variance + epsilon) · gamma[i] + beta[i] (Ba et al. 2016). y may be x.
void layer_norm(const float* x, int n, const float* gamma, const float* beta, float epsilon, float* y);

/// y[i] = act(sums[i] + bias[i]); a null bias is zeros. y may be sums.
void add_bias(const float* sums, const float* bias, int n, Activation activation, float* y);

/// y[i] += sums[i] + bias[i]; a null bias is zeros.
void accumulate(const float* sums, const float* bias, int n, float* y);

/// The sum of x[i]·y[i].
float dot(const float* x, const float* y, int n);

/// To bfloat16, nearest, ties to even. Infinities stay; a NaN stays one.
void to_bf16(const float* x, int n, std::uint16_t* y);

/// Exact, from the bits of bfloat16 and of IEEE half precision, which need not be aligned.
void from_bf16(const std::uint16_t* x, int n, float* y);
void from_f16(const std::uint16_t* x, int n, float* y);

/// y[i] = scale · x[i].
void from_int8(const std::int8_t* x, int n, float scale, float* y);

/// y[i] = 128 + round(x[i] / scale) with scale = max|x| / 127, which is returned; nearest, ties to even. For a row of
/// zeros (or of nothing above 2^-100) 128 everywhere and the scale 0; a row with a NaN or an infinity 128 everywhere
/// and NaN as its scale.
float quantize(const float* x, int n, std::uint8_t* y);

/// What a product of such rows with int8 weights means: y[i] = row_scale · col_scale[i] · (sums[i] - 128 · col_sum[i]),
/// where col_sum[i] is the sum of the weights of column i. The difference is exact (int32).
void dequantize(const std::int32_t* sums, float row_scale, const float* col_scale, const std::int32_t* col_sum, int n,
                float* y);

/// One head of attention (Vaswani et al. 2017): out_i = softmax_j(scale · q_i·k_j + bias[i, j] + mask[i, j]) · v.
/// q, k, v: `tokens` rows of `width` floats, `stride` floats from row to row; out likewise with `out_stride`.
/// bias, mask: [tokens, tokens] or null. tokens and width are at least 1, any number. out overlaps none of the others.
struct Head {
  const float* q = nullptr;
  const float* k = nullptr;
  const float* v = nullptr;
  std::ptrdiff_t stride = 0;
  int tokens = 0;
  int width = 0;
  float scale = 1;
  const float* bias = nullptr;
  const float* mask = nullptr;
  float* out = nullptr;
  std::ptrdiff_t out_stride = 0;
};

/// Floats of scratch that attend() wants for heads of these sizes.
std::size_t attend_scratch(int tokens, int width);

/// scratch: 64-byte aligned.
void attend(const Head& head, float* scratch);

}  // namespace hearken::nn::kernels
