// A worker's round: take what waits, prepare it, embed a slice of its texts, finish what is complete.
#include "server/lanes/lanes.h"

#include <sys/resource.h>

#include <algorithm>
#include <exception>
#include <span>
#include <utility>

#include "core/threads/threads.h"
#include "server/http/errors.h"

namespace hearken::server {
namespace {

constexpr double kSlice = 0.02;         // seconds that a round should take
constexpr std::size_t kMostActive = 8;  // tasks in slices that a thread has begun, before it takes no more
constexpr int kWriteNice = 5, kHeavyNice = 10;

// Whether texts would hold up the searches behind them. Those of one search never do, however slow the model is.
bool are_many(std::span<const std::string> texts, TextVectors& vectors) {
  constexpr std::size_t kBytesOfASearch = 4096;
  constexpr double kLong = 0.08;  // seconds
  std::size_t bytes = 0;
  for (const std::string& text : texts) bytes += text.size();
  return bytes > kBytesOfASearch && vectors.seconds_for(texts, kLong) >= kLong;
}

// Requests with the same key have the same answer at the same moment.
std::string key_of(const Task& task) {
  if (task.route->lane != Lane::search || task.request.sound != nullptr) return {};
  std::string key = task.request.method + '\n' + task.request.path;
  for (const auto& [name, value] : task.request.query) key += '\n' + name + '\0' + value;
  return key + "\n\n" + task.request.body;
}

bool gone(const Task& task) { return *task.request.gone; }

void answer(Task& task, Response response) {
  if (const auto give = std::exchange(task.answer, nullptr)) give(std::move(response));
}

Response failure_of(const Task& task) { return failure(task.request, problem_of(std::current_exception())); }

}  // namespace

// A task that has begun. What it left to do refers to its request, so that it does not move.
struct LaneThreads::Active {
  Task task;
  std::string key;
  std::vector<Task> same;  // others that get the same answer
  Work work;
  std::vector<float> vectors;  // of the first of its texts
  std::size_t embedded = 0;    // texts
  bool over = false;

  bool is_wanted() const { return !gone(task) || !std::ranges::all_of(same, gone); }

