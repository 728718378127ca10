// Indexing while the server serves: one run at a time, on threads of lower priority.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <thread>
#include <vector>

#include "hearken/index.h"
#include "hearken/model.h"
#include "server/http/errors.h"
#include "server/http/options.h"

namespace hearken::server {

enum class JobState { queued, running, paused, done, cancelled, failed };
std::string_view to_string(JobState state) noexcept;
inline bool is_over(JobState state) noexcept { return state >= JobState::done; }

/// Of so many files that were skipped a finished job says which.
inline constexpr std::size_t kNotesKept = 1000;

/// A job as it was at a moment.
struct Job {
  std::int64_t id = 0;
  JobState state = JobState::queued;
  std::filesystem::path folder;
  std::int64_t source = 0, root = 0;  // what it was asked by; 0: not
  bool prune = false;
  bool quick = false;       // as IndexOptions::quick
  bool background = false;  // it yields to everything else
  bool links = true;        // as IndexOptions::links
  bool watched = false;     // nobody asked for it: something changed in the folder; in the background
  std::int64_t created_at = 0, started_at = 0, finished_at = 0;  // Unix seconds; 0: not yet
  IndexProgress progress;
  std::optional<IndexReport> report;  // of its skipped files no more than kNotesKept
  std::int64_t skipped = 0;           // in all, once it is over
  std::optional<Problem> error;
  std::uint64_t version = 0;  // grows with every change
};

/// Any thread may call.
class Jobs {
 public:
  Jobs(std::filesystem::path library, const Model& model, int threads);
  /// Cancels, and waits for the run to stop.
  ~Jobs();
  Jobs(const Jobs&) = delete;
  Jobs& operator=(const Jobs&) = delete;

  /// Throws HttpError 503 when too many wait.
  Job create(Job wanted);
  std::vector<Job> all() const;  // newest first
  /// A watched job for each folder that has none waiting. Earlier ones that found nothing new are forgotten.
  void look_at(const std::vector<std::filesystem::path>& folders, bool links);
  /// Those below throw HttpError: 404, and 409 for what makes no sense in its state.
  Job get(std::int64_t id) const;
  Job pause(std::int64_t id);
  Job resume(std::int64_t id);
  Job cancel(std::int64_t id);

  /// Stops what runs; nothing else begins.
  void stop();

 private:
  struct Entry {
    Job job;
    std::atomic<bool> cancel{false};
    bool pause = false;
  };
  Job set_paused(std::int64_t id, bool paused);
  Entry& entry(std::int64_t id) const;  // with the mutex held; so add()
  Job add(Job wanted);
  void serve();
  void run(Entry& entry);
  void show(Entry& entry, const IndexProgress& progress);

  const std::filesystem::path library_;
  const Model& model_;
  const int threads_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::int64_t, std::unique_ptr<Entry>> jobs_;
  std::int64_t last_id_ = 0;
  bool stopped_ = false;
  std::jthread thread_;  // started by the first job
};

}  // namespace hearken::server
