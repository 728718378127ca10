// How many threads to use, what a thread has cost, and what time it is.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>

namespace hearken {

/// `requested` when positive, else the number of CPUs this process may run on.
int thread_count(int requested) noexcept;

/// Calls each(0) … each(count - 1), spread over all CPUs; returns when all are done. The first exception is thrown on,
/// after which no further call begins.
void parallel_for(std::size_t count, const std::function<void(std::size_t)>& each);

/// CPU seconds the calling thread has used.
double thread_cpu_seconds() noexcept;

/// Seconds of a clock that never goes back.
double monotonic_seconds() noexcept;

/// Whole seconds since 1970 in UTC.
std::int64_t unix_seconds() noexcept;

/// The root of a thread that serves until it is told to stop: runs `serve`; what is thrown out of it (memory that ran
/// out, mostly) is said on standard error, and after a moment it is run again. A thread never ends the process.
void keep_serving(const char* name, const std::function<void()>& serve) noexcept;

/// Runs `once`; what it throws is given up: for threads whose work is no more than a favour.
void attempt(const std::function<void()>& once) noexcept;

}  // namespace hearken
