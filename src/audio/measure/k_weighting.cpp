// The filters' coefficients, and the vector code that runs over them.
//
// A recursive filter is a chain of additions that wait for each other. Here the lanes are steps of a tenth of a second,
// which makes eight chains; libebur128, sample after sample, took six times as long, more than half of all measuring.
#include "audio/measure/k_weighting.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/cpu/isa.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "audio/measure/k_weighting.cpp"
#include <hwy/foreach_target.h>  // compiles this file once per instruction set, and comes before the next
//
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace hearken::audio::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

using D = hn::CappedTag<double, 4>;
using V = hn::Vec<D>;
using Floats = hn::Rebind<float, D>;

constexpr std::size_t kBlock = 16;  // frames that are put side by side at a time

// Both filters in the transposed direct form II, and the sum of squares.
struct Lanes {
  V shelf_1, shelf_2, high_1, high_2, squares;
};

HWY_INLINE void filter(const KWeighting& k, V x, Lanes& lanes) {
  const D d;
  const V y = hn::MulAdd(hn::Set(d, k.b0), x, lanes.shelf_1);
  lanes.shelf_1 = hn::NegMulAdd(hn::Set(d, k.a1), y, hn::MulAdd(hn::Set(d, k.b1), x, lanes.shelf_2));
  lanes.shelf_2 = hn::NegMulAdd(hn::Set(d, k.a2), y, hn::Mul(hn::Set(d, k.b2), x));
  const V z = hn::Add(y, lanes.high_1);
  lanes.high_1 = hn::NegMulAdd(hn::Set(d, k.high_a1), z, hn::NegMulAdd(hn::Set(d, 2.0), y, lanes.high_2));
  lanes.high_2 = hn::NegMulAdd(hn::Set(d, k.high_a2), z, y);
  lanes.squares = hn::MulAdd(z, z, lanes.squares);
}

// Frames `from` to `until` of all steps, the first of which begins at `samples`.
HWY_INLINE void run(const KWeighting& k, const float* samples, std::size_t channels, std::size_t step, std::size_t from,
                    std::size_t until, std::size_t first, Lanes& a, Lanes& b) {
  const Floats floats;
  const D d;
  const std::size_t lanes = hn::Lanes(d);
  HWY_ALIGN float block[kBlock * kStepsAtOnce];
  for (std::size_t at = from; at < until; at += kBlock) {
    const std::size_t frames = std::min(kBlock, until - at);
    for (std::size_t s = 0; s < 2 * lanes; ++s) {
      const float* in = samples + ((first + s) * step + at) * channels;
      for (std::size_t i = 0; i < frames; ++i) block[i * 2 * lanes + s] = in[i * channels];
    }
    for (std::size_t i = 0; i < frames; ++i) {
      filter(k, hn::PromoteTo(d, hn::Load(floats, block + 2 * i * lanes)), a);
      filter(k, hn::PromoteTo(d, hn::Load(floats, block + (2 * i + 1) * lanes)), b);
    }
  }
}

void Squares(const KWeighting& k, const float* samples, std::size_t channels, std::size_t step, double* sums) {
  const D d;
  const std::size_t lanes = hn::Lanes(d);
  const V zero = hn::Zero(d);
  for (std::size_t first = 0; first < kStepsAtOnce; first += 2 * lanes) {
    Lanes a{zero, zero, zero, zero, zero}, b = a;
    run(k, samples, channels, step, step / 2, step, first, a, b);
    a.squares = b.squares = zero;
    run(k, samples + step * channels, channels, step, 0, step, first, a, b);
    hn::StoreU(a.squares, d, sums + first);
    hn::StoreU(b.squares, d, sums + first + lanes);
  }
}

}  // namespace
}  // namespace hearken::audio::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace hearken::audio {

HWY_EXPORT(Squares);

KWeighting::KWeighting(int sample_rate_hz) {
  isa_cap();
  const auto tangent = [&](double hz) { return std::tan(std::numbers::pi * hz / sample_rate_hz); };
  constexpr double kGain = 3.999843853973347, kShelfQ = 0.7071752369554196, kHighQ = 0.5003270373238773;
  const double k = tangent(1681.974450955533), lift = std::pow(10.0, kGain / 20),
               middle = std::pow(lift, 0.4996667741545416);
  const double a0 = 1 + k / kShelfQ + k * k;
  b0 = (lift + middle * k / kShelfQ + k * k) / a0;
  b1 = 2 * (k * k - lift) / a0;
  b2 = (lift - middle * k / kShelfQ + k * k) / a0;
  a1 = 2 * (k * k - 1) / a0;
  a2 = (1 - k / kShelfQ + k * k) / a0;
  const double h = tangent(38.13547087602444), high_a0 = 1 + h / kHighQ + h * h;
  high_a1 = 2 * (h * h - 1) / high_a0;
  high_a2 = (1 - h / kHighQ + h * h) / high_a0;
}

void k_weighted_squares(const KWeighting& filters, const float* interleaved, std::size_t channels, std::size_t channel,
                        std::size_t step, std::span<double, kStepsAtOnce> sums) {
  HWY_DYNAMIC_DISPATCH(Squares)(filters, interleaved + channel, channels, step, sums.data());
}

}  // namespace hearken::audio
#endif
