// inotify(7). A change means "look again": which file it was is found by comparing, so that no event has to be right.
#include "library/watching/folder_watch.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <fstream>
#include <sstream>
#include <vector>

#include "core/paths.h"
#include "core/threads/threads.h"
#include "library/indexing/crawl.h"

namespace hearken::library {
namespace {

namespace fs = std::filesystem;

constexpr std::uint32_t kChanges =
    IN_CLOSE_WRITE | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF;
constexpr double kPlacesSeconds = 2;
constexpr const char* kMounts = "/proc/self/mountinfo";  // a change of it is an event for poll

std::optional<std::pair<std::uint64_t, std::uint64_t>> place_at(const std::string& path) {
  struct stat s{};
  if (::stat(path.c_str(), &s) != 0) return std::nullopt;
  return std::pair<std::uint64_t, std::uint64_t>(s.st_dev, s.st_ino);
}

// Spaces and the like stand as "\040" in mountinfo.
std::string without_octal(const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 3 >= text.size()) {
      out += text[i];
      continue;
    }
    out += static_cast<char>((text[i + 1] - '0') * 64 + (text[i + 2] - '0') * 8 + (text[i + 3] - '0'));
    i += 3;
  }
  return out;
}

}  // namespace

FolderWatch::FolderWatch()
    : descriptor_(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC)), mounts_(::open(kMounts, O_RDONLY | O_CLOEXEC)) {
  if (!descriptor_) throw os_error("inotify", "watch folders", errno);
}

void FolderWatch::arm(std::span<const fs::path> paths) {
  unwatched_ = 0;
  places_.clear();
  folders_.clear();
  for (const fs::path& path : paths) {
    std::error_code error;
    const fs::path real = fs::canonical(path, error);
    const bool is_folder = !error && fs::is_directory(real, error);
    if (error || is_folder) places_[path.native()] = place_at(path.native());
    if (error) continue;
    if (!is_folder) {
      arm_folder(real.parent_path().native());
      continue;
    }
    folders_.push_back(real.native());
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
  mounted_ = mounts_below();
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

bool FolderWatch::places_changed() {
  bool changed = false;
  for (auto& [path, before] : places_) {
    const Place now = place_at(path);
    changed |= now != before;
    before = now;
  }
  return changed;
}

// Lines of mountinfo(5), as far as the mount point: "36 35 98:0 /root /point".
std::vector<std::string> FolderWatch::mounts_below() const {
  std::vector<std::string> below;
  std::ifstream mounts(kMounts);
  for (std::string line; std::getline(mounts, line);) {
    std::istringstream fields(line);
    std::string number, parent, device, root, point;
    fields >> number >> parent >> device >> root >> point;
    point = without_octal(point);
    if (std::ranges::any_of(folders_, [&](const std::string& folder) { return at_or_below(point, folder); }))
      below.push_back(number + ' ' + device + ' ' + root + ' ' + point);
  }
  return below;
}

bool FolderWatch::mounts_changed() {
  std::vector<std::string> now = mounts_below();
  std::swap(now, mounted_);
  return now != mounted_ || places_changed();
}

bool FolderWatch::wait(double most_seconds, double calm_seconds, const std::atomic<bool>* stop) {
  const double began = monotonic_seconds();
  double first = 0, last = 0;  // change; 0: none yet
  double looked = began;       // at the places
  while (stop == nullptr || !*stop) {
    const double now = monotonic_seconds();
    if (first > 0 && (now - last >= calm_seconds || now - first >= 10 * calm_seconds)) return true;
    if (first == 0 && now - began >= most_seconds) return false;
    std::array<pollfd, 2> ready = {{{descriptor_.number(), POLLIN, 0}, {mounts_.number(), POLLPRI, 0}}};
    ::poll(ready.data(), ready.size(), 200);  // milliseconds, after which `stop` is looked at
    bool changed = drain();
    if (ready[1].revents != 0) changed |= mounts_changed();
    if (const double time = monotonic_seconds(); time - looked >= kPlacesSeconds) {
      looked = time;
      changed |= places_changed();
    }
    if (changed) {
      last = monotonic_seconds();
      if (first == 0) first = last;
    }
  }
  return false;
}

}  // namespace hearken::library
