// hearken index --watch: the folders are looked at again whenever something changes in them.
#pragma once

#include <filesystem>
#include <functional>
#include <span>
#include <string>

#include "cli/common.h"

namespace hearken::cli {

/// Hours of the day, local time, in which nothing is indexed: "22:00-7:00". From the first to the second, over midnight
/// if need be.
struct QuietHours {
  int begin_minute = 0, end_minute = 0;  // of the day; equal: none

  bool hold(int minute) const;
};
/// Throws Error(invalid_argument) for what is none.
QuietHours quiet_hours_in(const std::string& text);

/// Calls `look` after each change below `paths`, and every ten minutes for what inotify does not see (network mounts),
/// until Ctrl-C or SIGTERM; outside of the quiet hours only, at idle priority. What `look` throws is told and tried
/// again with the next change; returns the exit status.
int watch(std::span<const std::filesystem::path> paths, const QuietHours& quiet, const CommonOptions& options,
          const std::function<void()>& look);

}  // namespace hearken::cli
