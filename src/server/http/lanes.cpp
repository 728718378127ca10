// A worker's round: take what waits, prepare all, embed all texts, finish each.
#include "server/http/lanes.h"

#include <sys/resource.h>

#include <algorithm>
#include <exception>
#include <map>
#include <optional>
#include <span>
#include <utility>

#include "core/threads.h"
#include "server/http/errors.h"

namespace hearken::server {
namespace {

// Requests with the same key have the same answer at the same moment.
std::string key_of(const Task& task) {
  if (task.route->lane != Lane::search || task.request.sound != nullptr) return {};
  std::string key = task.request.method + '\n' + task.request.path;
  for (const auto& [name, value] : task.request.query) key += '\n' + name + '\0' + value;
  return key + "\n\n" + task.request.body;
}

struct Prepared {
  Task* task = nullptr;
  Work work;
  std::optional<Response> failed;
  std::vector<Task*> same;
  std::size_t first_text = 0;
};

bool gone(const Task& task) { return *task.request.gone; }

}  // namespace

LaneThreads::LaneThreads(App& app, std::size_t capacity, int threads, std::size_t at_once, int nice)
    : app_(app),
      capacity_(capacity),
      threads_count_(static_cast<std::size_t>(threads)),
      at_once_(at_once),
      nice_(nice) {
  for (std::size_t i = 0; i < threads_count_; ++i) threads_.emplace_back([this] { serve(); });
}

LaneThreads::~LaneThreads() {
  {
    std::lock_guard lock(mutex_);
    closed_ = true;
  }
  filled_.notify_all();
}

bool LaneThreads::submit(Task& task) {
  {
    std::lock_guard lock(mutex_);
    if (queue_.size() >= capacity_) return false;
    queue_.push_back(std::move(task));
  }
  filled_.notify_one();
  return true;
}

std::size_t LaneThreads::waiting() const {
  std::lock_guard lock(mutex_);
  return queue_.size();
}

std::vector<Task> LaneThreads::take() {
  std::unique_lock lock(mutex_);
  filled_.wait(lock, [&] { return closed_ || !queue_.empty(); });
  const std::size_t share = (queue_.size() + threads_count_ - 1) / threads_count_;
  std::vector<Task> out;
  while (out.size() < std::min(share, at_once_)) {
    out.push_back(std::move(queue_.front()));
    queue_.pop_front();
  }
  return out;
}

void LaneThreads::serve() {
  if (nice_ > 0) ::setpriority(PRIO_PROCESS, 0, nice_);  // of this thread
  std::optional<Worker> worker;
  for (;;) {
    std::vector<Task> tasks = take();
    if (tasks.empty()) return;
    try {
      if (!worker) worker.emplace(app_);
      work(*worker, tasks);
    } catch (...) {
      // Only opening the library gets here; each request has its own answer otherwise.
      for (Task& task : tasks)
        if (task.answer) task.answer(failure(task.request, problem_of(std::current_exception())));
    }
  }
}

void LaneThreads::work(Worker& worker, std::vector<Task>& tasks) {
  const auto failure_of = [](const Task& task) { return failure(task.request, problem_of(std::current_exception())); };
  std::vector<Prepared> all;
  std::map<std::string, std::size_t> places;  // in `all`, by key
  std::vector<std::string> texts;
  for (Task& task : tasks) {
    if (gone(task)) continue;
    if (const std::string key = key_of(task); !key.empty()) {
      const auto [at, is_new] = places.emplace(key, all.size());
      if (!is_new) {
        all[at->second].same.push_back(&task);
        ++app_.shared;
        continue;
      }
    }
    Prepared& one = all.emplace_back();
    one.task = &task;
    try {
      one.work = begun(*task.route, worker, task.request);
    } catch (...) {
      one.failed = failure_of(task);
    }
    one.first_text = texts.size();
    texts.insert(texts.end(), one.work.texts.begin(), one.work.texts.end());
  }
  std::vector<float> vectors;
  try {
    if (!texts.empty()) vectors = app_.texts.of(texts);
  } catch (...) {
    for (Prepared& one : all)
      if (!one.failed) one.failed = failure_of(*one.task);
  }
  const std::size_t width = texts.empty() ? 0 : vectors.size() / texts.size();
  for (Prepared& one : all) {
    std::vector<Task*> listeners = one.same;
    listeners.insert(listeners.begin(), one.task);
    if (std::all_of(listeners.begin(), listeners.end(), [](const Task* t) { return gone(*t); })) continue;
    Response response;
    if (one.failed) {
      response = std::move(*one.failed);
    } else {
      try {
        response = one.work.finish(
            std::span<const float>(vectors).subspan(one.first_text * width, one.work.texts.size() * width));
      } catch (...) {
        response = failure_of(*one.task);
      }
    }
    one.work = {};
    for (Task* task : one.same) std::exchange(task->answer, nullptr)(response);
    std::exchange(one.task->answer, nullptr)(std::move(response));
  }
}

Lanes::Lanes(App& app)
    : search(app, app.limits.search_queue, thread_count(app.options.threads), 32, 0),
      light(app, app.limits.light_queue, 2, 1, 0),
      heavy(app, app.limits.heavy_queue, std::max(2, thread_count(app.options.threads) / 2), 1, 5) {}

LaneThreads& Lanes::of(Lane lane) {
  switch (lane) {
    case Lane::search: return search;
    case Lane::light: return light;
    case Lane::heavy: return heavy;
  }
  return light;
}

}  // namespace hearken::server
