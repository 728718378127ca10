// Waiting, and looking again.
#include "cli/library/watch.h"

#include <fmt/format.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <charconv>
#include <ctime>

#include "cli/interrupt.h"
#include "cli/library/folder_watch.h"
#include "core/paths.h"

namespace hearken::cli {
namespace {

constexpr double kCalmSeconds = 1, kScanSeconds = 600, kQuietCheckSeconds = 30;

int minute_of_day() {
  const std::time_t now = std::time(nullptr);
  std::tm local{};
  ::localtime_r(&now, &local);
  return local.tm_hour * 60 + local.tm_min;
}

// Whoever works at this computer comes first: the processor only when nobody else wants it, and the disk likewise.
// Threads that are started from here on inherit it.
void be_idle() {
  constexpr int kIoprioWhoProcess = 1, kIoprioIdle = 3 << 13;  // linux/ioprio.h
  const sched_param none{};
  ::sched_setscheduler(0, SCHED_IDLE, &none);
  ::syscall(SYS_ioprio_set, kIoprioWhoProcess, 0, kIoprioIdle);
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

int watch(std::span<const std::filesystem::path> paths, const QuietHours& quiet, const CommonOptions& options,
          const std::function<void()>& look) {
  const Interrupt interrupt;
  FolderWatch folders;
  folders.arm(paths);
  if (folders.unwatched() > 0)
    print_error(fmt::format("{} cannot be watched (fs.inotify.max_user_watches): looked at every ten minutes instead",
                            counted(static_cast<std::int64_t>(folders.unwatched()), "folder")));
  print_note(options, "watching; Ctrl-C ends it");
  be_idle();
  bool again = true;  // what changed since the first run, before it was watched
  while (!*interrupt.flag()) {
    if (!again) {
      folders.wait(kScanSeconds, kCalmSeconds, interrupt.flag());
      again = true;
    } else if (quiet.hold(minute_of_day())) {
      folders.wait(kQuietCheckSeconds, kQuietCheckSeconds, interrupt.flag());
    } else {
      again = false;
      folders.arm(paths);
      try {
        look();
      } catch (const Error& error) {
        if (error.code() == ErrorCode::invalid_argument || error.code() == ErrorCode::mismatch) throw;
        print_error(std::string(error.what()) + "; tried again with the next change");
      }
    }
  }
  return kDone;
}

}  // namespace hearken::cli
