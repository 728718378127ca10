// A stretch of decoded sound that moves on from clip to clip.
#include "tasks/clips.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "audio/decode/decode.h"
#include "audio/decode/wave.h"
#include "core/files/new_file.h"

namespace hearken::tasks {
namespace {

std::string wave(std::span<const float> samples) {
  std::vector<std::int16_t> rounded;
  rounded.reserve(samples.size());
  for (const float sample : samples)
    rounded.push_back(
        static_cast<std::int16_t>(std::clamp(std::lround(static_cast<double>(sample) * 32768), -32768L, 32767L)));
  return audio::wave_file(rounded, kClipRateHz);
}

std::size_t samples_of(double seconds) {
  return static_cast<std::size_t>(std::llround(std::max(0.0, seconds) * kClipRateHz));
}

}  // namespace

void write_clips(const std::filesystem::path& sound, const std::vector<Clip>& clips) {
  const std::unique_ptr<audio::SampleStream> stream = audio::open_samples(sound, kClipRateHz);
  std::vector<float> held;  // from sample `from` on
  std::size_t from = 0;
  bool ended = false;
  for (const Clip& clip : clips) {
    const std::size_t begin = samples_of(clip.start_seconds), end = std::max(begin, samples_of(clip.end_seconds));
    // Up to the clip's start everything is dropped, piece by piece; behind it everything is kept.
    while (!ended && from + held.size() < end) {
      const std::size_t past = std::min(begin > from ? begin - from : 0, held.size());
      held.erase(held.begin(), held.begin() + static_cast<std::ptrdiff_t>(past));
      from += past;
      constexpr std::size_t kPiece = 1 << 14;
      const std::size_t wanted = std::min(kPiece, end - from - held.size()), had = held.size();
      held.resize(had + wanted);
      const std::size_t got = stream->read(std::span(held).subspan(had));
      held.resize(had + got);
      ended = got < wanted;
    }
    const std::size_t first = std::min(begin > from ? begin - from : 0, held.size());
    const std::size_t last = std::clamp(end > from ? end - from : 0, first, held.size());
    NewFile file(clip.to);
    file.write(wave(std::span(held).subspan(first, last - first)));
    file.finish();
    file.appear();
  }
}

}  // namespace hearken::tasks
