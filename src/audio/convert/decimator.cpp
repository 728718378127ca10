// The filter's table, and the sums of products over it.
#include "audio/convert/decimator.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <mutex>
#include <numbers>
#include <numeric>
#include <utility>

#include "core/cpu/isa.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "audio/convert/decimator.cpp"
#include <hwy/foreach_target.h>  // compiles this file once per instruction set, and comes before the next
//
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace hearken::audio::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

// Four sums of `taps` products (a multiple of 8) with the same factors: sample i of sum s is at[i + s * apart].
HWY_INLINE void products(const float* factors, std::size_t taps, const float* at, std::size_t apart, float* sums) {
  const hn::CappedTag<float, 8> d;
  auto s0 = hn::Zero(d), s1 = s0, s2 = s0, s3 = s0;
  for (std::size_t i = 0; i < taps; i += hn::Lanes(d)) {
    const auto f = hn::LoadU(d, factors + i);
    s0 = hn::MulAdd(f, hn::LoadU(d, at + i), s0);
    s1 = hn::MulAdd(f, hn::LoadU(d, at + i + apart), s1);
    s2 = hn::MulAdd(f, hn::LoadU(d, at + i + 2 * apart), s2);
    s3 = hn::MulAdd(f, hn::LoadU(d, at + i + 3 * apart), s3);
  }
  sums[0] = hn::GetLane(hn::SumOfLanes(d, s0));
  sums[1] = hn::GetLane(hn::SumOfLanes(d, s1));
  sums[2] = hn::GetLane(hn::SumOfLanes(d, s2));
  sums[3] = hn::GetLane(hn::SumOfLanes(d, s3));
}

// Outputs of the same phase lie `down` samples apart, and are computed together.
void Decimate(const PolyphaseFilter& filter, const float* in, std::size_t lots, float* out) {
  const auto& [up, down, taps, factors] = filter;
  for (std::size_t lot = 0; lot < lots; ++lot, in += 4 * down, out += 4 * up) {
    for (std::size_t k = 0; k < up; ++k) {
      const std::size_t place = k * down;
      float sums[4];
      products(factors.data() + place % up * taps, taps, in + place / up, down, sums);
      for (std::size_t s = 0; s < 4; ++s) out[s * up + k] = sums[s];
    }
  }
}

// Every second sample after a symmetric filter whose even taps are 0 but for the middle one, which is a half. Output n
// is centred on in[2 · n + kHalfReach]. `count` is a multiple of 8.
void Halve(const float* factors, const float* in, std::size_t count, float* out) {
  const hn::CappedTag<float, 8> d;
  const std::size_t lanes = hn::Lanes(d);
  constexpr std::size_t kMost = 512, kRoom = kMost + kHalfReach + 1;
  HWY_ALIGN float even[kRoom], odd[kRoom];
  for (std::size_t at = 0; at < count; at += kMost) {
    const std::size_t some = std::min(kMost, count - at);
    for (std::size_t i = 0; i < some + kHalfReach; ++i) {
      even[i] = in[2 * (at + i)];
      odd[i] = in[2 * (at + i) + 1];
    }
    for (std::size_t n = 0; n < some; n += lanes) {
      auto sum = hn::Mul(hn::Set(d, 0.5F), hn::LoadU(d, odd + n + kHalfReach / 2));
      for (std::size_t j = 0; j < kHalfFactors; ++j) {
        const auto pair =
            hn::Add(hn::LoadU(d, even + n + kHalfReach / 2 - j), hn::LoadU(d, even + n + kHalfReach / 2 + 1 + j));
        sum = hn::MulAdd(hn::Set(d, factors[j]), pair, sum);
      }
      hn::StoreU(sum, d, out + at + n);
    }
  }
}

}  // namespace
}  // namespace hearken::audio::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace hearken::audio {
namespace {

HWY_EXPORT(Decimate);
HWY_EXPORT(Halve);

constexpr double kStopDecibels = 90,
                 kTransition = 0.1;  // of half the lower rate, on both sides of it
constexpr std::size_t kPhasesAtMost = 640, kTogether = 4;

bool halves(int in_rate_hz, int out_rate_hz) { return in_rate_hz % 2 == 0 && in_rate_hz >= 4 * out_rate_hz; }

// Kaiser's window for kStopDecibels, -1 to 1.
double kaiser(double at) {
  constexpr double kBeta = 0.1102 * (kStopDecibels - 8.7);
  static const double middle = std::cyl_bessel_i(0, kBeta);
  return std::abs(at) < 1 ? std::cyl_bessel_i(0, kBeta * std::sqrt(1 - at * at)) / middle : 0;
}

// At 1, 3, 5, … samples from the middle. 90 dB down from 0.36 of the rate on: what is folded back to below 1.1 times
// half the lower rate comes from above 0.36, as no less than four times the lower rate is halved.
const std::array<float, kHalfFactors>& half_factors() {
  static const std::array<float, kHalfFactors> made = [] {
    std::array<float, kHalfFactors> out{};
    for (std::size_t j = 0; j < kHalfFactors; ++j) {
      const double at = static_cast<double>(2 * j + 1), x = std::numbers::pi * at / 2;
      out[j] = static_cast<float>(std::sin(x) / x / 2 * kaiser(at / (kHalfReach + 1)));
    }
    return out;
  }();
  return made;
}

std::shared_ptr<const PolyphaseFilter> polyphase_filter(int in_rate_hz, int out_rate_hz) {
  static std::mutex mutex;
  static std::map<std::pair<int, int>, std::shared_ptr<const PolyphaseFilter>> kept;
  std::lock_guard lock(mutex);
  if (const auto found = kept.find({in_rate_hz, out_rate_hz}); found != kept.end()) return found->second;
  if (kept.size() >= 8) kept.clear();  // more than people have
  isa_cap();
  const int common = std::gcd(in_rate_hz, out_rate_hz);
  auto made = std::make_shared<PolyphaseFilter>();
  made->up = static_cast<std::size_t>(out_rate_hz / common);
  made->down = static_cast<std::size_t>(in_rate_hz / common);
  // Kaiser's formulas.
  const double cutoff = static_cast<double>(out_rate_hz) / in_rate_hz;  // of half the higher rate
  const double length = (kStopDecibels - 7.95) / (14.36 * kTransition * cutoff);
  const double half = length / 2;
  made->taps = (static_cast<std::size_t>(length) + 2 + 7) / 8 * 8;
  for (std::size_t p = 0; p < made->up; ++p) {
    for (std::size_t i = 0; i < made->taps; ++i) {
      const double at = static_cast<double>(i) - static_cast<double>(made->taps / 2 - 1) -
                        static_cast<double>(p) / static_cast<double>(made->up);
      const double x = std::numbers::pi * cutoff * at;
      made->factors.push_back(static_cast<float>(cutoff * (x == 0 ? 1 : std::sin(x) / x) * kaiser(at / half)));
    }
  }
  return kept[{in_rate_hz, out_rate_hz}] = made;
}

}  // namespace

