// What is made of SplitMix64's bits.
#include "train/random.h"

#include <cmath>
#include <numeric>
#include <utility>

#include "core/split_mix.h"

namespace hearken::train {
Draws::Draws(std::uint64_t seed, Purpose purpose, std::initializer_list<std::uint64_t> place)
    : state_(split_mix(split_mix(seed + kSplitMixStep) + static_cast<std::uint64_t>(purpose) * kSplitMixStep)) {
  for (const std::uint64_t number : place) state_ = split_mix(state_ + (number + 1) * kSplitMixStep);
}

std::uint64_t Draws::bits() { return split_mix(state_ += kSplitMixStep); }

std::uint64_t Draws::below(std::uint64_t count) {
  const std::uint64_t uneven = -count % count;  // 2^64 mod count: as many of the lowest draws are one too many
  for (;;)
    if (const std::uint64_t drawn = bits(); drawn >= uneven) return drawn % count;
}

double Draws::unit() { return static_cast<double>(bits() >> 11) * 0x1p-53; }

double Draws::beta(double a) {
  for (;;) {
    const double x = std::pow(unit(), 1 / a), y = std::pow(unit(), 1 / a);
    if (x + y > 0 && x + y <= 1) return x / (x + y);
  }
}

std::vector<std::size_t> shuffled(std::size_t count, Draws draws) {
  std::vector<std::size_t> out(count);
  std::iota(out.begin(), out.end(), std::size_t{0});
  for (std::size_t i = count; i > 1; --i) std::swap(out[i - 1], out[draws.below(i)]);
  return out;
}

}  // namespace hearken::train
