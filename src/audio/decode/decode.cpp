// Where sound is decoded: by a decoder process, or here.
#include "audio/decode/decode.h"

#include <fmt/format.h>

#include <exception>
#include <utility>

#include "audio/decode/in_process.h"
#include "audio/decode/peek.h"
#include "audio/decode/sniff.h"
#include "audio/jail/decoder_pool.h"
#include "hearken/error.h"

namespace hearken::audio {

std::unique_ptr<SampleStream> open_samples(const std::filesystem::path& path, int sample_rate_hz, SampleSink* sink) {
  return open_samples(SoundFile::open(path), sample_rate_hz, sink);
}

std::unique_ptr<SampleStream> open_samples(SoundFile file, int sample_rate_hz, SampleSink* sink,
                                           std::function<void()> waiting) {
  if (sample_rate_hz < kLowestRate || sample_rate_hz > kHighestRate) {
    throw Error(ErrorCode::invalid_argument, fmt::format("a sample rate of {} Hz", sample_rate_hz));
  }
  if (DecoderPool* const pool = decoder_pool())
    return pool->samples(std::move(file), sample_rate_hz, sink, std::move(waiting));
  return samples_here(std::move(file), sample_rate_hz, sink);
}

std::optional<std::string> listen(const std::filesystem::path& path, SampleSink& sink,
                                  const std::function<bool()>& stop) {
  SoundFile file = SoundFile::open(path);
  if (DecoderPool* const pool = decoder_pool()) return pool->listen(std::move(file), sink, stop);
  return decode_here(std::move(file), 0, &sink, {}, [&](std::span<const float>) { return !stop || !stop(); });
}

Content sniff(const std::filesystem::path& path) {
  try {
    SoundFile file = SoundFile::open(path);
    if (!promises_sound(file)) return Content::other;
    DecoderPool* const pool = decoder_pool();
    const bool sound = pool != nullptr ? pool->holds_sound(std::move(file)) : holds_sound_here(std::move(file));
    return sound ? Content::audio : Content::other;
  } catch (const std::exception&) {  // what is wrong with it is for open_samples() to say
    return Content::other;
  }
}

std::optional<double> declared_seconds(const std::filesystem::path& path) {
  try {
    const SoundFile file = SoundFile::open(path);
    return declared_seconds(file.descriptor.number(), file.size);
  } catch (const Error&) {
    return std::nullopt;
  }
}

std::string read_cover(SoundFile file) {
  DecoderPool* const pool = decoder_pool();
  return pool != nullptr ? pool->cover(std::move(file)) : cover_here(std::move(file));
}

}  // namespace hearken::audio
