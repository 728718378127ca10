// A stretch of decoded sound that moves on from clip to clip.
#include "tasks/clips.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "audio/decode.h"
#include "core/new_file.h"

namespace hearken::tasks {
namespace {

std::string little_endian(std::uint32_t value, int bytes) {
  std::string out;
  for (int i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i) & 0xFF);
  return out;
}

// RIFF WAVE, PCM.
std::string wav(std::span<const float> samples) {
  constexpr std::uint32_t kBytes = 2;
  const auto data = static_cast<std::uint32_t>(samples.size()) * kBytes;
  std::string out = "RIFF" + little_endian(36 + data, 4) + "WAVEfmt " + little_endian(16, 4) + little_endian(1, 2) +
                    little_endian(1, 2) + little_endian(kClipRateHz, 4) + little_endian(kClipRateHz * kBytes, 4) +
                    little_endian(kBytes, 2) + little_endian(16, 2) + "data" + little_endian(data, 4);
  out.reserve(out.size() + data);
  for (const float sample : samples) {
    const long value = std::clamp(std::lround(static_cast<double>(sample) * 32768), -32768L, 32767L);
    out += static_cast<char>(value & 0xFF);
    out += static_cast<char>(value >> 8 & 0xFF);
  }
  return out;
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
    file.write(wav(std::span(held).subspan(first, last - first)));
    file.finish();
    file.appear();
  }
}

}  // namespace hearken::tasks
