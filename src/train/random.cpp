// SplitMix64, and what is made of its bits.
#include "train/random.h"

#include <cmath>
#include <numeric>
#include <utility>

namespace hearken::train {
namespace {

constexpr std::uint64_t kStep = 0x9E3779B97F4A7C15;  // 2^64 / golden ratio, odd

// MurmurHash3's finalizer with the constants of Stafford's variant 13: every bit of x decides every bit.
std::uint64_t mixed(std::uint64_t x) {
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
  return x ^ (x >> 31);
}

}  // namespace

Draws::Draws(std::uint64_t seed, Purpose purpose, std::initializer_list<std::uint64_t> place)
    : state_(mixed(mixed(seed + kStep) + static_cast<std::uint64_t>(purpose) * kStep)) {
  for (const std::uint64_t number : place) state_ = mixed(state_ + (number + 1) * kStep);
}

std::uint64_t Draws::bits() { return mixed(state_ += kStep); }

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
