// Both ends of the channel.
#include "audio/jail/channel.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "core/threads.h"
#include "hearken/error.h"

namespace hearken::audio {
namespace {

bool send_note(int socket, Note note) {
  for (;;) {
    const ssize_t n = ::send(socket, &note, sizeof note, MSG_NOSIGNAL);
    if (n == sizeof note) return true;
    if (n >= 0 || errno != EINTR) return false;
  }
}

}  // namespace

void Sender::begin() {
  slot_ = used_ = 0;
  free_ = kSlots;
}

void Sender::frame(FrameHead head, const void* bytes, std::size_t size) {
  const auto* from = static_cast<const std::byte*>(bytes);
  do {
    const std::size_t part = std::min(size, kMostFrame);
    head.more = size > part ? 1 : 0;
    head.bytes = static_cast<std::uint32_t>(part);
    write(&head, sizeof head);
    write(from, part);
    from += part;
    size -= part;
  } while (size > 0);
}

void Sender::frame(FrameHead::Kind kind, const std::string& text) {
  FrameHead head;
  head.kind = kind;
  frame(head, text.data(), text.size());
}

void Sender::write(const void* bytes, std::size_t size) {
  const auto* from = static_cast<const std::byte*>(bytes);
  while (size > 0) {
    if (used_ == 0) await_free_slot();
    const std::size_t part = std::min(size, kSlotBytes - used_);
    std::memcpy(memory_ + slot_ * kSlotBytes + used_, from, part);
    used_ += part;
    from += part;
    size -= part;
    if (used_ == kSlotBytes) flush();
  }
}

void Sender::flush() {
  if (used_ == 0) return;
  note(Note::filled, static_cast<std::uint32_t>(used_));
  slot_ = (slot_ + 1) % kSlots;
  used_ = 0;
  --free_;
}

void Sender::end() { note(Note::ended, 0); }

void Sender::note(Note::Kind kind, std::uint32_t bytes) {
  if (!send_note(socket_, {kind, bytes})) throw Error(ErrorCode::io, "nobody waits for the sound");
}

void Sender::await_free_slot() {
  while (free_ == 0) {
    Note note;
    const ssize_t n = ::recv(socket_, &note, sizeof note, 0);
    if (n < 0 && errno == EINTR) continue;
    if (n != sizeof note) throw Error(ErrorCode::io, "nobody waits for the sound");
    if (note.kind == Note::cancel) throw Cancelled{};
    if (note.kind == Note::freed) ++free_;
  }
}

void Receiver::begin() {
  slot_ = at_ = filled_ = 0;
  holds_slot_ = false;
  state_ = State::running;
}

bool Receiver::read(void* to, std::size_t size, const std::function<void()>& waiting) {
  auto* out = static_cast<std::byte*>(to);
  while (size > 0) {
    if (at_ == filled_ && !next_slot(waiting)) return false;
    const std::size_t part = std::min(size, filled_ - at_);
    std::memcpy(out, memory_ + slot_ * kSlotBytes + at_, part);
    at_ += part;
    out += part;
    size -= part;
  }
  return true;
}

void Receiver::free_slot() {
  if (!holds_slot_) return;
  holds_slot_ = false;
  slot_ = (slot_ + 1) % kSlots;
  at_ = filled_ = 0;
  if (!send_note(socket_, {Note::freed, 0})) state_ = State::broken;
}

bool Receiver::next_slot(const std::function<void()>& waiting) {
  free_slot();
  while (state_ == State::running) {
    pollfd ready{socket_, POLLIN, 0};
    if (::poll(&ready, 1, 100) <= 0) {
      if (waiting) waiting();
      continue;
    }
    Note note;
    const ssize_t n = ::recv(socket_, &note, sizeof note, 0);
    if (n < 0 && errno == EINTR) continue;
    if (n != sizeof note || note.bytes > kSlotBytes) {
      state_ = State::broken;
    } else if (note.kind == Note::ended) {
      state_ = State::ended;
    } else if (note.kind == Note::filled && note.bytes > 0) {
      filled_ = note.bytes;
      return holds_slot_ = true;
    }
  }
  return false;
}

bool Receiver::cancel(double patience_seconds) {
  if (state_ == State::running && !send_note(socket_, {Note::cancel, 0})) state_ = State::broken;
  const double end = monotonic_seconds() + patience_seconds;
  struct OutOfPatience {};
  try {
    while (next_slot([&] {
      if (monotonic_seconds() > end) throw OutOfPatience{};
    })) {
    }
  } catch (const OutOfPatience&) {
    state_ = State::broken;
  }
  return state_ == State::ended;
}

}  // namespace hearken::audio
