// The places of a quick pass, and who reads there.
#include "audio/excerpts.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "audio/decode/in_process.h"
#include "audio/jail/decoder_pool.h"

namespace hearken::audio {

std::vector<std::size_t> excerpt_starts(std::size_t samples, std::size_t window_samples, std::size_t hop_samples) {
  std::vector<std::size_t> starts;
  if (samples <= window_samples) return starts;
  const std::size_t room = samples - window_samples, steps = room / hop_samples;
  const std::size_t windows = steps + 1 + (room % hop_samples != 0 ? 1 : 0);
  if (windows <= std::size(kExcerptPlaces)) return starts;
  for (const double place : kExcerptPlaces) {
    const double middle = place * static_cast<double>(samples) - static_cast<double>(window_samples) / 2;
    const double step = std::round(std::max(0.0, middle) / static_cast<double>(hop_samples));
    starts.push_back(std::min(static_cast<std::size_t>(step), steps) * hop_samples);
  }
  starts.erase(std::unique(starts.begin(), starts.end()), starts.end());
  return starts;
}

std::optional<Excerpts> read_excerpts(const std::filesystem::path& path, const ExcerptsWanted& wanted) {
  SoundFile file = SoundFile::open(path);
  DecoderPool* const pool = decoder_pool();
  return pool != nullptr ? pool->excerpts(std::move(file), wanted) : excerpts_here(std::move(file), wanted);
}

}  // namespace hearken::audio
