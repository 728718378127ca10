// Weights to begin training with: the same numbers for the same seed, on every machine that computes as IEEE 754 says.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace hearken::model {

/// A linear layer's matrix [out, in], row-major: normal with mean 0 and deviation 1/√in, so that the layer keeps the
/// size of what passes it.
///
/// Number i is a function of seed, name and i alone: SplitMix64's outputs 2i and 2i + 1 (Steele, Lea & Flood 2014) from
/// a state mixed of seed and name, as two uniform numbers into a normal one (Box & Muller 1958, the cosine).
std::vector<float> fresh_matrix(std::uint64_t seed, std::string_view name, int out, int in);

}  // namespace hearken::model
