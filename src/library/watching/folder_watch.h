// Folders that are watched for changes: by inotify, and where that does not see them, by the clock.
#pragma once

#include <atomic>
#include <cstddef>
#include <filesystem>
#include <map>
#include <span>
#include <string>

#include "core/files/descriptor.h"

namespace hearken::library {

/// Used by one thread at a time.
class FolderWatch {
 public:
  /// Watches nothing yet. Throws Error(io) when the system has no inotify left; the clock would still do.
  FolderWatch();

  /// Watches the folders to the bottom, hidden ones excepted, and of files their folders; those already watched stay
  /// so. What is not there is looked for again by the next call: call it before each look at the folders, so that
  /// nothing changes unseen between the two.
  void arm(std::span<const std::filesystem::path> paths);

  /// Folders that inotify has no room for (fs.inotify.max_user_watches): only the clock sees changes in them.
  std::size_t unwatched() const noexcept { return unwatched_; }

  /// Waits for a change, until none has come for `calm_seconds` (at most ten times as long), and returns true; or false
  /// when there was none for `most_seconds`. Returns early, false, when `*stop` becomes true.
  bool wait(double most_seconds, double calm_seconds, const std::atomic<bool>* stop);

 private:
  void arm_folder(const std::string& folder);
  bool drain();

  Descriptor descriptor_;
  std::map<int, std::string> watched_;  // by inotify's number
  std::size_t unwatched_ = 0;
};

}  // namespace hearken::library
