// What a model's self-test embeds: things that have nothing to do with each other.
#pragma once

#include <span>
#include <string>
#include <vector>

namespace hearken::model {

/// Two dozen plain descriptions, of music, voices, nature, animals and machines.
std::span<const std::string> check_texts();

/// A dozen sounds, each [samples] at that rate, between -1 and 1: tones, noises, clicks, glides. No silence. The same
/// on every machine, up to the last bits of sin().
std::vector<std::vector<float>> check_sounds(int sample_rate_hz, std::size_t samples);

}  // namespace hearken::model
