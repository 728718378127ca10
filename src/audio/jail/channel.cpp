// Both ends of the channel.
#include "audio/jail/channel.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "core/threads/threads.h"

namespace hearken::audio {
namespace {

constexpr std::size_t kLongestPath = 8192;  // bytes; what is longer cannot be opened

bool send_note(int socket, Note note) {
  for (;;) {
    const ssize_t n = ::send(socket, &note, sizeof note, MSG_NOSIGNAL);
    if (n == sizeof note) return true;
    if (n >= 0 || errno != EINTR) return false;
  }
}

// What a message with one descriptor takes, in the order that the kernel wants.
struct Message {
  Message(Request& request, char* path, std::size_t path_bytes)
      : parts{{{&request, sizeof request}, {path, path_bytes}}} {
    head.msg_iov = parts.data();
    head.msg_iovlen = parts.size();
    head.msg_control = control;
    head.msg_controllen = sizeof control;
  }
  std::array<iovec, 2> parts;
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
  msghdr head{};
};

}  // namespace

bool send_request(int socket, const Request& request, const SoundFile& file) {
  Request copy = request;
  std::string path = file.path.native().substr(0, kLongestPath);
  Message message(copy, path.data(), path.size());
  cmsghdr* const passed = CMSG_FIRSTHDR(&message.head);
  passed->cmsg_level = SOL_SOCKET;
  passed->cmsg_type = SCM_RIGHTS;
  passed->cmsg_len = CMSG_LEN(sizeof(int));
  const int descriptor = file.descriptor.number();
  std::memcpy(CMSG_DATA(passed), &descriptor, sizeof descriptor);
  for (;;) {
    if (::sendmsg(socket, &message.head, MSG_NOSIGNAL) >= 0) return true;
    if (errno != EINTR) return false;
  }
}

std::optional<Received> receive_request(int socket) {
  for (;;) {
    Received out;
    std::string path(kLongestPath, '\0');
    Message message(out.request, path.data(), path.size());
    const ssize_t n = ::recvmsg(socket, &message.head, MSG_CMSG_CLOEXEC);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return std::nullopt;
    const cmsghdr* const passed = CMSG_FIRSTHDR(&message.head);
    if (passed == nullptr || passed->cmsg_type != SCM_RIGHTS) continue;  // a note
    int descriptor = -1;
    std::memcpy(&descriptor, CMSG_DATA(passed), sizeof descriptor);
    path.resize(static_cast<std::size_t>(n) - std::min(static_cast<std::size_t>(n), sizeof(Request)));
    out.file = {std::move(path), Descriptor(descriptor), out.request.file_bytes};
    return out;
  }
}

// ── the decoder's side ──

void Sender::frame(FrameHead head, const void* bytes, std::size_t size) {
  head.bytes = static_cast<std::uint32_t>(size);
  write(&head, sizeof head);
  write(bytes, size);
}

void Sender::frame(FrameHead::Kind kind, std::string_view text) {
  FrameHead head;
  head.kind = kind;
  frame(head, text.data(), std::min(text.size(), kMostFrame));
}

void Sender::end() {
  flush();
  note(Note::ended, 0);
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

void Sender::note(Note::Kind kind, std::uint32_t amount) {
  if (!send_note(socket_, {kind, amount})) throw Gone{};
}

void Sender::await_free_slot() {
  while (free_ == 0) {
    Note note;
    const ssize_t n = ::recv(socket_, &note, sizeof note, 0);
    if (n < 0 && errno == EINTR) continue;
    if (n != sizeof note) throw Gone{};
    if (note.kind == Note::cancel) throw Cancelled{};
    if (note.kind == Note::freed) free_ += note.amount;
  }
}

// ── the asking side ──

bool Receiver::read(void* to, std::size_t size) {
  auto* out = static_cast<std::byte*>(to);
  while (size > 0) {
    if (at_ == filled_ && !next_slot()) return false;
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
  if (++freed_ >= kSlots / 2) tell_freed();  // each note costs two calls of the system, and may wake the decoder
}

void Receiver::tell_freed() {
  if (freed_ == 0) return;
  if (!send_note(socket_, {Note::freed, static_cast<std::uint32_t>(std::exchange(freed_, 0))})) state_ = State::broken;
}

bool Receiver::next_slot() {
  constexpr double kBetweenLooks = 0.1;  // seconds
  free_slot();
  const double began = monotonic_seconds();
  for (double now = began; state_ == State::running; now = monotonic_seconds()) {
    if (now - watched_ >= kBetweenLooks) {
      watch_(now - began);
      watched_ = now;
    }
    if (take_note()) return true;
    tell_freed();  // the decoder may wait for just these
    if (state_ == State::running) wait_for_note(100);
  }
  return false;
}

void Receiver::wait_for_note(int patience_ms) const {
  pollfd ready{socket_, POLLIN, 0};
  ::poll(&ready, 1, patience_ms);
}

// Whether there was a note that brought a slot; else the state may have changed.
bool Receiver::take_note() {
  Note note;
  const ssize_t n = ::recv(socket_, &note, sizeof note, MSG_DONTWAIT);
  if (n < 0 && (errno == EINTR || errno == EAGAIN)) return false;
  if (n == sizeof note && note.kind == Note::ended) {
    state_ = State::ended;
  } else if (n == sizeof note && note.kind == Note::filled && note.amount > 0 && note.amount <= kSlotBytes) {
    filled_ = note.amount;
    holds_slot_ = true;
  } else {
    state_ = State::broken;
  }
  return holds_slot_;
}

bool Receiver::cancel() {
  const double end = monotonic_seconds() + 0.1;
  if (state_ == State::running && !send_note(socket_, {Note::cancel, 0})) state_ = State::broken;
  while (state_ == State::running && monotonic_seconds() < end) {
    free_slot();
    if (!take_note() && state_ == State::running) wait_for_note(10);
  }
  return state_ == State::ended;
}

}  // namespace hearken::audio
