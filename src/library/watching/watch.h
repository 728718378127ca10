// Folders that are looked at again whenever something changes in them: `index --watch` and `serve --watch`.
#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace hearken::library {

/// Hours of the day, local time, in which nothing is indexed: "22:00-7:00". From the first to the second, over midnight
/// if need be.
struct QuietHours {
  int begin_minute = 0, end_minute = 0;  // of the day; equal: none

  bool hold(int minute) const;
};
/// Of the option's value. Throws Error(invalid_argument) for what is none.
QuietHours quiet_hours_in(const std::string& text);

struct WatchOptions {
  QuietHours quiet;
  const std::atomic<bool>* stop = nullptr;              // when it turns true, watch() returns soon
  std::function<void(const std::string& line)> remark;  // of what cannot be watched, and what went wrong
};

/// Calls `look` once, then after each change below the folders and files that `paths` gives (it is asked before each
/// look), when one of them or a mount below comes or goes, and every ten minutes for what is not seen otherwise (what
/// others change on a network mount); outside of the quiet hours only. What
/// `look` throws is told once, and it is called again until it works; invalid_argument and mismatch come out. All on
/// the calling thread. Throws Error(io) when the system has no inotify left.
void watch(const std::function<std::vector<std::filesystem::path>()>& paths, const WatchOptions& options,
           const std::function<void()>& look);

/// Whoever works at this computer comes first: the calling thread, and those that it starts from here on, get the
/// processor only when nobody else wants it, and the disk likewise.
void be_idle();

}  // namespace hearken::library
