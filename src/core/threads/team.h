// Threads that share one piece of work after another, microseconds apart.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace hearken {

/// The caller and threads - 1 others, which wait between calls (a moment busily, then asleep). One call at a time.
/// For work that parallel_for would spend on starting threads.
class Team {
 public:
  explicit Team(int threads);
  ~Team();
  Team(const Team&) = delete;
  Team& operator=(const Team&) = delete;

  int threads() const noexcept { return static_cast<int>(others_.size()) + 1; }

  /// Calls each(i, worker) for every i below count, worker being 0 (the caller) to threads() - 1, and no two calls with
  /// the same worker at once. Which worker takes which i is not fixed. Returns when all are done; the first exception
  /// is thrown on, after which no further call begins.
  void run(std::size_t count, const std::function<void(std::size_t i, int worker)>& each);

 private:
  void serve(int worker);
  void dismiss() noexcept;
  void work(int worker);

  std::vector<std::jthread> others_;
  const std::function<void(std::size_t, int)>* each_ = nullptr;
  std::size_t count_ = 0;
  std::atomic<std::size_t> next_{0};
  std::atomic<std::uint32_t> round_{0};    // counted up when work is there
  std::atomic<std::uint32_t> working_{0};  // others not yet done with the round
  std::atomic<bool> stop_{false};
  std::mutex mutex_;  // guards failure_
  std::exception_ptr failure_;
};

}  // namespace hearken
