// How a decoder process and the one that asks it speak.
//
// Requests and notes are messages of one socket; the open file travels with its request. What is decoded goes through
// shared memory of some slots, and notes say which slot is filled and which is free again.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <utility>

#include "audio/decode/sound_file.h"

namespace hearken::audio {

// Small enough that what one process writes is still in the processor's cache when the other reads it.
inline constexpr std::size_t kSlots = 4, kSlotBytes = std::size_t{64} << 10;
inline constexpr std::size_t kSharedBytes = kSlots * kSlotBytes;

enum class Operation : std::uint32_t { samples, excerpts, holds_sound, cover };

/// What is asked of a decoder process. Behind it in the message: the file's path, for error messages.
struct Request {
  Operation what = Operation::samples;
  std::int32_t sample_rate_hz = 0;                    // of samples and excerpts; 0: only what is heard is wanted
  std::uint32_t heard = 0;                            // 1: what a sink hears is wanted, too
  std::uint32_t cpu_seconds = 0;                      // the decoder ends itself after them
  std::uint32_t window_samples = 0, hop_samples = 0;  // of excerpts
  std::int64_t file_bytes = 0;
};

struct Note {
  enum Kind : std::uint32_t {
    filled,  // the next slot, with `amount` bytes
    freed,   // the oldest filled slots, as many as `amount`
    cancel,  // the request; `ended` follows
    ended,   // the request: nothing more of it follows
  };
  std::uint32_t kind = filled;
  std::uint32_t amount = 0;
};

/// What the slots hold, one behind the other: a head, then so many bytes.
struct FrameHead {
  enum Kind : std::uint16_t {
    tags,     // five texts, a zero byte after each: the file is open
    excerpt,  // an ExcerptHead: the mono samples behind it are of this window
    mono,     // float32 at the asked rate
    heard,    // float32, interleaved, at `rate_hz`
    warning,  // text
    error,    // a byte of ErrorCode, the message, a zero byte, the cause
    cover,    // a picture
    sound,    // the file holds some
  };
  std::uint16_t kind = tags;
  std::uint16_t channels = 0;
  std::int32_t rate_hz = 0;
  std::uint32_t bytes = 0;
};

/// Of a window that was read by itself.
struct ExcerptHead {
  double length_seconds = 0;  // of the whole file
  std::uint64_t start_sample = 0;
};
inline constexpr std::size_t kMostFrame = std::size_t{8} << 20;  // bytes

/// False when the other side is gone.
bool send_request(int socket, const Request& request, const SoundFile& file);
struct Received {
  Request request;
  SoundFile file;
};
/// The next request, whatever notes are left of the one before; nothing when the other side is gone.
std::optional<Received> receive_request(int socket);

/// The decoder's side of one request.
class Sender {
 public:
  struct Cancelled {};
  struct Gone {};  // the other side

  Sender(int socket, std::byte* memory) : socket_(socket), memory_(memory) {}

  /// Throw Cancelled and Gone. At most kMostFrame bytes.
  void frame(FrameHead head, const void* bytes, std::size_t size);
  void frame(FrameHead::Kind kind, std::string_view text);
  /// Once, behind all frames: what is left goes out. Throws Gone.
  void end();
  void flush();

 private:
  void write(const void* bytes, std::size_t size);
  void note(Note::Kind kind, std::uint32_t amount);
  void await_free_slot();

  const int socket_;
  std::byte* const memory_;
  std::size_t slot_ = 0, used_ = 0, free_ = kSlots;
};

/// The asking side of one request. It copies before it looks, because a decoder that somebody took over may go on
/// writing.
class Receiver {
 public:
  enum class State { running, ended, broken };

  /// `watch` is called at first and then ten times a second while read() works or waits, with how long it has waited;
  /// what it throws comes out of read().
  Receiver(int socket, const std::byte* memory, std::function<void(double waited_seconds)> watch)
      : socket_(socket), memory_(memory), watch_(std::move(watch)) {}

  /// False unless all of it could be read.
  bool read(void* to, std::size_t size);
  /// Asks the decoder to end the request, and waits a tenth of a second for that. Whether it did.
  bool cancel();
  State state() const noexcept { return state_; }

 private:
  bool next_slot();
  bool take_note();
  void wait_for_note(int patience_ms) const;
  void free_slot();
  void tell_freed();

  const int socket_;
  const std::byte* const memory_;
  const std::function<void(double)> watch_;
  double watched_ = 0;                                      // when it was called
  std::size_t slot_ = 0, at_ = 0, filled_ = 0, freed_ = 0;  // the last: slots that the decoder was not told of
  bool holds_slot_ = false;
  State state_ = State::running;
};

}  // namespace hearken::audio
