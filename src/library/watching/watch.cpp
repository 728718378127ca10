// Waiting, and looking again.
#include "library/watching/watch.h"

#include <fmt/format.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <charconv>
#include <ctime>

#include "core/paths.h"
#include "hearken/error.h"
#include "library/watching/folder_watch.h"

namespace hearken::library {
namespace {

constexpr double kCalmSeconds = 1, kScanSeconds = 600, kQuietCheckSeconds = 30, kRetrySeconds = 30;

int minute_of_day() {
  const std::time_t now = std::time(nullptr);
  std::tm local{};
  ::localtime_r(&now, &local);
  return local.tm_hour * 60 + local.tm_min;
}

int minute_in(std::string_view text, const std::string& whole) {
  int hour = -1, minute = -1;
  const std::size_t colon = text.find(':');
  const auto number = [](std::string_view digits, int& out) {
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), out);
    return error == std::errc() && end == digits.data() + digits.size();
  };
  const bool good = colon != std::string_view::npos && number(text.substr(0, colon), hour) &&
                    number(text.substr(colon + 1), minute) && hour >= 0 && hour < 24 && minute >= 0 && minute < 60;
  if (!good)
    throw Error(ErrorCode::invalid_argument,
                "--quiet-hours: " + display(whole) + " is no time of day from and to, such as 22:00-7:00");
  return hour * 60 + minute;
}

}  // namespace

void be_idle() {
  constexpr int kIoprioWhoProcess = 1, kIoprioIdle = 3 << 13;  // linux/ioprio.h
  ::setpriority(PRIO_PROCESS, 0, 19);
  const sched_param none{};
  ::sched_setscheduler(0, SCHED_IDLE, &none);
  ::syscall(SYS_ioprio_set, kIoprioWhoProcess, 0, kIoprioIdle);
}

bool QuietHours::hold(int minute) const {
  return begin_minute <= end_minute ? minute >= begin_minute && minute < end_minute
                                    : minute >= begin_minute || minute < end_minute;
}

QuietHours quiet_hours_in(const std::string& text) {
  if (text.empty()) return {};
  const std::size_t dash = text.find('-');
  const std::string_view whole = text;
  return {minute_in(whole.substr(0, dash), text),
          minute_in(dash == std::string::npos ? "" : whole.substr(dash + 1), text)};
}

void watch(const std::function<std::vector<std::filesystem::path>()>& paths, const WatchOptions& options,
           const std::function<void()>& look) {
  FolderWatch folders;
  std::size_t unwatched = 0;
  std::string trouble;  // of the look before, said once
  for (bool again = true; !*options.stop;) {
    if (!again) {
      folders.wait(kScanSeconds, kCalmSeconds, options.stop);
      again = true;
      continue;
    }
    folders.arm(paths());
    if (folders.unwatched() > unwatched)
      options.remark(
          fmt::format("{} folders cannot be watched (fs.inotify.max_user_watches): looked at every ten "
                      "minutes instead",
                      folders.unwatched()));
    unwatched = folders.unwatched();
    if (options.quiet.hold(minute_of_day())) {
      folders.wait(kQuietCheckSeconds, kQuietCheckSeconds, options.stop);
      continue;
    }
    again = false;
    try {
      look();
      trouble.clear();
    } catch (const Error& error) {
      if (error.code() == ErrorCode::invalid_argument || error.code() == ErrorCode::mismatch) throw;
      if (trouble != error.what()) options.remark(std::string(error.what()) + "; tried again until it works");
      trouble = error.what();
      folders.wait(kRetrySeconds, kCalmSeconds, options.stop);
      again = true;
    }
  }
}

}  // namespace hearken::library