  void end(Response response) {
    work = {};
    over = true;
    for (Task& other : same) answer(other, response);
    answer(task, std::move(response));
  }
};

LaneThreads::LaneThreads(App& app, Lanes& all, const LanePlan& plan)
    : app_(app), all_(all), plan_(plan), queue_(plan.capacity) {
  for (int i = 0; i < plan_.threads; ++i)
    threads_.emplace_back([this] { keep_serving("a lane", [this] { serve(); }); });
}

LaneThreads::~LaneThreads() { end(); }

void LaneThreads::end() {
  {
    std::lock_guard lock(mutex_);
    closed_ = true;
  }
  filled_.notify_all();
  threads_.clear();
}

bool LaneThreads::submit(Task& task) {
  std::optional<Task> pushed_out;
  {
    std::lock_guard lock(mutex_);
    const std::string client = task.request.client;
    if (closed_) return false;
    if (!queue_.has_room(client)) {
      queue_.count(client);
      return false;
    }
    pushed_out = queue_.put(client, std::move(task));
  }
  filled_.notify_one();
  if (pushed_out) {
    ++app_.refused;
    answer(*pushed_out, failure(pushed_out->request, no_room()));
  }
  return true;
}

bool LaneThreads::has_room(const std::string& client) {
  std::lock_guard lock(mutex_);
  if (queue_.has_room(client)) return true;
  queue_.count(client);
  return false;
}

std::size_t LaneThreads::waiting() const {
  std::lock_guard lock(mutex_);
  return queue_.size();
}

// Nothing when none waits, and none is to be waited for or the lane ends.
std::optional<Task> LaneThreads::take(bool wait) {
  std::unique_lock lock(mutex_);
  if (wait) filled_.wait(lock, [&] { return closed_ || !queue_.empty(); });
  if (queue_.empty()) return std::nullopt;
  return queue_.take();
}

// How many of what waits a thread should begin: its part of it, and no more than fits into a round.
std::size_t LaneThreads::share(double seconds_each) const {
  const auto threads = static_cast<std::size_t>(plan_.threads);
  const std::size_t most = std::min(plan_.at_once, static_cast<std::size_t>(kSlice / seconds_each));
  return std::clamp<std::size_t>((waiting() + threads - 1) / threads, 1, std::max<std::size_t>(1, most));
}

void LaneThreads::serve() {
  if (plan_.nice > 0) ::setpriority(PRIO_PROCESS, 0, ::getpriority(PRIO_PROCESS, 0) + plan_.nice);  // of this thread
  Worker worker(app_, plan_.lane);
  ActiveTasks active;
  double seconds_each = kSlice / static_cast<double>(plan_.at_once);  // what a task took lately
  for (;;) {
    std::optional<Task> first;
    if (active.size() < kMostActive) first = take(active.empty());
    if (!first && active.empty()) return;
    try {
      const double began = monotonic_seconds();
      if (first) prepare(worker, active, std::move(*first));
      const std::size_t tasks = round(worker, active, seconds_each);
      constexpr double kWeight = 0.2, kLeast = 1e-4;
      const double each = (monotonic_seconds() - began) / static_cast<double>(std::max<std::size_t>(1, tasks));
      seconds_each = std::max(kLeast, seconds_each + kWeight * (each - seconds_each));
    } catch (...) {  // no memory for the round itself
      for (const auto& one : active) one->end(failure_of(one->task));
      active.clear();
    }
  }
}

std::size_t LaneThreads::round(Worker& worker, ActiveTasks& active, double seconds_each) {
  const auto fills_slice = [&] {
    double texts = 0;
    for (const auto& one : active)
      texts += app_.texts.seconds_for(std::span(one->work.texts).subspan(one->embedded), kSlice);
    return texts >= kSlice;
  };
  const std::size_t most = share(seconds_each);
  for (std::size_t begun = 1; begun < most && active.size() < plan_.at_once && !fills_slice(); ++begun) {
    std::optional<Task> next = take(false);
    if (!next) break;
    prepare(worker, active, std::move(*next));
  }
  std::erase_if(active, [](const auto& one) { return one->over || !one->is_wanted(); });
  const std::size_t tasks = active.size();
  embed_slice(active);
  for (const auto& one : active)
    if (!one->over && one->embedded == one->work.texts.size()) finish(*one);
  std::erase_if(active, [](const auto& one) { return one->over; });
  if (active.size() > 1) std::ranges::rotate(active, active.begin() + 1);  // each has its turn at the next slice
  return tasks;
}

void LaneThreads::prepare(Worker& worker, ActiveTasks& active, Task task) {
  if (gone(task)) return;
  std::string key = key_of(task);
  if (!key.empty()) {
    const auto twin = std::ranges::find_if(active, [&](const auto& one) { return !one->over && one->key == key; });
    if (twin != active.end()) {
      (*twin)->same.push_back(std::move(task));
      ++app_.shared;
      return;
    }
  }
  Active& one = *active.emplace_back(std::make_unique<Active>());
  one.task = std::move(task);
  one.key = std::move(key);
  try {
    one.work = begun(*one.task.route, worker, one.task.request);
    if (plan_.lane == Lane::search && are_many(one.work.texts, app_.texts)) move_on(one, Lane::heavy);
  } catch (const Elsewhere& other) {
    move_on(one, other.lane);
  } catch (...) {
    one.end(failure_of(one.task));
  }
}

// Embeds the texts of all, from the front, as far as one slice goes; of the first at least one text.
void LaneThreads::embed_slice(ActiveTasks& active) {
  std::vector<std::string> texts;
  std::vector<std::pair<Active*, std::size_t>> parts;  // how many are whose
  double left = kSlice;
  for (const auto& one : active) {
    std::size_t count = 0;
    for (std::size_t i = one->embedded; !one->over && i < one->work.texts.size() && (left > 0 || texts.empty()); ++i) {
      left -= app_.texts.seconds_for(std::span(&one->work.texts[i], 1), kSlice);
      texts.push_back(one->work.texts[i]);
      ++count;
    }
    if (count > 0) parts.emplace_back(one.get(), count);
  }
  if (texts.empty()) return;
  try {
    const std::vector<float> vectors = app_.texts.of(texts);
    const std::size_t width = vectors.size() / texts.size();
    auto from = vectors.begin();
    for (const auto& [one, count] : parts) {
      const auto to = from + static_cast<std::ptrdiff_t>(count * width);
      one->vectors.insert(one->vectors.end(), from, to);
      one->embedded += count;
      from = to;
    }
  } catch (...) {
    for (const auto& part : parts) part.first->end(failure_of(part.first->task));
  }
}

// Does what is left, or a slice of it.
void LaneThreads::finish(Active& one) {
  try {
    if (std::optional<Response> response = one.work.finish(one.vectors)) one.end(std::move(*response));
  } catch (const Elsewhere& other) {
    move_on(one, other.lane);
  } catch (...) {
    one.end(failure_of(one.task));
  }
}

// It is begun anew on the other lane.
void LaneThreads::move_on(Active& one, Lane lane) {
  one.work = {};
  one.over = true;
  one.same.push_back(std::move(one.task));
  for (Task& task : one.same) {
    if (all_.of(lane).submit(task)) continue;
    ++app_.refused;
    answer(task, failure(task.request, no_room()));
  }
}

Lanes::Lanes(App& app)
    : search_(app, *this, {Lane::search, app.limits.search_queue, thread_count(app.options.threads), 8, 0}),
      light_(app, *this, {Lane::light, app.limits.light_queue, 2, 1, 0}),
      write_(app, *this, {Lane::write, app.limits.write_queue, 1, 1, kWriteNice}),
      heavy_(app, *this,
             {Lane::heavy, app.limits.heavy_queue, std::max(2, thread_count(app.options.threads) / 2), 1, kHeavyNice}) {
}

// What is moved on to another lane has to find it there.
Lanes::~Lanes() {
  for (LaneThreads* lane : {&search_, &light_, &write_, &heavy_}) lane->end();
}

LaneThreads& Lanes::of(Lane lane) {
  switch (lane) {
    case Lane::search: return search_;
    case Lane::write: return write_;
    case Lane::heavy: return heavy_;
    case Lane::instant:
    case Lane::light: return light_;
  }
  return light_;
}

}  // namespace hearken::server
