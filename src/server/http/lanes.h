// Threads that answer requests: a bounded queue each, texts of what waits together embedded together.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "server/app.h"
#include "server/http/router.h"

namespace hearken::server {

/// A request on its way to an answer. `answer` is called once, on a worker's thread, unless the request is gone.
struct Task {
  const Route* route = nullptr;
  Request request;
  std::function<void(Response)> answer;
};

class LaneThreads {
 public:
  /// `at_once`: tasks that a thread takes together. `nice`: how far the threads stand back behind others.
  LaneThreads(App& app, std::size_t capacity, int threads, std::size_t at_once, int nice);
  /// Finishes what waits.
  ~LaneThreads();
  LaneThreads(const LaneThreads&) = delete;
  LaneThreads& operator=(const LaneThreads&) = delete;

  /// False, and the task untouched, when the queue is full. Any thread.
  bool submit(Task& task);

  std::size_t waiting() const;

 private:
  void serve();
  std::vector<Task> take();
  void work(Worker& worker, std::vector<Task>& tasks);

  App& app_;
  const std::size_t capacity_, threads_count_, at_once_;
  const int nice_;
  mutable std::mutex mutex_;
  std::condition_variable filled_;
  std::deque<Task> queue_;
  bool closed_ = false;
  std::vector<std::jthread> threads_;
};

/// The server's three.
struct Lanes {
  LaneThreads search, light, heavy;
  explicit Lanes(App& app);
  LaneThreads& of(Lane lane);
};

}  // namespace hearken::server
