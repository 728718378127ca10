// Ogg Vorbis by the format's own library, for the files that FFmpeg refuses: with headers that stand there twice, say.
#pragma once

#include <vorbis/vorbisfile.h>

#include <cstdint>
#include <memory>

#include "audio/decode/decode.h"
#include "audio/decode/sound_file.h"

struct AVFrame;

namespace hearken::audio {

/// One thread at a time; the file outlives it.
class VorbisFile {
 public:
  /// Null for what this library does not take either. Throws Error(io) when the file cannot be read.
  static std::unique_ptr<VorbisFile> open(const SoundFile& file);
  ~VorbisFile();
  VorbisFile(const VorbisFile&) = delete;
  VorbisFile& operator=(const VorbisFile&) = delete;

  enum class Next { frame, damage, end };
  /// Puts the next samples into `frame`: planar float, with rate and channels. After damage it goes on behind it.
  Next next(AVFrame& frame);
  /// Goes on from there; false where it cannot.
  bool go_to(double seconds);
  /// Seconds of the whole; 0 where that is not known.
  double declared_seconds();
  Tags tags();

 private:
  explicit VorbisFile(const SoundFile& file) : file_(file) {}
  static std::size_t read(void* into, std::size_t size, std::size_t count, void* self);
  static int seek(void* self, ogg_int64_t offset, int whence);
  static long tell(void* self);

  const SoundFile& file_;
  std::int64_t position_ = 0;
  int read_error_ = 0;
  OggVorbis_File reader_{};
};

}  // namespace hearken::audio
