// A file under one of FFmpeg's demuxers: the one place where a file's bytes choose a parser.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "audio/decode/sound_file.h"
#include "hearken/error.h"

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
}

namespace hearken::audio {

/// Owns the demuxer on an open file. FFmpeg is given the bytes of this one file and nothing else: not
/// its name, no protocol, and no way to open another file. Only demuxers of a list and decoders of sound may run.
/// One thread at a time.
class Container {
 public:
  /// The file outlives it. Throws as open_samples() says, but does not ask for a stream of sound. `probe_streams`: read
  /// on until the streams' parameters are known.
  Container(const SoundFile& file, bool probe_streams);
  ~Container();
  Container(const Container&) = delete;
  Container& operator=(const Container&) = delete;

  AVFormatContext& format() const noexcept { return *format_; }
  /// Seconds the container's header declares for a stream; 0 when it does not say. Never an estimate.
  double declared_seconds(int stream) const noexcept;
  /// Whether the file ends within something that its own structure says is longer. Known for Ogg.
  bool is_cut_off() const;
  bool has_demuxer(std::string_view name) const noexcept;
  /// How sure FFmpeg is of the format, 0 to AVPROBE_SCORE_MAX.
  int probe_score() const noexcept { return probe_score_; }
  /// The number of the operating system's read error that ended the file, or 0.
  int read_error() const noexcept { return read_error_; }
  /// Sound came out: the limit on bytes read in vain starts again.
  void note_progress() noexcept { bytes_in_vain_ = 0; }

  /// An error that begins with the path.
  Error error(ErrorCode code, std::string_view message, std::string cause = {}) const;

 private:
  static int read_bytes(void* self, std::uint8_t* buffer, int size);
  static std::int64_t seek(void* self, std::int64_t offset, int whence);
  void open_format();
  void note_durations();
  void close() noexcept;

  const SoundFile& file_;
  std::int64_t position_ = 0, bytes_in_vain_ = 0;
  int read_error_ = 0;
  int probe_score_ = 0;
  std::vector<double> declared_seconds_;  // [streams known when the header was read]
  AVIOContext* io_ = nullptr;
  AVFormatContext* format_ = nullptr;
};

/// The last complaint of FFmpeg in this thread, else what `error_number` means; one line of valid UTF-8.
std::string ffmpeg_cause(int error_number);

}  // namespace hearken::audio