bool Decimator::can(int in_rate_hz, int out_rate_hz) {
  const int common = std::gcd(in_rate_hz, out_rate_hz);
  return in_rate_hz > out_rate_hz && static_cast<std::size_t>(out_rate_hz / common) <= kPhasesAtMost &&
         in_rate_hz / out_rate_hz < 100;
}

Decimator::Decimator(int in_rate_hz, int out_rate_hz)
    : halves_(halves(in_rate_hz, out_rate_hz)),
      filter_(polyphase_filter(halves_ ? in_rate_hz / 2 : in_rate_hz, out_rate_hz)),
      wide_(kHalfReach, 0.0F),
      waiting_(filter_->taps / 2 - 1, 0.0F) {}

void Decimator::take(std::span<const float> samples) {
  if (!halves_) {
    waiting_.insert(waiting_.end(), samples.begin(), samples.end());
    return;
  }
  wide_.insert(wide_.end(), samples.begin(), samples.end());
  constexpr std::size_t kReach = 2 * kHalfReach, kLanes = 8;
  if (wide_.size() < kReach + 2 * kLanes) return;
  const std::size_t count = (wide_.size() - kReach) / 2 / kLanes * kLanes, before = waiting_.size();
  waiting_.resize(before + count);
  HWY_DYNAMIC_DISPATCH(Halve)(half_factors().data(), wide_.data(), count, waiting_.data() + before);
  wide_.erase(wide_.begin(), wide_.begin() + static_cast<std::ptrdiff_t>(2 * count));
}

void Decimator::make(std::size_t lots, std::vector<float>& out) {
  const std::size_t begin = out.size();
  out.resize(begin + lots * kTogether * filter_->up);
  HWY_DYNAMIC_DISPATCH(Decimate)(*filter_, waiting_.data(), lots, out.data() + begin);
  waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(lots * kTogether * filter_->down));
  made_ += lots * kTogether * filter_->up;
}

void Decimator::push(std::span<const float> samples, std::vector<float>& out) {
  take(samples);
  heard_ += samples.size();
  const std::size_t lot = kTogether * filter_->down;  // the last of its outputs reaches `taps` samples beyond it
  if (waiting_.size() >= lot + filter_->taps) make((waiting_.size() - filter_->taps) / lot, out);
}

void Decimator::finish(std::vector<float>& out) {
  const std::size_t up = filter_->up, down = filter_->down * (halves_ ? 2 : 1);
  const std::uint64_t all = (2 * heard_ * up + down) / (2 * down);
  const std::size_t end = out.size() + (all > made_ ? static_cast<std::size_t>(all - made_) : 0);
  const std::vector<float> silence(1024, 0.0F);
  while (made_ < all) {
    while (waiting_.size() < kTogether * filter_->down + filter_->taps) take(silence);
    make(1, out);
  }
  out.resize(end);
}

}  // namespace hearken::audio
#endif
