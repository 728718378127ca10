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

}  // namespace
}  // namespace hearken::audio::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace hearken::audio {
namespace {

HWY_EXPORT(Decimate);

constexpr double kStopDecibels = 90, kTransition = 0.1;  // of half the lower rate, on both sides of it
constexpr std::size_t kPhasesAtMost = 640, kTogether = 4;

// Of order 0.
double bessel(double x) {
  double sum = 1, term = 1;
  for (int k = 1; term > 1e-12 * sum; ++k) sum += term *= x / (2 * k) * (x / (2 * k));
  return sum;
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
  const double beta = 0.1102 * (kStopDecibels - 8.7), half = length / 2;
  made->taps = (static_cast<std::size_t>(length) + 2 + 7) / 8 * 8;
  for (std::size_t p = 0; p < made->up; ++p) {
    for (std::size_t i = 0; i < made->taps; ++i) {
      const double at = static_cast<double>(i) - static_cast<double>(made->taps / 2 - 1) -
                        static_cast<double>(p) / static_cast<double>(made->up);
      const double x = std::numbers::pi * cutoff * at, part = at / half;
      const double window = std::abs(part) < 1 ? bessel(beta * std::sqrt(1 - part * part)) / bessel(beta) : 0;
      made->factors.push_back(static_cast<float>(cutoff * (x == 0 ? 1 : std::sin(x) / x) * window));
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
    : filter_(polyphase_filter(in_rate_hz, out_rate_hz)), waiting_(filter_->taps / 2 - 1, 0.0F) {}

void Decimator::make(std::size_t lots, std::vector<float>& out) {
  const std::size_t begin = out.size();
  out.resize(begin + lots * kTogether * filter_->up);
  HWY_DYNAMIC_DISPATCH(Decimate)(*filter_, waiting_.data(), lots, out.data() + begin);
  waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(lots * kTogether * filter_->down));
  made_ += lots * kTogether * filter_->up;
}

void Decimator::push(std::span<const float> samples, std::vector<float>& out) {
  waiting_.insert(waiting_.end(), samples.begin(), samples.end());
  heard_ += samples.size();
  const std::size_t lot = kTogether * filter_->down;  // the last of its outputs reaches `taps` samples beyond it
  if (waiting_.size() >= lot + filter_->taps) make((waiting_.size() - filter_->taps) / lot, out);
}

void Decimator::finish(std::vector<float>& out) {
  const std::size_t up = filter_->up, down = filter_->down;
  const std::uint64_t all = (2 * heard_ * up + down) / (2 * down);
  const std::size_t end = out.size() + (all > made_ ? static_cast<std::size_t>(all - made_) : 0);
  while (made_ < all) {
    waiting_.resize(std::max(waiting_.size(), kTogether * down + filter_->taps), 0.0F);
    make(1, out);
  }
  out.resize(end);
}

}  // namespace hearken::audio
#endif
