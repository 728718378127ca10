// The kernels of rows. Written once with Highway; foreach_target.h compiles this file for every instruction set.
#include "nn/cpu/kernels.h"

#include <cmath>
#include <limits>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "nn/cpu/kernels.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "nn/cpu/kernels_math.h"

HWY_BEFORE_NAMESPACE();
namespace hearken::nn::kernels::HWY_NAMESPACE {

// The sum of term(i, whole or part) over a row, in four vectors of sums.
template <class Term>
HWY_INLINE float sum_of_row(std::size_t n, const Term& term) {
  Float a = hn::Zero(kFloats), b = a, c = a, d = a;
  std::size_t i = 0;
  for (; i + 4 * kLanes <= n; i += 4 * kLanes) {
    a = hn::Add(a, term(i, Whole()));
    b = hn::Add(b, term(i + kLanes, Whole()));
    c = hn::Add(c, term(i + 2 * kLanes, Whole()));
    d = hn::Add(d, term(i + 3 * kLanes, Whole()));
  }
  for (; i + kLanes <= n; i += kLanes) a = hn::Add(a, term(i, Whole()));
  if (i < n) b = hn::Add(b, term(i, Part{n - i}));
  return hn::GetLane(hn::SumOfLanes(kFloats, hn::Add(hn::Add(a, b), hn::Add(c, d))));
}

void layer_norm(const float* x, int n, const float* gamma, const float* beta, float epsilon, float* y) {
  const auto count = static_cast<std::size_t>(n);
  const float sum = sum_of_row(count, [=](std::size_t i, auto part) HWY_ATTR { return load(x + i, part); });
  const Float mean = hn::Set(kFloats, sum / static_cast<float>(n));
  const float squares = sum_of_row(count, [=](std::size_t i, auto part) HWY_ATTR {
    const Float difference = or_else(hn::Sub(load(x + i, part), mean), hn::Zero(kFloats), part);
    return hn::Mul(difference, difference);
  });
  const Float inverse = hn::Set(kFloats, 1.0F / std::sqrt(squares / static_cast<float>(n) + epsilon));
  for_row(count, [=](std::size_t i, auto part) HWY_ATTR {
    const Float normal = hn::Mul(hn::Sub(load(x + i, part), mean), inverse);
    store(kFloats, hn::MulAdd(normal, load(gamma + i, part), load(beta + i, part)), y + i, part);
  });
}

float dot(const float* x, const float* y, int n) {
  return sum_of_row(static_cast<std::size_t>(n),
                    [=](std::size_t i, auto part) HWY_ATTR { return hn::Mul(load(x + i, part), load(y + i, part)); });
}

template <class Act>
HWY_INLINE void add_bias_then(const float* sums, const float* bias, int n, float* y, const Act& act) {
  const auto count = static_cast<std::size_t>(n);
  if (bias == nullptr) {
    for_row(count, [=](std::size_t i, auto part) HWY_ATTR { store(kFloats, act(load(sums + i, part)), y + i, part); });
  } else {
    for_row(count, [=](std::size_t i, auto part) HWY_ATTR {
      store(kFloats, act(hn::Add(load(sums + i, part), load(bias + i, part))), y + i, part);
    });
  }
}

void add_bias(const float* sums, const float* bias, int n, Activation activation, float* y) {
  switch (activation) {
    case Activation::none: return add_bias_then(sums, bias, n, y, [](Float v) HWY_ATTR { return v; });
    case Activation::gelu: return add_bias_then(sums, bias, n, y, [](Float v) HWY_ATTR { return gelu(v); });
    case Activation::relu: return add_bias_then(sums, bias, n, y, [](Float v) HWY_ATTR { return at_least(0, v); });
    case Activation::tanh: return add_bias_then(sums, bias, n, y, [](Float v) HWY_ATTR { return tanh(v); });
  }
}

void accumulate(const float* sums, const float* bias, int n, float* y) {
  const auto count = static_cast<std::size_t>(n);
  if (bias == nullptr) {
    for_row(count, [=](std::size_t i, auto part)
                       HWY_ATTR { store(kFloats, hn::Add(load(y + i, part), load(sums + i, part)), y + i, part); });
  } else {
    for_row(count, [=](std::size_t i, auto part) HWY_ATTR {
      const Float more = hn::Add(load(sums + i, part), load(bias + i, part));
      store(kFloats, hn::Add(load(y + i, part), more), y + i, part);
    });
  }
}

// In integers: half of what is cut off is added, less one bit where the rest is even.
void to_bf16(const float* x, int n, std::uint16_t* y) {
  const hn::RebindToUnsigned<Floats> bits;
  const hn::Rebind<std::uint16_t, Floats> halves;
  for_row(static_cast<std::size_t>(n), [=](std::size_t i, auto part) HWY_ATTR {
    const Float v = load(x + i, part);
    const auto b = hn::BitCast(bits, v);
    const auto odd = hn::And(hn::ShiftRight<16>(b), hn::Set(bits, 1));
    const auto rounded = hn::Add(hn::Add(b, hn::Set(bits, 0x7FFF)), odd);
    const auto quiet = hn::Or(b, hn::Set(bits, 0x400000));  // a NaN must not become an infinity
    const auto kept = hn::IfThenElse(hn::RebindMask(bits, hn::IsNaN(v)), quiet, rounded);
    store(halves, hn::TruncateTo(halves, hn::ShiftRight<16>(kept)), y + i, part);
  });
}

void from_bf16(const std::uint16_t* x, int n, float* y) {
  const hn::RebindToUnsigned<Floats> bits;
  for_row(static_cast<std::size_t>(n), [=](std::size_t i, auto part) HWY_ATTR {
    store(kFloats, hn::BitCast(kFloats, hn::ShiftLeft<16>(hn::PromoteTo(bits, load(x + i, part)))), y + i, part);
  });
}

// The exponent's bias is 15 in a half and 127 in a float.
void from_f16(const std::uint16_t* x, int n, float* y) {
  const hn::RebindToUnsigned<Floats> bits;
  for_row(static_cast<std::size_t>(n), [=](std::size_t i, auto part) HWY_ATTR {
    const auto half = hn::PromoteTo(bits, load(x + i, part));
    const auto magnitude = hn::And(half, hn::Set(bits, 0x7FFF));
    const auto shifted = hn::ShiftLeft<13>(magnitude);
    const auto normal = hn::Add(shifted, hn::Set(bits, (127 - 15) << 23));
    const auto subnormal = hn::BitCast(  // mantissa · 2^-24
        bits, hn::Mul(hn::ConvertTo(kFloats, hn::BitCast(kInts, magnitude)), hn::Set(kFloats, 0x1p-24F)));
    const auto not_finite = hn::Or(shifted, hn::Set(bits, 0x7F800000));
    const auto below = hn::Lt(magnitude, hn::Set(bits, 0x0400)), above = hn::Gt(magnitude, hn::Set(bits, 0x7BFF));
    const auto value = hn::IfThenElse(above, not_finite, hn::IfThenElse(below, subnormal, normal));
    const auto sign = hn::ShiftLeft<16>(hn::Xor(half, magnitude));
    store(kFloats, hn::BitCast(kFloats, hn::Or(value, sign)), y + i, part);
  });
}

void from_int8(const std::int8_t* x, int n, float scale, float* y) {
  const Float factor = hn::Set(kFloats, scale);
  for_row(static_cast<std::size_t>(n), [=](std::size_t i, auto part) HWY_ATTR {
    const auto whole = hn::PromoteTo(kInts, load(x + i, part));
    store(kFloats, hn::Mul(hn::ConvertTo(kFloats, whole), factor), y + i, part);
  });
}

// The nearest integer, ties to even, for |v| < 2^22.
HWY_INLINE Int nearest(Float v) {
#if HWY_TARGET == HWY_SCALAR || HWY_TARGET == HWY_EMU128
  const Float magic = hn::Set(kFloats, 12582912.0F);  // NearestInt there adds 0.5, which rounds 0.49999997 up
  return hn::Sub(hn::BitCast(kInts, hn::Add(v, magic)), hn::BitCast(kInts, magic));
#else
  return hn::NearestInt(v);
#endif
}

// The bits are the same on every target: no product here is followed by a sum, so none can be fused with it.
float quantize(const float* x, int n, std::uint8_t* y) {
  constexpr float kLeast = 0x1p-100F;  // rows below it count as zeros: their scale would lose its precision
  constexpr std::int32_t kInfinity = 0x7F800000;
  const auto count = static_cast<std::size_t>(n);
  const hn::Rebind<std::uint8_t, Floats> bytes;

  // Without their sign, floats are in the order of their bits, and NaNs come after infinity.
  const auto magnitude = [=](std::size_t i, auto part)
                             HWY_ATTR { return hn::BitCast(kInts, hn::Abs(load(x + i, part))); };
  Int most = hn::Zero(kInts), more = most;
  std::size_t paired = 0;
  for (; paired + 2 * kLanes <= count; paired += 2 * kLanes) {
    most = hn::Max(most, magnitude(paired, Whole()));
    more = hn::Max(more, magnitude(paired + kLanes, Whole()));
  }
  for_row(count - paired,
          [&](std::size_t i, auto part) HWY_ATTR { most = hn::Max(most, magnitude(paired + i, part)); });
  most = hn::Max(most, more);
  const std::int32_t most_bits = hn::GetLane(hn::MaxOfLanes(kInts, most));
  float largest = 0;
  std::memcpy(&largest, &most_bits, sizeof largest);

  const bool finite = most_bits < kInfinity, zeros = !finite || largest < kLeast;
  const Float inverse = hn::Set(kFloats, zeros ? 0.0F : 127.0F / largest);
  const Int middle = hn::Set(kInts, 128);
  for_row(count, [=](std::size_t i, auto part) HWY_ATTR {
    const Int level = zeros ? middle : hn::Add(nearest(hn::Mul(load(x + i, part), inverse)), middle);
    store(bytes, hn::TruncateTo(bytes, hn::BitCast(hn::RebindToUnsigned<Floats>(), level)), y + i, part);
  });
  if (!finite) return std::numeric_limits<float>::quiet_NaN();
  return zeros ? 0.0F : largest / 127.0F;
}

void dequantize(const std::int32_t* sums, float row_scale, const float* col_scale, const std::int32_t* col_sum, int n,
                float* y) {
  const Float row = hn::Set(kFloats, row_scale);
  for_row(static_cast<std::size_t>(n), [=](std::size_t i, auto part) HWY_ATTR {
    const Int sum = hn::Sub(load(sums + i, part), hn::ShiftLeft<7>(load(col_sum + i, part)));
    const Float scale = hn::Mul(row, load(col_scale + i, part));
    store(kFloats, hn::Mul(scale, hn::ConvertTo(kFloats, sum)), y + i, part);
  });
}

}  // namespace hearken::nn::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace hearken::nn::kernels {

