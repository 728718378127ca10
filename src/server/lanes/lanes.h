// Threads that answer requests: a bounded queue each, fair among clients; texts of what waits are embedded together, in
// slices.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "server/app.h"
#include "server/http/router.h"
#include "server/lanes/fair_queue.h"

namespace hearken::server {

/// A request on its way to an answer. `answer` is called once, on any thread, unless the request is gone.
struct Task {
  const Route* route = nullptr;
  Request request;
  std::function<void(Response)> answer;
};

struct LanePlan {
  Lane lane = Lane::light;
  std::size_t capacity = 1;  // of the queue
  int threads = 1;
  std::size_t at_once = 1;  // tasks that a thread begins in one round
  int nice = 0;             // how far the threads stand back behind others
};

class Lanes;

class LaneThreads {
 public:
  LaneThreads(App& app, Lanes& all, const LanePlan& plan);
  ~LaneThreads();
  LaneThreads(const LaneThreads&) = delete;
  LaneThreads& operator=(const LaneThreads&) = delete;

  /// False, and the task is untouched, when the queue has no room for this client. A client that has more waiting may
  /// lose its latest task for it, which is then answered with 503. Any thread.
  bool submit(Task& task);
  /// Whether submit() would take a task of this client now. Where it would not, the client has asked in vain.
  bool has_room(const std::string& client);

  std::size_t waiting() const;
  /// Finishes what waits, takes nothing more.
  void end();

 private:
  struct Active;
  using ActiveTasks = std::vector<std::unique_ptr<Active>>;

  void serve();
  /// How many tasks it worked on.
  std::size_t round(Worker& worker, ActiveTasks& active, double seconds_each);
  void prepare(Worker& worker, ActiveTasks& active, Task task);
  void embed_slice(ActiveTasks& active);
  void finish(Active& one);
  void move_on(Active& one, Lane lane);
  std::optional<Task> take(bool wait);
  std::size_t share(double seconds_each) const;

  App& app_;
  Lanes& all_;
  const LanePlan plan_;
  mutable std::mutex mutex_;
  std::condition_variable filled_;
  FairQueue<Task> queue_;
  bool closed_ = false;
  std::vector<std::jthread> threads_;
};

/// The server's own. Ends with what waits.
class Lanes {
 public:
  explicit Lanes(App& app);
  ~Lanes();
  Lanes(const Lanes&) = delete;
  Lanes& operator=(const Lanes&) = delete;
  LaneThreads& of(Lane lane);  // not instant

 private:
  LaneThreads search_, light_, write_, heavy_;
};

}  // namespace hearken::server
