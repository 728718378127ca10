// Decoder processes that are used again and again.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "audio/decode/decode.h"
#include "audio/excerpts.h"
#include "audio/jail/decoder.h"

namespace hearken::audio {

/// As many processes as there are files being decoded; those that have nothing to do wait for the next. A file that
/// ends its decoder, or takes more than its budget (audio/jail/budget.h), ends in Error(corrupt) with that reason, and
/// the next one has another process. Any thread may call; the pool outlives its streams.
class DecoderPool {
 public:
  explicit DecoderPool(DecoderProgram program) : program_(std::move(program)) {}

  /// As the functions of audio/decode/decode.h and audio/excerpts.h.
  std::unique_ptr<SampleStream> samples(SoundFile file, int sample_rate_hz, SampleSink* sink,
                                        std::function<void()> waiting);
  std::optional<std::string> listen(SoundFile file, SampleSink& sink, const std::function<bool()>& stop);
  std::optional<Excerpts> excerpts(SoundFile file, const ExcerptsWanted& wanted);
  std::string cover(SoundFile file);
  /// True, too, for a file that its decoder does not survive: open_samples() will say so.
  bool holds_sound(SoundFile file);

  const DecoderProgram& program() const noexcept { return program_; }

  /// One that waits, else a new one.
  std::unique_ptr<Decoder> take(bool fresh = false);
  void give_back(std::unique_ptr<Decoder> decoder);

 private:
  const DecoderProgram program_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Decoder>> waiting_;
};

/// From here on all decoding of this process goes through a pool of such a program; with nothing, it happens in this
/// process again. To be called while nothing is decoded.
void use_decoder_program(std::optional<DecoderProgram> program);

/// Null where decoding happens in this process.
DecoderPool* decoder_pool() noexcept;

/// CPU seconds that decoders spent on files of the calling thread, those that ended them excepted.
double decoder_seconds_of_thread() noexcept;

}  // namespace hearken::audio
