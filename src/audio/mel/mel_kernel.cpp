// The mel front end's vector code: a frame in each lane, from the samples to the decibels.
//
// Lanes never meet, so a frame's values do not depend on its neighbours. What a model hears is computed in double: a
// float transform's own rounding is 1e-3 dB and more in bins 75 dB below the loudest of their frame. Where that does
// not matter, float takes half the time. T is the one or the other. Why our own FFT: libavutil's has no vector code in
// double and took 2.7 of 3.6 ms for 10 s at 48 kHz; all of this takes 0.8 ms with AVX-512 and 1.3 with AVX2. Of the
// others in Debian KissFFT has none either, and FFTW is under the GPL.
#include "audio/mel/mel_kernel.h"

#include <hwy/aligned_allocator.h>

#include <algorithm>
#include <numbers>
#include <utility>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "audio/mel/mel_kernel.cpp"
#include <hwy/foreach_target.h>  // compiles this file once per instruction set, and comes before the next two
//
#include <hwy/contrib/math/math-inl.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace hearken::audio::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

template <class T>
using Tag = hn::CappedTag<T, 64 / sizeof(T)>;
template <class T>
using Vector = hn::Vec<Tag<T>>;
template <class T>
using Floats = hn::Rebind<float, Tag<T>>;

HWY_INLINE Vector<double> widened(Tag<double> d, const float* from) {
  return hn::PromoteTo(d, hn::LoadU(Floats<double>(), from));
}
HWY_INLINE Vector<float> widened(Tag<float> d, const float* from) { return hn::LoadU(d, from); }
HWY_INLINE hn::Vec<Floats<double>> narrowed(Vector<double> values) { return hn::DemoteTo(Floats<double>(), values); }
HWY_INLINE Vector<float> narrowed(Vector<float> values) { return values; }

// ── the transform; a complex number of all lanes is a vector of real and a vector of imaginary parts ──

template <class T>
HWY_INLINE void load(const T* at, Vector<T>& r, Vector<T>& i) {
  const Tag<T> d;
  r = hn::Load(d, at);
  i = hn::Load(d, at + hn::Lanes(d));
}

template <class T>
HWY_INLINE void store(Vector<T> r, Vector<T> i, T* at) {
  const Tag<T> d;
  hn::Store(r, d, at);
  hn::Store(i, d, at + hn::Lanes(d));
}

// (r, i) times the complex number at `by`.
template <class T>
HWY_INLINE void turn(const T* by, Vector<T>& r, Vector<T>& i) {
  const Tag<T> d;
  const Vector<T> cosine = hn::Set(d, by[0]), sine = hn::Set(d, by[1]), re = r;
  r = hn::NegMulAdd(i, sine, hn::Mul(re, cosine));
  i = hn::MulAdd(i, cosine, hn::Mul(re, sine));
}

// (a, b) becomes (a + b, a - b).
template <class V>
HWY_INLINE void butterfly(V& a, V& b) {
  const V sum = hn::Add(a, b);
  b = hn::Sub(a, b);
  a = sum;
}

// Of four numbers; the bins stand in the order 0, 2, 1, 3.
template <class V>
HWY_INLINE void transform_4(V& r0, V& i0, V& r1, V& i1, V& r2, V& i2, V& r3, V& i3) {
  butterfly(r0, r2);
  butterfly(i0, i2);
  butterfly(r1, r3);
  butterfly(i1, i3);
  butterfly(r0, r1);
  butterfly(i0, i1);
  const V r = r2, i = i2, turned_r = i3, turned_i = r3;  // times -i: (i3, -r3)
  r2 = hn::Add(r, turned_r);
  i2 = hn::Sub(i, turned_i);
  r3 = hn::Sub(r, turned_r);
  i3 = hn::Add(i, turned_i);
}

// The parts of a pass: the numbers at x, x + step, … become their transform, in place and in order.
template <class T>
HWY_INLINE void radix_2(T* x, std::size_t step) {
  Vector<T> r0, i0, r1, i1;
  load(x, r0, i0);
  load(x + step, r1, i1);
  butterfly(r0, r1);
  butterfly(i0, i1);
  store(r0, i0, x);
  store(r1, i1, x + step);
}

template <class T>
HWY_INLINE void radix_4(T* x, std::size_t step) {
  Vector<T> r0, i0, r1, i1, r2, i2, r3, i3;
  load(x, r0, i0);
  load(x + step, r1, i1);
  load(x + 2 * step, r2, i2);
  load(x + 3 * step, r3, i3);
  transform_4(r0, i0, r1, i1, r2, i2, r3, i3);
  store(r0, i0, x);
  store(r2, i2, x + step);
  store(r1, i1, x + 2 * step);
  store(r3, i3, x + 3 * step);
}

