// Written by tools/events/fit.py. Inputs are those of Evidence, in its order, not standardised.
#pragma once

#include <array>
#include <cstddef>

namespace hearken::tasks {

inline constexpr std::array<std::array<double, 12>, 1> kEventHidden{};
inline constexpr std::array<double, 1> kEventHiddenBias{};
inline constexpr std::array<double, 1> kEventOutput{};
inline constexpr double kEventOutputBias = 0;

}  // namespace hearken::tasks
