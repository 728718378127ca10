// inotify(7). A change means "look again": which file it was is found by comparing, so that no event has to be right.
#include "library/watching/folder_watch.h"

#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <vector>

#include "core/paths.h"
#include "core/threads/threads.h"

namespace hearken::library {
namespace {

namespace fs = std::filesystem;

constexpr std::uint32_t kChanges =
    IN_CLOSE_WRITE | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF;

}  // namespace

FolderWatch::FolderWatch() : descriptor_(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC)) {
  if (!descriptor_) throw os_error("inotify", "watch folders", errno);
}

void FolderWatch::arm(std::span<const fs::path> paths) {
  unwatched_ = 0;
  for (const fs::path& path : paths) {
    std::error_code error;
    const fs::path real = fs::canonical(path, error);
    if (error) continue;
    if (!fs::is_directory(real, error)) {
      arm_folder(real.parent_path().native());
      continue;
    }
    // By name, not by its entries as they are listed: folders come and go meanwhile.
    std::vector<std::string> folders{real.native()};
    while (!folders.empty()) {
      const std::string folder = std::move(folders.back());
      folders.pop_back();
      arm_folder(folder);  // before it is read, so that what is made meanwhile is an event
      for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
        std::error_code ignored;
        if (at->path().filename().native().front() != '.' && at->is_directory(ignored) && !at->is_symlink(ignored))
          folders.push_back(at->path().native());
      }
    }
  }
}

void FolderWatch::arm_folder(const std::string& folder) {
  const int number = ::inotify_add_watch(descriptor_.number(), folder.c_str(), kChanges | IN_ONLYDIR);
  if (number >= 0)
    watched_[number] = folder;
  else if (errno == ENOSPC || errno == ENOMEM)
    ++unwatched_;
}

// Takes all events there are; whether one of them may matter.
bool FolderWatch::drain() {
  alignas(inotify_event) std::array<char, 65536> buffer;
  bool changed = false;
  for (;;) {
    const ssize_t size = ::read(descriptor_.number(), buffer.data(), buffer.size());
    if (size <= 0) return changed;
    for (ssize_t at = 0; at < size;) {
      const auto* const event = reinterpret_cast<const inotify_event*>(buffer.data() + at);
      at += static_cast<ssize_t>(sizeof(inotify_event) + event->len);
      if ((event->mask & IN_IGNORED) != 0) watched_.erase(event->wd);
      changed = true;  // an overflow, too
    }
  }
}

bool FolderWatch::wait(double most_seconds, double calm_seconds, const std::atomic<bool>* stop) {
  const double began = monotonic_seconds();
  double first = 0, last = 0;  // change; 0: none yet
  while (stop == nullptr || !*stop) {
    const double now = monotonic_seconds();
    if (first > 0 && (now - last >= calm_seconds || now - first >= 10 * calm_seconds)) return true;
    if (first == 0 && now - began >= most_seconds) return false;
    pollfd ready{descriptor_.number(), POLLIN, 0};
    ::poll(&ready, 1, 200);  // milliseconds, after which `stop` is looked at
    if (drain()) {
      last = monotonic_seconds();
      if (first == 0) first = last;
    }
  }
  return false;
}

}  // namespace hearken::library
