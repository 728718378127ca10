// Rows onto a descriptor.
#include "tasks/transfer/stream_output.h"

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <utility>

#include "core/paths.h"

namespace hearken::tasks {
namespace {

constexpr std::size_t kMostWaiting = std::size_t{64} << 20;  // bytes

}  // namespace

void RowWriter::put(std::size_t number, std::string row) {
  std::lock_guard lock(mutex_);
  if (!in_order_) return write(row);
  waiting_bytes_ += row.size();
  waiting_.emplace(number, std::move(row));
  for (auto first = waiting_.begin(); first != waiting_.end() && first->first == next_; first = waiting_.begin()) {
    write(first->second);
    ++next_;
    waiting_bytes_ -= first->second.size();
    waiting_.erase(first);
  }
  written_.notify_all();
}

bool RowWriter::wait_for_room(const std::function<bool()>& stopping) {
  using namespace std::chrono_literals;
  std::unique_lock lock(mutex_);
  while (waiting_bytes_ > kMostWaiting && !stopping()) written_.wait_for(lock, 100ms);
  return !stopping();
}

void RowWriter::write(std::string_view row) const {
  while (!row.empty()) {
    const ssize_t count = ::write(descriptor_, row.data(), row.size());
    if (count >= 0) {
      row.remove_prefix(static_cast<std::size_t>(count));
    } else if (errno == EAGAIN) {
      pollfd waited{descriptor_, POLLOUT, 0};
      ::poll(&waited, 1, -1);
    } else if (errno != EINTR) {
      throw os_error("the output", "write", errno);
    }
  }
}

}  // namespace hearken::tasks
