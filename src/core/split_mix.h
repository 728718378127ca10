// SplitMix64: numbers that follow from a seed alone, the same everywhere.
//
// Source: Steele, Lea & Flood, "Fast splittable pseudorandom number generators" (OOPSLA 2014). The n-th number of a
// seed is split_mix(seed + n · kSplitMixStep), n from 1.
#pragma once

#include <cstdint>

namespace hearken {

inline constexpr std::uint64_t kSplitMixStep = 0x9E3779B97F4A7C15;  // 2^64 over the golden ratio, odd

/// The output for a state: every bit of it depends on every bit of the state, and no two states share one.
constexpr std::uint64_t split_mix(std::uint64_t state) noexcept {
  state = (state ^ (state >> 30U)) * 0xBF58476D1CE4E5B9;
  state = (state ^ (state >> 27U)) * 0x94D049BB133111EB;
  return state ^ (state >> 31U);
}

}  // namespace hearken