HWY_EXPORT(layer_norm);
HWY_EXPORT(add_bias);
HWY_EXPORT(accumulate);
HWY_EXPORT(dot);
HWY_EXPORT(to_bf16);
HWY_EXPORT(from_bf16);
HWY_EXPORT(from_f16);
HWY_EXPORT(from_int8);
HWY_EXPORT(quantize);
HWY_EXPORT(dequantize);

void layer_norm(const float* x, int n, const float* gamma, const float* beta, float epsilon, float* y) {
  HWY_DYNAMIC_DISPATCH(layer_norm)(x, n, gamma, beta, epsilon, y);
}

void add_bias(const float* sums, const float* bias, int n, Activation activation, float* y) {
  HWY_DYNAMIC_DISPATCH(add_bias)(sums, bias, n, activation, y);
}

void accumulate(const float* sums, const float* bias, int n, float* y) {
  HWY_DYNAMIC_DISPATCH(accumulate)(sums, bias, n, y);
}

float dot(const float* x, const float* y, int n) { return HWY_DYNAMIC_DISPATCH(dot)(x, y, n); }

void to_bf16(const float* x, int n, std::uint16_t* y) { HWY_DYNAMIC_DISPATCH(to_bf16)(x, n, y); }

void from_bf16(const std::uint16_t* x, int n, float* y) { HWY_DYNAMIC_DISPATCH(from_bf16)(x, n, y); }

void from_f16(const std::uint16_t* x, int n, float* y) { HWY_DYNAMIC_DISPATCH(from_f16)(x, n, y); }

void from_int8(const std::int8_t* x, int n, float scale, float* y) { HWY_DYNAMIC_DISPATCH(from_int8)(x, n, scale, y); }

float quantize(const float* x, int n, std::uint8_t* y) { return HWY_DYNAMIC_DISPATCH(quantize)(x, n, y); }

void dequantize(const std::int32_t* sums, float row_scale, const float* col_scale, const std::int32_t* col_sum, int n,
                float* y) {
  HWY_DYNAMIC_DISPATCH(dequantize)(sums, row_scale, col_scale, col_sum, n, y);
}

}  // namespace hearken::nn::kernels
#endif
