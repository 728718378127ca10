// Decoded sound on disk, so that a file is decoded once and every epoch after that reads samples.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <set>
#include <span>
#include <string>

namespace hearken::train {

/// A file's sound in the cache.
struct CachedSound {
  std::filesystem::path path;
  std::string key;           // of path, size, time of change and rate
  std::int64_t samples = 0;  // at the cache's rate
  std::string warning;       // as SampleStream::warning() (audio/decode/decode.h); empty when it was here already
};

/// `$XDG_CACHE_HOME/hearken/audio`, or ~/.cache's.
std::filesystem::path default_samples_folder();

/// Mono samples at one rate, kept as int16 with a scale for every 4096 of them: a 16-bit file at that rate keeps its
/// bits, any other is within 1/65536 of a block's peak or of full scale, whichever is greater. What read() gives is
/// rounded so whether it came from the disk or not. Files appear whole (core/files/new_file.h) and are mapped when
/// read.
///
/// When the folder would hold more than `most_bytes`, the sounds used least recently go; those this object knows stay,
/// and what then has no room is decoded anew each time. So it is when the disk is full: note() says so.
/// All members may be called from many threads; several processes may share a folder.
class SamplesCache {
 public:
  SamplesCache(std::filesystem::path folder, int sample_rate_hz, std::int64_t most_bytes);

  int sample_rate_hz() const noexcept { return sample_rate_hz_; }

  /// Decodes the file unless that was done before. Throws what open_samples() and read() throw (audio/decode/decode.h).
  CachedSound add(const std::filesystem::path& path);

  /// out.size() samples from `first` on, which the sound has. Throws Error(mismatch) when the file is no longer what it
  /// was in add() and has to be decoded anew, and what decoding throws.
  void read(const CachedSound& sound, std::int64_t first, std::span<float> out) const;

  std::int64_t decoded() const noexcept { return decoded_; }  // files, since this object is there
  std::int64_t bytes() const;                                 // in the folder, as far as this object knows
  std::string note() const;                                   // why sounds are not kept; empty: all are

 private:
  std::filesystem::path place(const std::string& key) const;
  void keep(CachedSound& sound);
  bool make_room(std::int64_t bytes);
  std::string no_room() const;
  void say(std::string why);
  void say_no_room();

  const std::filesystem::path folder_;
  const int sample_rate_hz_;
  const std::int64_t most_bytes_;
  mutable std::atomic<std::int64_t> decoded_{0};
  mutable std::mutex mutex_;  // guards what follows
  std::condition_variable done_;
  std::set<std::string> known_, decoding_;  // keys
  std::int64_t bytes_ = 0;
  std::string note_;
};

}  // namespace hearken::train
