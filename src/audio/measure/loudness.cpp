// The channels that surround, and the library's state.
#include "audio/measure/loudness.h"

#include <ebur128.h>

#include <cmath>
#include <cstddef>
#include <new>

namespace hearken::audio {
namespace {

// libebur128 knows the places of up to six channels; of 6.1 and 7.1 in FFmpeg's order they are told here, and what
// there is beyond counts as if it stood in front.
void place_channels(ebur128_state& state, unsigned channels) {
  if (channels < 7) return;
  for (unsigned c = 6; c < channels; ++c) ebur128_set_channel(&state, c, EBUR128_Mp030);
  if (channels == 7) {
    ebur128_set_channel(&state, 4, EBUR128_Mp180);
    ebur128_set_channel(&state, 5, EBUR128_Mp090);
    ebur128_set_channel(&state, 6, EBUR128_Mm090);
  } else if (channels == 8) {
    ebur128_set_channel(&state, 4, EBUR128_Mp135);
    ebur128_set_channel(&state, 5, EBUR128_Mm135);
    ebur128_set_channel(&state, 6, EBUR128_Mp090);
    ebur128_set_channel(&state, 7, EBUR128_Mm090);
  }
}

}  // namespace

struct Loudness::State {
  ebur128_state* of = nullptr;
  bool usable = true;

  ~State() {
    if (of != nullptr) ebur128_destroy(&of);
  }

  bool ready(unsigned channels, unsigned long rate) {
    // BS.1770's first filter begins where a rate below that has nothing more.
    if (rate < 4000) return usable = false;
    if (of == nullptr) {
      of = ebur128_init(channels, rate, EBUR128_MODE_I);
      if (of == nullptr) return usable = false;
      place_channels(*of, channels);
    } else if (of->channels != channels || of->samplerate != rate) {
      const int result = ebur128_change_parameters(of, channels, rate);
      if (result == EBUR128_ERROR_NOMEM && rate <= 2'822'400) throw std::bad_alloc();
      if (result != EBUR128_SUCCESS) return usable = false;
      place_channels(*of, channels);
    }
    return true;
  }
};

Loudness::Loudness() : state_(std::make_unique<State>()) {}
Loudness::~Loudness() = default;

void Loudness::consume(std::span<const float> interleaved, int channels, int sample_rate_hz) {
  State& my = *state_;
  if (!my.usable || !my.ready(static_cast<unsigned>(channels), static_cast<unsigned long>(sample_rate_hz))) return;
  const int result =
      ebur128_add_frames_float(my.of, interleaved.data(), interleaved.size() / static_cast<std::size_t>(channels));
  if (result != EBUR128_SUCCESS) throw std::bad_alloc();  // the only way in which it fails
}

std::optional<double> Loudness::integrated() const {
  double lufs = 0;
  if (state_->of == nullptr || !state_->usable || ebur128_loudness_global(state_->of, &lufs) != EBUR128_SUCCESS ||
      !std::isfinite(lufs))
    return std::nullopt;
  return lufs;
}

}  // namespace hearken::audio
