// Thread counts and clocks.
#include "core/threads/threads.h"

#include <sched.h>
#include <time.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace hearken {

int thread_count(int requested) noexcept {
  if (requested > 0) return requested;
  cpu_set_t set;
  if (::sched_getaffinity(0, sizeof set, &set) == 0) return CPU_COUNT(&set);
  const unsigned n = std::thread::hardware_concurrency();
  return n > 0 ? static_cast<int>(n) : 1;
}

void parallel_for(std::size_t count, const std::function<void(std::size_t)>& each) {
  std::atomic<std::size_t> next{0};
  std::mutex mutex;
  std::exception_ptr failure;
  const auto work = [&] {
    for (std::size_t i; (i = next++) < count;) {
      try {
        each(i);
      } catch (...) {
        std::lock_guard lock(mutex);
        if (!failure) failure = std::current_exception();
        next = count;
      }
    }
  };
  {
    std::vector<std::jthread> helpers;
    for (int i = 1; i < thread_count(0) && static_cast<std::size_t>(i) < count; ++i) helpers.emplace_back(work);
    work();
  }
  if (failure) std::rethrow_exception(failure);
}

void keep_serving(const char* name, const std::function<void()>& serve) noexcept {
  for (;;) {
    try {
      return serve();
    } catch (const std::exception& e) {
      std::fprintf(stderr, "hearken: %s: %s\n", name, e.what());
    } catch (...) {
      std::fprintf(stderr, "hearken: %s: an exception that says nothing\n", name);
    }
    const timespec pause{0, 100'000'000};
    ::nanosleep(&pause, nullptr);
  }
}

void attempt(const std::function<void()>& once) noexcept {
  try {
    once();
  } catch (...) {  // NOLINT(bugprone-empty-catch): see the header
  }
}

double thread_cpu_seconds() noexcept {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

double monotonic_seconds() noexcept {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

std::int64_t unix_seconds() noexcept {
  return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

}  // namespace hearken