// twiddles: what bins 1 to 7 are turned by, or null.
template <class T>
HWY_INLINE void radix_8(T* x, std::size_t step, const T* twiddles) {
  const Tag<T> d;
  const Vector<T> half_root = hn::Set(d, std::numbers::sqrt2_v<T> / 2);
  Vector<T> r0, i0, r1, i1, r2, i2, r3, i3, r4, i4, r5, i5, r6, i6, r7, i7;
  load(x, r0, i0);
  load(x + 4 * step, r4, i4);
  butterfly(r0, r4);
  butterfly(i0, i4);
  load(x + step, r1, i1);
  load(x + 5 * step, r5, i5);
  butterfly(r1, r5);
  butterfly(i1, i5);
  load(x + 2 * step, r2, i2);
  load(x + 6 * step, r6, i6);
  butterfly(r2, r6);
  butterfly(i2, i6);
  load(x + 3 * step, r3, i3);
  load(x + 7 * step, r7, i7);
  butterfly(r3, r7);
  butterfly(i3, i7);
  // The even bins.
  transform_4(r0, i0, r1, i1, r2, i2, r3, i3);
  // The odd ones: the differences turned by no, one, two and three eighths.
  const Vector<T> re5 = r5, re6 = r6, re7 = r7;
  r5 = hn::Mul(half_root, hn::Add(re5, i5));
  i5 = hn::Mul(half_root, hn::Sub(i5, re5));
  r6 = i6;
  i6 = hn::Neg(re6);
  r7 = hn::Mul(half_root, hn::Sub(i7, re7));
  i7 = hn::Neg(hn::Mul(half_root, hn::Add(i7, re7)));
  transform_4(r4, i4, r5, i5, r6, i6, r7, i7);
  if (twiddles != nullptr) {
    turn(twiddles, r4, i4);
    turn(twiddles + 2, r2, i2);
    turn(twiddles + 4, r6, i6);
    turn(twiddles + 6, r1, i1);
    turn(twiddles + 8, r5, i5);
    turn(twiddles + 10, r3, i3);
    turn(twiddles + 12, r7, i7);
  }
  store(r0, i0, x);
  store(r4, i4, x + step);
  store(r2, i2, x + 2 * step);
  store(r6, i6, x + 3 * step);
  store(r1, i1, x + 4 * step);
  store(r5, i5, x + 5 * step);
  store(r3, i3, x + 6 * step);
  store(r7, i7, x + 7 * step);
}

// All passes from `pass` on over one of its blocks. Block after block, so that what a pass left is still in the cache.
template <class T>
void transform(const RealFft<T>& fft, std::size_t pass, T* x) {
  const std::size_t complex = 2 * hn::Lanes(Tag<T>());
  const auto& [length, radix, twiddles] = fft.passes[pass];
  const std::size_t parts = length / radix, step = parts * complex;
  if (radix == 2) return radix_2(x, step);
  if (radix == 4) return radix_4(x, step);
  if (parts == 1) return radix_8<T>(x, step, nullptr);
  const T* factors = fft.twiddles.data() + twiddles;
  for (std::size_t j = 0; j < parts; ++j) radix_8(x + j * complex, step, factors + j * 14);
  for (std::size_t q = 0; q < radix; ++q) transform(fft, pass + 1, x + q * step);
}

// ── before and after it ──

// A frame in each lane: out[i] is sample i of all, times the window. `block` is scratch of twice lanes·lanes.
template <class T>
void gather(const MelTables<T>& tables, const float* const* frames, T* block, T* out) {
  const Tag<T> d;
  const std::size_t lanes = hn::Lanes(d);
  for (std::size_t i = 0; i < tables.fft.n; i += lanes) {
    const Vector<T> window = hn::LoadU(d, tables.window.data() + i);
    T* from = lanes == 1 ? out + i : block;
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      const Vector<T> samples = widened(d, frames[lane] + i);
      hn::Store(hn::Mul(samples, window), d, from + lane * lanes);
    }
#if HWY_TARGET != HWY_SCALAR  // which has one lane and no shuffles
    // A square is transposed by as many perfect shuffles as its side is doublings.
    T* to = block + lanes * lanes;
    for (std::size_t done = 2; done <= lanes; done *= 2) {
      if (done == lanes) to = out + i * lanes;
      for (std::size_t row = 0; row < lanes / 2; ++row) {
        const Vector<T> a = hn::Load(d, from + 2 * row * lanes), b = hn::Load(d, from + (2 * row + 1) * lanes);
        hn::Store(hn::ConcatEven(d, b, a), d, to + row * lanes);
        hn::Store(hn::ConcatOdd(d, b, a), d, to + (row + lanes / 2) * lanes);
      }
      std::swap(from, to);
    }
#endif
  }
}

