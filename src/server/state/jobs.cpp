// The queue of jobs and the thread that runs them.
#include "server/state/jobs.h"

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <exception>
#include <span>
#include <utility>

#include "core/enum_names.h"
#include "core/threads/threads.h"
#include "library/watching/watch.h"

namespace hearken::server {
namespace {

constexpr std::size_t kMostWaiting = 32, kMostKept = 200;
constexpr int kNice = 10;

}  // namespace

constexpr std::string_view kStateNames[] = {"queued", "running", "paused", "done", "cancelled", "failed"};
std::string_view to_string(JobState state) noexcept { return name_in(kStateNames, state); }

Jobs::Jobs(std::filesystem::path library, const Model& model, int threads)
    : library_(std::move(library)), model_(model), threads_(threads) {}

Jobs::~Jobs() {
  stop();
  if (thread_.joinable()) thread_.join();
}

void Jobs::stop() {
  std::lock_guard lock(mutex_);
  stopped_ = true;
  for (auto& [id, entry] : jobs_) entry->cancel = true;
  changed_.notify_all();
}

Jobs::Entry& Jobs::entry(std::int64_t id) const {
  const auto at = jobs_.find(id);
  if (at == jobs_.end()) throw HttpError(404, "not_found", fmt::format("there is no job {}", id));
  return *at->second;
}

Job Jobs::create(Job wanted) {
  std::lock_guard lock(mutex_);
  const auto waiting = std::count_if(jobs_.begin(), jobs_.end(),
                                     [](const auto& one) { return one.second->job.state == JobState::queued; });
  if (stopped_ || static_cast<std::size_t>(waiting) >= kMostWaiting)
    throw Error(ErrorCode::busy, "too many jobs wait already");
  return add(std::move(wanted));
}

void Jobs::look_at(const std::vector<std::filesystem::path>& folders, bool links) {
  std::lock_guard lock(mutex_);
  if (stopped_) return;
  std::erase_if(jobs_, [](const auto& one) {
    const Job& job = one.second->job;
    return job.watched && job.state == JobState::done && job.report->indexed + job.report->moved == 0;
  });
  for (const std::filesystem::path& folder : folders) {
    const bool waits = std::ranges::any_of(jobs_, [&](const auto& one) {
      const Job& job = one.second->job;
      return job.watched && job.state == JobState::queued && job.folder == folder;
    });
    if (waits) continue;
    Job job;
    job.folder = folder;
    job.links = links;
    job.watched = job.background = true;
    add(std::move(job));
  }
}

Job Jobs::add(Job wanted) {
  auto entry = std::make_unique<Entry>();
  entry->job = std::move(wanted);
  entry->job.id = ++last_id_;
  entry->job.created_at = unix_seconds();
  const Job out = entry->job;
  jobs_.emplace(out.id, std::move(entry));
  while (jobs_.size() > kMostKept && is_over(jobs_.begin()->second->job.state)) jobs_.erase(jobs_.begin());
  if (!thread_.joinable()) thread_ = std::jthread([this] { keep_serving("jobs", [this] { serve(); }); });
  changed_.notify_all();
  return out;
}

std::vector<Job> Jobs::all() const {
  std::lock_guard lock(mutex_);
  std::vector<Job> out;
  for (auto at = jobs_.rbegin(); at != jobs_.rend(); ++at) out.push_back(at->second->job);
  return out;
}

Job Jobs::get(std::int64_t id) const {
  std::lock_guard lock(mutex_);
  return entry(id).job;
}

Job Jobs::pause(std::int64_t id) { return set_paused(id, true); }
Job Jobs::resume(std::int64_t id) { return set_paused(id, false); }

Job Jobs::set_paused(std::int64_t id, bool paused) {
  std::lock_guard lock(mutex_);
  Entry& one = entry(id);
  if (one.job.state != JobState::running && one.job.state != JobState::paused)
    throw HttpError(409, "mismatch", fmt::format("job {} is {}", id, to_string(one.job.state)));
  one.pause = paused;
  one.job.state = paused ? JobState::paused : JobState::running;
  ++one.job.version;
  changed_.notify_all();
  return one.job;
}

Job Jobs::cancel(std::int64_t id) {
  std::lock_guard lock(mutex_);
  Entry& one = entry(id);
  if (is_over(one.job.state))
    throw HttpError(409, "mismatch", fmt::format("job {} is {} already", id, to_string(one.job.state)));
  one.cancel = true;
  if (one.job.state == JobState::queued) {
    one.job.state = JobState::cancelled;
    one.job.finished_at = unix_seconds();
  }
  ++one.job.version;
  changed_.notify_all();
  return one.job;
}

void Jobs::serve() {
  ::setpriority(PRIO_PROCESS, 0, kNice);  // of this thread and those it starts
  for (;;) {
    Entry* next = nullptr;
    {
      std::unique_lock lock(mutex_);
      const auto waiting = [&] {
        for (auto& [id, one] : jobs_)
          if (one->job.state == JobState::queued) return one.get();
        return static_cast<Entry*>(nullptr);
      };
      changed_.wait(lock, [&] { return stopped_ || waiting() != nullptr; });
      if (stopped_) return;
      next = waiting();
      next->job.state = JobState::running;
      next->job.started_at = unix_seconds();
      ++next->job.version;
    }
    if (next->job.background) {  // a thread of its own: who is idle once stays so
      std::jthread([&] {
        library::be_idle();
        run(*next);
      }).join();
    } else {
      run(*next);
    }
  }
}

// Called by the run some ten times a second, outside its transactions; a pause holds the run here.
void Jobs::show(Entry& entry, const IndexProgress& progress) {
  std::unique_lock lock(mutex_);
  entry.job.progress = progress;
  ++entry.job.version;
  changed_.wait(lock, [&] { return !entry.pause || entry.cancel; });
}

void Jobs::run(Entry& entry) {
  std::filesystem::path folder;
  IndexOptions options;
  {
    std::lock_guard lock(mutex_);
    folder = entry.job.folder;
    options.prune = entry.job.prune;
    options.quick = entry.job.quick;
    options.links = entry.job.links;
  }
  options.threads = threads_;
  options.cancel = &entry.cancel;
  options.progress = [&](const IndexProgress& progress) { show(entry, progress); };
  std::optional<IndexReport> report;
  std::optional<Problem> error;
  try {
    Library library = Library::open(library_, OpenMode::create);
    const LibraryInfo info = library.info();
    if (const LibraryModel* own = newest_made_by(model_, info); own != nullptr) options.windowing = own->windowing;
    report = index(library, model_, std::span(&folder, 1), options);
  } catch (...) {
    error = problem_of(std::current_exception());
  }
  std::lock_guard lock(mutex_);
  const bool cancelled = entry.cancel && (error || report->cancelled);
  entry.job.state = cancelled ? JobState::cancelled : error ? JobState::failed : JobState::done;
  entry.job.finished_at = unix_seconds();
  entry.job.skipped = report ? static_cast<std::int64_t>(report->skipped.size()) : 0;
  if (report && report->skipped.size() > kNotesKept) {
    report->skipped.resize(kNotesKept);
    report->skipped.shrink_to_fit();
  }
  entry.job.report = std::move(report);
  if (!cancelled) entry.job.error = std::move(error);
  ++entry.job.version;
}

}  // namespace hearken::server
