// What the vector kernels share: parts of vectors, the exponential, the error function's GELU. Included once for every
// instruction set (Highway's foreach_target.h), hence the guard of its own kind.
#if defined(HEARKEN_KERNELS_MATH) == defined(HWY_TARGET_TOGGLE)
#ifdef HEARKEN_KERNELS_MATH
#undef HEARKEN_KERNELS_MATH
#else
#define HEARKEN_KERNELS_MATH
#endif

#include <hwy/highway.h>

#include <cstddef>
#include <cstring>

HWY_BEFORE_NAMESPACE();
namespace hearken::nn::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using Floats = hn::ScalableTag<float>;
using Ints = hn::RebindToSigned<Floats>;
using Float = hn::Vec<Floats>;
using Int = hn::Vec<Ints>;
constexpr Floats kFloats;
constexpr Ints kInts;
constexpr std::size_t kLanes = hn::MaxLanes(kFloats);  // known when compiled, on every target that is built

// How much of a vector is meant: all of it, or its first lanes.
struct Whole {};
struct Part {
  std::size_t lanes;  // 1 to kLanes - 1
};

// Masked loads and stores that do not touch what is masked out are there from AVX2 on.
#define HEARKEN_HAVE_MASKED_MEMORY (HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX2)

template <class T>
HWY_INLINE hn::Vec<hn::Rebind<T, Floats>> load(const T* from, Whole) {
  return hn::LoadU(hn::Rebind<T, Floats>(), from);
}
template <class T>
HWY_INLINE hn::Vec<hn::Rebind<T, Floats>> load(const T* from, Part part) {
  const hn::Rebind<T, Floats> d;
#if HEARKEN_HAVE_MASKED_MEMORY
  if constexpr (sizeof(T) == sizeof(float)) return hn::MaskedLoad(hn::FirstN(d, part.lanes), d, from);
#endif
  HWY_ALIGN T lanes[kLanes] = {};
  std::memcpy(lanes, from, part.lanes * sizeof(T));
  return hn::Load(d, lanes);
}

template <class D>
HWY_INLINE void store(D d, hn::Vec<D> v, hn::TFromD<D>* to, Whole) {
  hn::StoreU(v, d, to);
}
template <class D>
HWY_INLINE void store(D d, hn::Vec<D> v, hn::TFromD<D>* to, Part part) {
#if HEARKEN_HAVE_MASKED_MEMORY
  if constexpr (sizeof(hn::TFromD<D>) == sizeof(float)) return hn::BlendedStore(v, hn::FirstN(d, part.lanes), d, to);
#endif
  HWY_ALIGN hn::TFromD<D> lanes[kLanes];
  hn::Store(v, d, lanes);
  std::memcpy(to, lanes, part.lanes * sizeof(hn::TFromD<D>));
}

// `other` in the lanes that are not meant.
HWY_INLINE Float or_else(Float v, Float, Whole) { return v; }
HWY_INLINE Float or_else(Float v, Float other, Part part) {
  return hn::IfThenElse(hn::FirstN(kFloats, part.lanes), v, other);
}

/// Calls body(i, Whole) for every vector of a row, then body(i, Part) for the rest.
template <class Body>
HWY_INLINE void for_row(std::size_t n, const Body& body) {
  std::size_t i = 0;
  for (; i + kLanes <= n; i += kLanes) body(i, Whole());
  if (i < n) body(i, Part{n - i});
}

// The larger one; a NaN in v stays one.
HWY_INLINE Float at_least(float low, Float v) {
  const Float floor = hn::Set(kFloats, low);
#if HWY_ARCH_X86 && HWY_TARGET < HWY_EMU128
  return hn::Max(floor, v);  // x86 gives the second operand if one is a NaN
#else
  return hn::IfThenElse(hn::Lt(v, floor), floor, v);
#endif
}

// 2^x for x in [-125, 125], to 1.5e-7 of it; a NaN stays one. Coefficients: tools/fit_gelu.py.
HWY_INLINE Float exp2(Float x) {
  // What is added to 1.5 · 2^23 is rounded to an integer, which then stands in the low bits; 127 more, and these are
  // the exponent of a float.
  const Float magic = hn::Set(kFloats, 12582912.0F + 127.0F);
  const Float shifted = hn::Add(x, magic);
  const Float power = hn::BitCast(kFloats, hn::ShiftLeft<23>(hn::BitCast(kInts, shifted)));
  const Float f = hn::Sub(x, hn::Sub(shifted, magic));
  Float q = hn::Set(kFloats, 1.559467637e-04F);
  q = hn::MulAdd(q, f, hn::Set(kFloats, 1.340664341e-03F));
  q = hn::MulAdd(q, f, hn::Set(kFloats, 9.617692791e-03F));
  q = hn::MulAdd(q, f, hn::Set(kFloats, 5.550310388e-02F));
  q = hn::MulAdd(q, f, hn::Set(kFloats, 2.402265221e-01F));
  q = hn::MulAdd(q, f, hn::Set(kFloats, 6.931472421e-01F));
  return hn::MulAdd(hn::Mul(q, f), power, power);  // (1 + f·q) · 2^(x - f)
}

// max(x, 0) - t·Q(t) with t = |x| and Q(t) = erfc(t/√2)/2 ≈ ((end - t)·r(t))⁴: see tools/fit_gelu.py.
HWY_INLINE Float gelu(Float x) {
  const Float end = hn::Set(kFloats, 6.5703125F);
  const Float t = hn::Min(hn::Abs(x), end);
  Float r = hn::Set(kFloats, 7.934078283e-09F);
  r = hn::MulAdd(r, t, hn::Set(kFloats, -1.917211279e-07F));
  r = hn::MulAdd(r, t, hn::Set(kFloats, 1.644888698e-06F));
  r = hn::MulAdd(r, t, hn::Set(kFloats, -3.933594598e-06F));
  r = hn::MulAdd(r, t, hn::Set(kFloats, -1.794374657e-05F));
  r = hn::MulAdd(r, t, hn::Set(kFloats, 4.152811380e-05F));
  r = hn::MulAdd(r, t, hn::Set(kFloats, 5.105633172e-04F));
  r = hn::MulAdd(r, t, hn::Set(kFloats, -6.063710898e-04F));
  r = hn::MulAdd(r, t, hn::Set(kFloats, -8.558333851e-03F));
  r = hn::MulAdd(r, t, hn::Set(kFloats, -6.050129421e-03F));
  r = hn::MulAdd(r, t, hn::Set(kFloats, 1.279842407e-01F));
  const Float p = hn::Mul(hn::Sub(end, t), r);
  const Float p2 = hn::Mul(p, p);
  return hn::NegMulAdd(hn::Mul(p2, p2), t, at_least(0, x));
}

// (1 - e) / (1 + e) with e = exp(-2·|x|), and x's sign.
HWY_INLINE Float tanh(Float x) {
  constexpr float kTwoLog2E = 2.885390082F;
  const Float one = hn::Set(kFloats, 1.0F);
  const Float e = exp2(at_least(-30, hn::Mul(hn::Abs(x), hn::Set(kFloats, -kTwoLog2E))));
  return hn::CopySign(hn::Div(hn::Sub(one, e), hn::Add(one, e)), x);
}

}  // namespace hearken::nn::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