// From the half-length transform of the halved samples to the power of the real one's bins:
// with Z[k] = z and conj(Z[n/2 - k]) = w, E = z + w and O = -i·(z - w), X[k] = E + turn·O and X[n/2 - k] = conj(E -
// turn·O).
template <class T>
void spectrum(const RealFft<T>& fft, const T* x, std::size_t bins, T* power) {
  const Tag<T> d;
  const std::size_t lanes = hn::Lanes(d), half = fft.n / 2;
  const auto write = [&](std::size_t bin, Vector<T> r, Vector<T> i) HWY_ATTR {
    if (bin < bins) hn::Store(hn::MulAdd(r, r, hn::Mul(i, i)), d, power + bin * lanes);
  };
  for (std::size_t k = 0; k <= half / 2; ++k) {
    Vector<T> a, b, r, i;
    load(x + 2 * lanes * fft.place[k], r, i);
    load(x + 2 * lanes * fft.place[k == 0 ? 0 : half - k], a, b);
    const Vector<T> even_r = hn::Add(r, a), even_i = hn::Sub(i, b);
    Vector<T> odd_r = hn::Add(i, b), odd_i = hn::Sub(a, r);
    turn(fft.turns.data() + 2 * k, odd_r, odd_i);
    write(k, hn::Add(even_r, odd_r), hn::Add(even_i, odd_i));
    write(half - k, hn::Sub(even_r, odd_r), hn::Sub(even_i, odd_i));
  }
}

template <class T>
HWY_INLINE Vector<T> decibels(Tag<T> d, Vector<T> power, Vector<T> floor) {
  power = hn::IfThenElse(hn::Lt(power, floor), floor, power);
  // Highway's logarithm is for finite numbers, within 4 units of the last digit; the others stay what they are.
  return hn::IfThenElse(hn::IsFinite(power),
                        hn::Mul(hn::Set(d, static_cast<T>(10 / std::numbers::ln10)), hn::Log(d, power)), power);
}

// The frame whose centre is sample `centre`: where it lies, or mirrored at the ends into `edge`.
const float* frame_at(std::span<const float> samples, std::size_t centre, std::size_t n, float* edge) {
  const std::size_t half = n / 2, last = samples.size() - 1;
  if (centre >= half && centre + half <= samples.size()) return samples.data() + (centre - half);
  for (std::size_t i = 0; i < n; ++i) {
    const std::size_t from = centre + i;  // half too many, which keeps it unsigned
    const std::size_t at = from < half ? half - from : from - half;
    edge[i] = samples[at > last ? 2 * last - at : at];
  }
  return edge;
}

template <class T>
void log_mel_in(const MelTables<T>& tables, std::span<const float> samples, std::span<float> out) {
  const Tag<T> d;
  const Floats<T> floats;
  const std::size_t lanes = hn::Lanes(d), n = tables.fft.n, count = 1 + samples.size() / tables.hop;
  const std::size_t powers = std::max(tables.bins, 2 * lanes);
  const auto memory = hwy::AllocateAligned<T>((n + powers + n * sizeof(float) / sizeof(T)) * lanes);
  T* const x = memory.get();
  T* const power = x + n * lanes;
  float* const edges = reinterpret_cast<float*>(power + powers * lanes);
  T* const block = power;  // gather() is done before spectrum() begins

  const Vector<T> floor = hn::Set(d, tables.power_floor);
  for (std::size_t t = 0; t < count; t += lanes) {
    const std::size_t frames = std::min(lanes, count - t);
    const float* frame[64 / sizeof(T)];
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      // Lanes without a frame repeat the first one.
      frame[lane] = lane < frames ? frame_at(samples, (t + lane) * tables.hop, n, edges + lane * n) : frame[0];
    }
    gather(tables, frame, block, x);
    transform(tables.fft, 0, x);
    spectrum(tables.fft, x, tables.bins, power);
    for (std::size_t m = 0; m < tables.filters.size(); ++m) {
      const MelFilter& filter = tables.filters[m];
      const T* weights = tables.weights.data() + filter.weights;
      const T* in = power + filter.first_bin * lanes;
      Vector<T> sum = hn::Zero(d);
      for (std::size_t k = 0; k < filter.bins; ++k)
        sum = hn::MulAdd(hn::Set(d, weights[k]), hn::Load(d, in + k * lanes), sum);
      const auto values = narrowed(decibels<T>(d, sum, floor));
      float* const row = out.data() + m * count + t;
      if (frames == lanes) {
        hn::StoreU(values, floats, row);
      } else {
        hn::Store(values, floats, edges);
        std::copy_n(edges, frames, row);
      }
    }
  }
}

void LogMel(const MelTables<double>& tables, std::span<const float> samples, std::span<float> out) {
  log_mel_in(tables, samples, out);
}

void LogMelFast(const MelTables<float>& tables, std::span<const float> samples, std::span<float> out) {
  log_mel_in(tables, samples, out);
}

}  // namespace
}  // namespace hearken::audio::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace hearken::audio {

HWY_EXPORT(LogMel);
HWY_EXPORT(LogMelFast);

void log_mel(const MelTables<double>& tables, std::span<const float> samples, std::span<float> out) {
  HWY_DYNAMIC_DISPATCH(LogMel)(tables, samples, out);
}

void log_mel(const MelTables<float>& tables, std::span<const float> samples, std::span<float> out) {
  HWY_DYNAMIC_DISPATCH(LogMelFast)(tables, samples, out);
}

}  // namespace hearken::audio
#endif
