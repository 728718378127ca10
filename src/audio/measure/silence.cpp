// libebur128's momentary loudness, a tenth of a second at a time.
#include "audio/measure/silence.h"

#include <ebur128.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <memory>
#include <new>

namespace hearken::audio {
namespace {

constexpr int kLowestWeightedRate = 4000;  // Hz
constexpr std::size_t kSteps = 4;          // of 0.1 s in a block

struct Free {
  void operator()(ebur128_state* state) const { ebur128_destroy(&state); }
};

bool is_faint(std::span<const float> step) {
  double square = 0;
  for (const float x : step) square += static_cast<double>(x) * static_cast<double>(x);
  return square <= std::pow(10.0, kSilenceLufs / 10) * static_cast<double>(step.size());
}

double momentary(ebur128_state& state) {
  double lufs = -HUGE_VAL;
  ebur128_loudness_momentary(&state, &lufs);
  return lufs;
}

}  // namespace

bool is_silent(std::span<const float> mono, int sample_rate_hz) {
  const std::size_t step = std::max<std::size_t>(1, static_cast<std::size_t>(sample_rate_hz) / 10);
  const bool weighted = sample_rate_hz >= kLowestWeightedRate;
  std::unique_ptr<ebur128_state, Free> state;
  if (weighted) {
    state.reset(ebur128_init(1, static_cast<unsigned long>(sample_rate_hz), EBUR128_MODE_M));
    if (state == nullptr) throw std::bad_alloc();
  }
  std::size_t steps = 0;
  for (std::size_t at = 0; at < mono.size(); at += step) {
    const std::span<const float> some = mono.subspan(at, std::min(step, mono.size() - at));
    if (!weighted) {
      if (!is_faint(some)) return false;
      continue;
    }
    if (ebur128_add_frames_float(state.get(), some.data(), some.size()) != EBUR128_SUCCESS) throw std::bad_alloc();
    if (++steps >= kSteps && momentary(*state) > kSilenceLufs) return false;
  }
  // A shorter sound fills a part of the block only: its own level is so much higher.
  if (!weighted || steps >= kSteps || mono.empty()) return true;
  const double filled = static_cast<double>(mono.size()) / static_cast<double>(kSteps * step);
  return momentary(*state) - 10 * std::log10(filled) <= kSilenceLufs;
}

}  // namespace hearken::audio
