// How many threads to use, and what a thread has cost.
#pragma once

namespace hearken {

/// `requested` when positive, else the number of CPUs this process may run on.
int thread_count(int requested) noexcept;

/// CPU seconds the calling thread has used.
double thread_cpu_seconds() noexcept;

/// Seconds of a clock that never goes back.
double monotonic_seconds() noexcept;

}  // namespace hearken
