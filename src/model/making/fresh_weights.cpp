// Drawing them.
#include "model/making/fresh_weights.h"

#include <cmath>
#include <cstddef>
#include <numbers>

#include "core/split_mix.h"

namespace hearken::model {
namespace {

// Above 0, at most 1.
double unit(std::uint64_t bits) { return static_cast<double>((bits >> 11) + 1) * 0x1p-53; }

}  // namespace

std::vector<float> fresh_matrix(std::uint64_t seed, std::string_view name, int out, int in) {
  std::uint64_t state = split_mix(seed + kSplitMixStep);
  for (const char c : name) state = split_mix(state + kSplitMixStep + static_cast<unsigned char>(c));
  const double deviation = 1 / std::sqrt(static_cast<double>(in));
  std::vector<float> values(static_cast<std::size_t>(out) * static_cast<std::size_t>(in));
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double radius = unit(split_mix(state + (2 * i + 1) * kSplitMixStep)),
                 angle = unit(split_mix(state + (2 * i + 2) * kSplitMixStep));
    values[i] =
        static_cast<float>(deviation * std::sqrt(-2 * std::log(radius)) * std::cos(2 * std::numbers::pi * angle));
  }
  return values;
}

}  // namespace hearken::model
