// Descriptions and synthesised sounds.
#include "model/check_inputs.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <numbers>

namespace hearken::model {
namespace {

constexpr double kTurn = 2 * std::numbers::pi;

// Marsaglia's xorshift; evenly spread over -1 to 1.
class Noise {
 public:
  double operator()() {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 7;
    state_ ^= state_ << 17;
    return static_cast<double>(state_ >> 11) * 0x1p-52 - 1;
  }

 private:
  std::uint64_t state_ = 0x9E3779B97F4A7C15;
};

double tone(double t, double hz) { return std::sin(kTurn * hz * t); }

// Since the last beat, in seconds.
double since_beat(double t, double per_second) { return std::fmod(t, 1 / per_second); }

// A sine whose pitch goes from one to the other in `seconds`, again and again.
double glide(double t, double from_hz, double to_hz, double seconds) {
  const double u = std::fmod(t, seconds);
  return std::sin(kTurn * (from_hz * u + (to_hz - from_hz) * u * u / (2 * seconds)));
}

}  // namespace

std::span<const std::string> check_texts() {
  static const std::string texts[] = {
      "a dog barking",
      "heavy rain on a tin roof",
      "a woman singing without accompaniment",
      "distorted electric guitar solo",
      "a car engine starting",
      "children laughing in a playground",
      "slow sad piano",
      "a crowd cheering in a stadium",
      "thunder far away",
      "typing on a keyboard",
      "fast drum and bass",
      "a baby crying",
      "church bells",
      "a man speaking calmly",
      "waves on a beach",
      "a chainsaw",
      "string quartet",
      "birds at dawn in a forest",
      "a door slammed shut",
      "eight-bit video game music",
      "a helicopter overhead",
      "bacon frying in a pan",
      "hip hop beat with deep bass",
      "silence",
  };
  return texts;
}

std::vector<std::vector<float>> check_sounds(int sample_rate_hz, std::size_t samples) {
  Noise noise;
  double low = 0, bright = 0;  // the noise's low half, and what is left
  const std::function<double(double t)> sounds[] = {
      [](double t) { return tone(t, 220); },
      [](double t) { return tone(t, 3000); },
      [](double t) { return tone(t, 261.6) / 3 + tone(t, 329.6) / 3 + tone(t, 392) / 3; },
      [](double t) { return tone(t, 110) > 0 ? 0.6 : -0.6; },
      [&](double) { return noise(); },
      [&](double) { return 4 * (low += 0.02 * (noise() - low)); },
      [&](double) {
        const double x = noise();
        bright += 0.7 * (x - bright);
        return x - bright;
      },
      [](double t) { return since_beat(t, 4) < 0.001 ? 1 : 0; },
      [&](double t) { return noise() * std::exp(-30 * since_beat(t, 2)); },
      [](double t) { return tone(since_beat(t, 2), 60) * std::exp(-12 * since_beat(t, 2)); },
      [](double t) { return glide(t, 200, 6000, 1); },
      [](double t) { return tone(t + 0.02 * tone(t, 0.5), 800) * (0.5 + 0.5 * tone(t, 6)); },
  };
  std::vector<std::vector<float>> out;
  for (const auto& sound : sounds) {
    std::vector<float>& x = out.emplace_back(samples);
    for (std::size_t i = 0; i < samples; ++i)
      x[i] = static_cast<float>(0.5 * std::clamp(sound(static_cast<double>(i) / sample_rate_hz), -1.0, 1.0));
  }
  return out;
}

}  // namespace hearken::model
