// Folders that are watched for changes: by inotify, and where that does not see them, by the clock.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/files/descriptor.h"

namespace hearken::library {

/// Used by one thread at a time.
class FolderWatch {
 public:
  /// Watches nothing yet. Throws Error(io) when the system has no inotify left; the clock would still do.
  FolderWatch();

  /// Watches the folders to the bottom, hidden ones excepted, and of files their folders; those already watched stay
  /// so. Call it before each look at the folders, so that nothing changes unseen between the two.
  void arm(std::span<const std::filesystem::path> paths);

  /// Folders that inotify has no room for (fs.inotify.max_user_watches): only the clock sees changes in them.
  std::size_t unwatched() const noexcept { return unwatched_; }

  /// Waits for a change, until none has come for `calm_seconds` (at most ten times as long), and returns true; or false
  /// when there was none for `most_seconds`. Returns early, false, when `*stop` becomes true. A change is also that one
  /// of the paths is not there any more, is there again or is another than when it was armed, and that something below
  /// one is mounted or unmounted: of that inotify says nothing.
  bool wait(double most_seconds, double calm_seconds, const std::atomic<bool>* stop);

 private:
  using Place = std::optional<std::pair<std::uint64_t, std::uint64_t>>;  // device and inode; nothing: not there

  void arm_folder(const std::string& folder);
  bool drain();
  bool places_changed();
  bool mounts_changed();
  std::vector<std::string> mounts_below() const;

  Descriptor descriptor_, mounts_;
  std::map<std::string, Place> places_;  // the folders given, and what was not there
  std::vector<std::string> folders_;     // those that were there, without links
  std::vector<std::string> mounted_;     // at or below them
  std::map<int, std::string> watched_;   // by inotify's number
  std::size_t unwatched_ = 0;
};

}  // namespace hearken::library
