// Any file FFmpeg's libraries decode, as a stream of mono samples at one rate.
//
// FFmpeg runs in processes of their own, which have no rights, where use_decoder_program() was called
// (audio/jail/decoder_pool.h); else in this one. The samples, tags, errors and warnings are the same.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "audio/decode/sample_sink.h"
#include "audio/decode/sound_file.h"

namespace hearken::audio {

struct Tags {
  std::string title, artist, album, genre;  // valid UTF-8, empty when absent
  // NOLINTNEXTLINE(readability-redundant-member-init): lists of the first four are whole
  std::string keywords{};  // its style, mood and keywords, with commas between
};

/// Beyond these a header is damaged or hostile: the fastest sound kept in files is DSD1024, as bytes of eight bits.
inline constexpr int kLowestRate = 1000, kHighestRate = 6'000'000;

/// Samples on their way from a file. One thread at a time.
class SampleStream {
 public:
  virtual ~SampleStream() = default;

  /// Fills `out` from the front with mono float samples (channels averaged; nominally -1 to 1) and returns how many;
  /// fewer than out.size() only at the end, 0 when nothing is left.
  /// Throws Error(corrupt) at the first sample that is not a finite number or is beyond a million times full scale (in
  /// lossy codecs, where damage may compute anything, that packet is silence instead), or when nothing decodes at all;
  /// Error(io) when the file cannot be read on. The message names the file and the place in seconds.
  virtual std::size_t read(std::span<float> out) = 0;

  virtual int sample_rate_hz() const = 0;
  virtual const Tags& tags() const = 0;
  /// Not empty after the end was reached of a file that is damaged or ends early: what is missing, as one line without
  /// the path ("ends early: 12.3 s of 30.0 s could be decoded").
  virtual const std::string& warning() const = 0;
};

/// Opens the first (best) audio stream. FFmpeg sees an allow-list of demuxers and no protocol but the file itself.
/// Throws Error naming the file: not_found, permission_denied, unsupported (no sound in it, a codec or container that
/// is not allowed), corrupt (empty, not audio, the decoder broke), io; busy when no process can be started. Opening and
/// reading throw Error(corrupt), too, for what takes more than a file of its size may (audio/jail/budget.h).
/// `sink` may be null; else it hears what read() decodes, at the file's own rate and with all its channels. What is
/// silence to read() is silence to it, and so are frames in which one channel is beyond a million times full scale.
/// `waiting` may be empty; else it is called some times a second while a decoder process is waited for, and what it
/// throws comes out.
std::unique_ptr<SampleStream> open_samples(const std::filesystem::path& path, int sample_rate_hz,
                                           SampleSink* sink = nullptr);
std::unique_ptr<SampleStream> open_samples(SoundFile file, int sample_rate_hz, SampleSink* sink = nullptr,
                                           std::function<void()> waiting = {});

/// Decodes the whole file for `sink` only: nothing is mixed and nothing resampled. Returns what
/// SampleStream::warning() says; nothing when `stop`, asked after each frame, said so before the end. Throws as
/// open_samples() and read().
std::optional<std::string> listen(const std::filesystem::path& path, SampleSink& sink,
                                  const std::function<bool()>& stop = {});

enum class Content {
  audio,  // a container with sound in it, by content
  other,  // anything else, unreadable files included
};

/// Looks at the first bytes only as far as needed. Never throws for what it finds in the file.
Content sniff(const std::filesystem::path& path);

/// Seconds of sound, by what the header of a common format says, without decoding; nothing where it does not say or the
/// file cannot be read. For guesses: what a file says need not be true.
std::optional<double> declared_seconds(const std::filesystem::path& path);

/// The picture that comes with the sound (its first bytes say which kind); empty when there is none of at most 8 MiB.
/// Throws as open_samples().
inline constexpr std::size_t kMostCover = std::size_t{8} << 20;
std::string read_cover(SoundFile file);

/// Whether the name ends like a sound file (".mp3", ".FLAC"): such files are reported when they do not decode.
bool has_audio_extension(const std::filesystem::path& path);

}  // namespace hearken::audio
