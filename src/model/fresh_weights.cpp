// Drawing them.
#include "model/fresh_weights.h"

#include <cmath>
#include <cstddef>
#include <numbers>

namespace hearken::model {
namespace {

constexpr std::uint64_t kGolden = 0x9E3779B97F4A7C15;  // 2^64 over the golden ratio, SplitMix64's step

// SplitMix64's output for a state.
std::uint64_t mixed(std::uint64_t z) {
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
  return z ^ (z >> 31);
}

// Above 0, at most 1.
double unit(std::uint64_t bits) { return static_cast<double>((bits >> 11) + 1) * 0x1p-53; }

}  // namespace

std::vector<float> fresh_matrix(std::uint64_t seed, std::string_view name, int out, int in) {
  std::uint64_t state = mixed(seed + kGolden);
  for (const char c : name) state = mixed(state + kGolden + static_cast<unsigned char>(c));
  const double deviation = 1 / std::sqrt(static_cast<double>(in));
  std::vector<float> values(static_cast<std::size_t>(out) * static_cast<std::size_t>(in));
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double radius = unit(mixed(state + (2 * i + 1) * kGolden)),
                 angle = unit(mixed(state + (2 * i + 2) * kGolden));
    values[i] =
        static_cast<float>(deviation * std::sqrt(-2 * std::log(radius)) * std::cos(2 * std::numbers::pi * angle));
  }
  return values;
}

}  // namespace hearken::model
