// Bytes from a decoder process to the one that asked: through shared memory of some slots, while notes on a socket say
// which slot is filled and which is free again. A slot is written whole before the other side looks at it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

namespace hearken::audio {

inline constexpr std::size_t kSlots = 4, kSlotBytes = std::size_t{256} << 10;
inline constexpr std::size_t kSharedBytes = kSlots * kSlotBytes;

enum class Operation : std::uint32_t { samples, listen, holds_sound, cover };

/// What is asked of a decoder process, followed by the file's name for messages; the open file travels with it.
struct Request {
  Operation what = Operation::samples;
  std::int32_t sample_rate_hz = 0;  // samples
  std::uint32_t heard = 0;          // samples: 1 to send what a sink hears
  std::uint32_t name_bytes = 0;
};
inline constexpr std::size_t kMostName = 8192;  // bytes; longer than any path

struct Note {
  enum Kind : std::uint32_t {
    filled,  // the next slot, with `bytes`
    freed,   // the oldest filled slot
    cancel,  // the request; `ended` follows
    ended,   // the request: nothing more of it follows
  };
  std::uint32_t kind = filled;
  std::uint32_t bytes = 0;
};

/// What the bytes are: a head, then so many bytes. What is longer than a frame may be comes in several with `more`.
struct FrameHead {
  enum Kind : std::uint8_t {
    tags,     // five texts, a zero byte after each: the file is open
    mono,     // float32 at the asked rate
    heard,    // float32, interleaved, at `rate_hz`
    warning,  // text
    error,    // an ErrorCode, then its message
    cover,    // a picture
    sound,    // it holds some
  };
  std::uint8_t kind = tags;
  std::uint8_t more = 0;
  std::uint16_t channels = 0;
  std::int32_t rate_hz = 0;
  std::uint32_t bytes = 0;
};
inline constexpr std::size_t kMostFrame = std::size_t{64} << 20;

/// The decoder's side. Throws Cancelled when the request was cancelled, Error(io) when nobody is there any more.
class Sender {
 public:
  struct Cancelled {};

  Sender(int socket, std::byte* memory) : socket_(socket), memory_(memory) {}

  void begin();  // a request: all slots are free
  void frame(FrameHead head, const void* bytes, std::size_t size);
  void frame(FrameHead::Kind kind, const std::string& text);
  void flush();
  void end();

 private:
  void write(const void* bytes, std::size_t size);
  void note(Note::Kind kind, std::uint32_t bytes);
  void await_free_slot();

  int socket_;
  std::byte* memory_;
  std::size_t slot_ = 0, used_ = 0, free_ = kSlots;
};

/// The other side. It copies before it looks, because a broken decoder may go on writing.
class Receiver {
 public:
  enum class State { running, ended, broken };

  Receiver(int socket, const std::byte* memory) : socket_(socket), memory_(memory) {}

  void begin();
  /// False unless all of it could be read. `waiting` is called about ten times a second while nothing comes.
  bool read(void* to, std::size_t size, const std::function<void()>& waiting);
  /// Drops what is left of the request, for so long at most. Whether the decoder ended it.
  bool cancel(double patience_seconds);
  State state() const noexcept { return state_; }

 private:
  bool next_slot(const std::function<void()>& waiting);
  void free_slot();

  int socket_;
  const std::byte* memory_;
  std::size_t slot_ = 0, at_ = 0, filled_ = 0;
  bool holds_slot_ = false;
  State state_ = State::ended;
};

}  // namespace hearken::audio
