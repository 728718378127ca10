// A team: rounds of work, told and awaited through two counters.
#include "core/threads/team.h"

#include <utility>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace hearken {
namespace {

// Some tens of microseconds: what lies between two layers. After that the CPU is somebody else's.
constexpr int kBusyTurns = 2000;

void breathe() {
#if defined(__x86_64__)
  _mm_pause();
#else
  std::this_thread::yield();
#endif
}

// Returns when the counter is no longer `old`.
void await_change(const std::atomic<std::uint32_t>& counter, std::uint32_t old) {
  for (int turn = 0; turn < kBusyTurns; ++turn) {
    if (counter.load(std::memory_order_acquire) != old) return;
    breathe();
  }
  counter.wait(old, std::memory_order_acquire);
}

}  // namespace

Team::Team(int threads) {
  try {
    for (int worker = 1; worker < threads; ++worker) others_.emplace_back([this, worker] { serve(worker); });
  } catch (...) {  // no thread or no memory: those that are there already wait for a round, and would for ever
    dismiss();
    throw;
  }
}

Team::~Team() { dismiss(); }

void Team::dismiss() noexcept {
  stop_ = true;
  ++round_;
  round_.notify_all();
}

void Team::run(std::size_t count, const std::function<void(std::size_t, int)>& each) {
  if (others_.empty() || count <= 1) {
    for (std::size_t i = 0; i < count; ++i) each(i, 0);
    return;
  }
  each_ = &each;
  count_ = count;
  next_ = 0;
  working_ = static_cast<std::uint32_t>(others_.size());
  ++round_;
  round_.notify_all();
  work(0);
  for (std::uint32_t left; (left = working_.load(std::memory_order_acquire)) != 0;) await_change(working_, left);
  if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
}

void Team::work(int worker) {
  for (std::size_t i; (i = next_++) < count_;) {
    try {
      (*each_)(i, worker);
    } catch (...) {
      std::lock_guard lock(mutex_);
      if (!failure_) failure_ = std::current_exception();
      next_ = count_;
    }
  }
}

void Team::serve(int worker) {
  for (std::uint32_t seen = 0;; ++seen) {
    await_change(round_, seen);
    if (stop_) return;
    work(worker);
    if (--working_ == 0) working_.notify_all();
  }
}

}  // namespace hearken
