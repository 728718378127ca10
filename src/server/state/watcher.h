// The server's --watch: a job for each source in which something changes.
#pragma once

#include <atomic>
#include <thread>

#include "server/app.h"

namespace hearken::server {

/// Watches from its making to its end, on a thread of its own, what the library was filled from and what may be
/// indexed; nothing unless ServeOptions::watch. The App outlives it.
class Watcher {
 public:
  explicit Watcher(App& app);
  ~Watcher();
  Watcher(const Watcher&) = delete;
  Watcher& operator=(const Watcher&) = delete;

 private:
  void watch();

  App& app_;
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

}  // namespace hearken::server
