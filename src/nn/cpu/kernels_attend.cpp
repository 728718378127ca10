// The kernel of attention: one head, some of its rows at a time, everything between the two products in registers or
// in scratch that stays in the nearest cache.
#include <cstddef>

#include "nn/cpu/kernels.h"

// Vectors of a length unknown to the compiler cannot stand in arrays.
#define HWY_DISABLED_TARGETS (HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128)
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "nn/cpu/kernels_attend.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "nn/cpu/kernels_math.h"

#ifndef HEARKEN_KERNELS_ATTEND_SIZES
#define HEARKEN_KERNELS_ATTEND_SIZES
namespace hearken::nn::kernels {

constexpr std::size_t kMostRows = 8;    // of a block, on any target
constexpr std::size_t kMostLanes = 16;  // of a vector

constexpr std::size_t padded(std::size_t n, std::size_t lanes) { return (n + lanes - 1) / lanes * lanes; }

}  // namespace hearken::nn::kernels
#endif

HWY_BEFORE_NAMESPACE();
namespace hearken::nn::kernels::HWY_NAMESPACE {

// A block of a product is kRows × 2 vectors of sums: as many rows as leave registers for the factors.
#if HWY_ARCH_X86 && HWY_TARGET == HWY_AVX2
constexpr std::size_t kRows = 6;
#elif (HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX3) || HWY_ARCH_ARM_A64
constexpr std::size_t kRows = 8;
#else
constexpr std::size_t kRows = 4;
#endif
static_assert(kRows <= kMostRows && kLanes <= kMostLanes);

// What scratch holds, each part from a multiple of 64 bytes on.
struct Scratch {
  std::size_t token_stride, width_stride;
  float* keys;    // [width, token_stride]: transposed
  float* values;  // [tokens, width_stride]: zeros beyond the width
  float* rows;    // [kRows, width_stride]: the block's queries, scaled
  float* scores;  // [kRows, token_stride]
};

#if HWY_TARGET != HWY_SCALAR
// Sixteen rows of four columns as four vectors of columns (or four rows and so on, as the vector is long): blocks of
// 128 bits are put where they belong while loading, then transposed within.
template <class D>
HWY_INLINE hn::Vec<D> load_blocks(D d, const float* const* rows, std::size_t column) {
  if constexpr (hn::MaxLanes(d) <= 4) {
    return hn::LoadU(d, rows[0] + column);
  } else {
    const hn::Half<D> half;
    constexpr std::size_t kHalf = hn::MaxLanes(d) / 2;
    return hn::Combine(d, load_blocks(half, rows + kHalf, column), load_blocks(half, rows, column));
  }
}

template <class D>
HWY_INLINE void transpose_four(D d, const float* const* rows, std::size_t column, float* to, std::size_t stride) {
  const auto a = load_blocks(d, rows, column), b = load_blocks(d, rows + 1, column),
             c = load_blocks(d, rows + 2, column), e = load_blocks(d, rows + 3, column);
  const auto ac = hn::InterleaveLower(d, a, c), be = hn::InterleaveLower(d, b, e);
  const auto ac_upper = hn::InterleaveUpper(d, a, c), be_upper = hn::InterleaveUpper(d, b, e);
  hn::Store(hn::InterleaveLower(d, ac, be), d, to);
  hn::Store(hn::InterleaveUpper(d, ac, be), d, to + stride);
  hn::Store(hn::InterleaveLower(d, ac_upper, be_upper), d, to + 2 * stride);
  hn::Store(hn::InterleaveUpper(d, ac_upper, be_upper), d, to + 3 * stride);
}
#endif

// Columns beyond the last token repeat it; nobody looks at what comes of them.
HWY_INLINE void transpose_keys(const Head& head, const Scratch& scratch) {
  const auto tokens = static_cast<std::size_t>(head.tokens), width = static_cast<std::size_t>(head.width);
  for (std::size_t first = 0; first < tokens; first += kLanes) {
    const float* rows[kLanes];
    for (std::size_t lane = 0; lane < kLanes; ++lane)
      rows[lane] = head.k + static_cast<std::ptrdiff_t>(HWY_MIN(first + lane, tokens - 1)) * head.stride;
    float* to = scratch.keys + first;
    std::size_t column = 0;
#if HWY_TARGET != HWY_SCALAR
    for (; column + 4 <= width; column += 4)
      transpose_four(kFloats, rows, column, to + column * scratch.token_stride, scratch.token_stride);
#endif
    for (; column < width; ++column)
      for (std::size_t lane = 0; lane < kLanes; ++lane) to[column * scratch.token_stride + lane] = rows[lane][column];
  }
}

// Dense copies: at a stride of a power of two the rows would push each other out of the cache.
HWY_INLINE void copy_values(const Head& head, const Scratch& scratch) {
  for (int token = 0; token < head.tokens; ++token) {
    const float* from = head.v + token * head.stride;
    float* to = scratch.values + static_cast<std::size_t>(token) * scratch.width_stride;
    for_row(static_cast<std::size_t>(head.width),
            [=](std::size_t i, auto part) HWY_ATTR { hn::Store(load(from + i, part), kFloats, to + i); });
  }
}

// sums[r][c] += Σ_k a[r, k] · b[k, c-th vector]
template <std::size_t Columns>
HWY_INLINE void multiply(const float* a, std::size_t a_stride, const float* b, std::size_t b_stride, std::size_t depth,
                         Float (&sums)[kRows][Columns]) {
  for (std::size_t k = 0; k < depth; ++k) {
    Float row[Columns];
#pragma GCC unroll 8
    for (std::size_t c = 0; c < Columns; ++c) row[c] = hn::Load(kFloats, b + k * b_stride + c * kLanes);
#pragma GCC unroll 8
    for (std::size_t r = 0; r < kRows; ++r) {
      const Float factor = hn::Set(kFloats, a[r * a_stride + k]);
#pragma GCC unroll 8
      for (std::size_t c = 0; c < Columns; ++c) sums[r][c] = hn::MulAdd(factor, row[c], sums[r][c]);
    }
  }
}

constexpr float kLog2E = 1.442695041F;

// What the block's scores start from, in powers of two: bias and mask. What no token stands for is never the largest.
HWY_NOINLINE void start_scores(const Head& head, const Scratch& scratch, std::size_t first) {
  const auto tokens = static_cast<std::size_t>(head.tokens);
  const Float log2e = hn::Set(kFloats, kLog2E), lowest = hn::Set(kFloats, -1e30F), zero = hn::Zero(kFloats);
  for (std::size_t r = 0; r < kRows; ++r) {
    const std::size_t row = HWY_MIN(first + r, tokens - 1) * tokens;
    const float* const bias = head.bias == nullptr ? nullptr : head.bias + row;
    const float* const mask = head.mask == nullptr ? nullptr : head.mask + row;
    float* const scores = scratch.scores + r * scratch.token_stride;
    const auto start = [=](const auto& value) HWY_ATTR {
      for_row(tokens, [=](std::size_t i, auto part)
                          HWY_ATTR { hn::Store(or_else(value(i, part), lowest, part), kFloats, scores + i); });
    };
    if (bias != nullptr && mask != nullptr)
      start([=](std::size_t i, auto part)
                HWY_ATTR { return hn::Mul(hn::Add(load(bias + i, part), load(mask + i, part)), log2e); });
    else if (bias != nullptr)
      start([=](std::size_t i, auto part) HWY_ATTR { return hn::Mul(load(bias + i, part), log2e); });
    else if (mask != nullptr)
      start([=](std::size_t i, auto part) HWY_ATTR { return hn::Mul(load(mask + i, part), log2e); });
    else
      start([=](std::size_t, auto) HWY_ATTR { return zero; });
  }
}

// Adds the block's products with the keys from `token` on; raises `most`, [kRows] vectors of the highest scores.
template <std::size_t Columns>
HWY_NOINLINE void score(const Head& head, const Scratch& scratch, std::size_t token, float* HWY_RESTRICT most) {
  float* const scores = scratch.scores + token;
  Float sums[kRows][Columns];
#pragma GCC unroll 8
  for (std::size_t r = 0; r < kRows; ++r)
#pragma GCC unroll 8
    for (std::size_t c = 0; c < Columns; ++c)
      sums[r][c] = hn::Load(kFloats, scores + r * scratch.token_stride + c * kLanes);
  multiply(scratch.rows, scratch.width_stride, scratch.keys + token, scratch.token_stride,
           static_cast<std::size_t>(head.width), sums);
#pragma GCC unroll 8
  for (std::size_t r = 0; r < kRows; ++r) {
    Float high = hn::Load(kFloats, most + r * kLanes);
#pragma GCC unroll 8
    for (std::size_t c = 0; c < Columns; ++c) {
      hn::Store(sums[r][c], kFloats, scores + r * scratch.token_stride + c * kLanes);
      high = hn::Max(high, sums[r][c]);
    }
    hn::Store(high, kFloats, most + r * kLanes);
  }
}

// to[r] = what `of_two` makes of all lanes of v[r]. Four rows at a time: their lanes are brought together on the way.
template <class OfTwo>
HWY_INLINE void over_lanes(const Float (&v)[kRows], [[maybe_unused]] const OfTwo& of_two, float (&to)[kRows]) {
#if HWY_TARGET == HWY_SCALAR
  for (std::size_t r = 0; r < kRows; ++r) to[r] = hn::GetLane(v[r]);
#else
  const auto halves = [&](Float a, Float b)
                          HWY_ATTR { return of_two(hn::InterleaveLower(a, b), hn::InterleaveUpper(kFloats, a, b)); };
#pragma GCC unroll 8
  for (std::size_t r = 0; r < kRows; r += 4) {
    Float all = halves(halves(v[r], v[(r + 2) % kRows]), halves(v[r + 1], v[(r + 3) % kRows]));
    if constexpr (kLanes >= 8) all = of_two(all, hn::SwapAdjacentBlocks(all));
    if constexpr (kLanes >= 16) all = of_two(all, hn::ReverseBlocks(kFloats, all));
    HWY_ALIGN float lanes[kLanes];
    hn::Store(all, kFloats, lanes);
    for (std::size_t i = r; i < HWY_MIN(r + 4, kRows); ++i) to[i] = lanes[i - r];
  }
#endif
}

// The block's scores to weights; `sums` receives the weights' sums. A weight is no smaller than 2^-100, which is
// nothing beside the largest, 1, and spares the products denormal numbers.
HWY_NOINLINE void weigh(const Scratch& scratch, const float* most, float (&sums)[kRows]) {
  Float high[kRows];
#pragma GCC unroll 8
  for (std::size_t r = 0; r < kRows; ++r) high[r] = hn::Load(kFloats, most + r * kLanes);
  float highest[kRows];
  over_lanes(high, [](Float a, Float b) HWY_ATTR { return hn::Max(a, b); }, highest);
  Float sum[kRows];
#pragma GCC unroll 8
  for (std::size_t r = 0; r < kRows; ++r) sum[r] = hn::Zero(kFloats);
  for (std::size_t i = 0; i < scratch.token_stride; i += kLanes) {
#pragma GCC unroll 8
    for (std::size_t r = 0; r < kRows; ++r) {
      float* const at = scratch.scores + r * scratch.token_stride + i;
      const Float below = hn::Sub(hn::Load(kFloats, at), hn::Set(kFloats, highest[r]));
      const Float weight = exp2(at_least(-100, below));
      hn::Store(weight, kFloats, at);
      sum[r] = hn::Add(sum[r], weight);
    }
  }
  over_lanes(sum, [](Float a, Float b) HWY_ATTR { return hn::Add(a, b); }, sums);
}

// The weighted means of the values' columns from `column` on.
template <std::size_t Columns>
HWY_NOINLINE void mix(const Head& head, const Scratch& scratch, std::size_t first, std::size_t column,
                      const float (&weights)[kRows]) {
  const auto tokens = static_cast<std::size_t>(head.tokens), width = static_cast<std::size_t>(head.width);
  Float sums[kRows][Columns];
#pragma GCC unroll 8
  for (std::size_t r = 0; r < kRows; ++r)
#pragma GCC unroll 8
    for (std::size_t c = 0; c < Columns; ++c) sums[r][c] = hn::Zero(kFloats);
  multiply(scratch.scores, scratch.token_stride, scratch.values + column, scratch.width_stride, tokens, sums);

  constexpr std::size_t kLast = (Columns - 1) * kLanes;
  const std::size_t last = width - column - kLast;  // lanes of the last vector that count, or more
#pragma GCC unroll 8
  for (std::size_t r = 0; r < kRows; ++r) {
    if (first + r == tokens) return;
    const Float inverse = hn::Set(kFloats, 1.0F / weights[r]);
    float* const to = head.out + static_cast<std::ptrdiff_t>(first + r) * head.out_stride + column;
#pragma GCC unroll 8
    for (std::size_t c = 0; c + 1 < Columns; ++c)
      store(kFloats, hn::Mul(sums[r][c], inverse), to + c * kLanes, Whole());
    const Float v = hn::Mul(sums[r][Columns - 1], inverse);
    if (last >= kLanes)
      store(kFloats, v, to + kLast, Whole());
    else
      store(kFloats, v, to + kLast, Part{last});
  }
}

void attend(const Head& head, float* memory) {
  const auto tokens = static_cast<std::size_t>(head.tokens), width = static_cast<std::size_t>(head.width);
  Scratch scratch{};
  scratch.token_stride = padded(tokens, kLanes);
  scratch.width_stride = padded(width, kLanes);
  scratch.keys = memory;
  scratch.values = scratch.keys + width * padded(tokens, kMostLanes);
  scratch.rows = scratch.values + tokens * padded(width, kMostLanes);
  scratch.scores = scratch.rows + kRows * padded(width, kMostLanes);
  transpose_keys(head, scratch);
  copy_values(head, scratch);

  const Float scale = hn::Set(kFloats, head.scale * kLog2E);
  for (std::size_t first = 0; first < tokens; first += kRows) {
    // Rows beyond the last repeat it.
    for (std::size_t r = 0; r < kRows; ++r) {
      const float* from = head.q + static_cast<std::ptrdiff_t>(HWY_MIN(first + r, tokens - 1)) * head.stride;
      float* to = scratch.rows + r * scratch.width_stride;
      for_row(width, [=](std::size_t i, auto part)
                         HWY_ATTR { hn::Store(hn::Mul(load(from + i, part), scale), kFloats, to + i); });
    }
    start_scores(head, scratch, first);
    HWY_ALIGN float most[kRows * kLanes];
    for (std::size_t i = 0; i < kRows * kLanes; i += kLanes) hn::Store(hn::Set(kFloats, -1e30F), kFloats, most + i);
    std::size_t token = 0;
    for (; token + 2 * kLanes <= scratch.token_stride; token += 2 * kLanes) score<2>(head, scratch, token, most);
    if (token < scratch.token_stride) score<1>(head, scratch, token, most);
    float sums[kRows];
    weigh(scratch, most, sums);

    std::size_t column = 0;
    for (; column + 2 * kLanes <= scratch.width_stride; column += 2 * kLanes)
      mix<2>(head, scratch, first, column, sums);
    if (column < scratch.width_stride) mix<1>(head, scratch, first, column, sums);
  }
}

}  // namespace hearken::nn::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace hearken::nn::kernels {

HWY_EXPORT(attend);

std::size_t attend_scratch(int tokens, int width) {
  const std::size_t t = padded(static_cast<std::size_t>(tokens), kMostLanes),
                    w = padded(static_cast<std::size_t>(width), kMostLanes);
  return 2 * t * w + kMostRows * (t + w);
}

void attend(const Head& head, float* scratch) { HWY_DYNAMIC_DISPATCH(attend)(head, scratch); }

}  // namespace hearken::nn::kernels
#endif
