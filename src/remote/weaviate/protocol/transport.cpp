// Requests to several endpoints, tried again where that is safe.
#include "remote/weaviate/protocol/transport.h"

#include <algorithm>
#include <limits>
#include <list>
#include <mutex>
#include <random>
#include <thread>

#include "core/paths.h"
#include "remote/weaviate/protocol/http_request.h"
#include "remote/weaviate/protocol/status.h"

namespace hearken::remote::weaviate {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kSilence{700};  // and then it is asked whether it lives
constexpr milliseconds kProbe{900};    // and then it counts as hanging: together below two seconds
constexpr milliseconds kFirstWait{50}, kLongestWait{2000};
constexpr std::size_t kNoTask = std::numeric_limits<std::size_t>::max();

Clock::duration duration(double seconds) {
  return std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
}

// What is to be done, over one or several exchanges.
struct Task {
  std::function<Request()> request;
  std::function<Verdict(const HttpRequest&)> take;

  Clock::time_point began, due;
  int tries = 0;
  std::size_t under_way = 0;
  bool done = false;
  std::size_t not_at;  // the endpoint at which it failed last
  std::string reason;  // of that

  // Of the exchange that was begun last, since the last failure.
  std::size_t copies = 0, last_at = 0;
  Clock::time_point last_began;
};

bool concerns_certificates(CURLcode code) {
  return code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CACERT_BADFILE || code == CURLE_SSL_CERTPROBLEM;
}

// How some tasks are run.
struct Manner {
  const char* what;  // for errors
  std::size_t at_once = 1;
  double seconds = 0;                              // for each, with all its tries
  std::optional<double> slow = std::nullopt;       // seconds, and then another endpoint is asked as well
  std::optional<std::size_t> only = std::nullopt;  // this endpoint
};

// The run of some tasks in one conversation.
class Round {
 public:
  struct Setting {
    const Address& address;
    const Access& access;
    const Timeouts& patience;
    Endpoints& endpoints;
  };
  Round(Setting setting, Conversation& in, std::vector<Task>& tasks, const Manner& manner)
      : set_(setting), in_(in), tasks_(tasks), how_(manner), alive_(setting.endpoints.size()) {
    for (Task& task : tasks_) task.not_at = set_.endpoints.size();
  }

  void run() {
    for (std::size_t first = 0, open = tasks_.size(); open > 0;) {
      const auto now = Clock::now();
      std::size_t busy = 0;
      auto next = now + milliseconds(250);
      while (first < tasks_.size() && tasks_[first].done) ++first;
      for (std::size_t i = first; i < tasks_.size() && busy < how_.at_once; ++i) {
        Task& task = tasks_[i];
        if (task.done) continue;
        ++busy;
        if (task.began == Clock::time_point()) task.began = now;
        if (task.under_way == 0 && task.due <= now) start(i, how_.only.value_or(set_.endpoints.choose(task.not_at)));
        if (slow(task, now)) start(i, set_.endpoints.choose(task.last_at));
        if (task.under_way == 0) next = std::min(next, task.due);
        if (now >= deadline(task)) give_up(task);
      }
      int running = 0;
      if (const CURLMcode code = curl_multi_perform(in_.multi(), &running); code != CURLM_OK)
        throw Error(ErrorCode::internal, std::string("libcurl: ") + curl_multi_strerror(code));
      const std::size_t ended = collect();
      open = static_cast<std::size_t>(std::count_if(tasks_.begin() + static_cast<std::ptrdiff_t>(first), tasks_.end(),
                                                    [](const Task& t) { return !t.done; }));
      if (ended > 0) continue;
      look_after_silent();
      wait_until(next);
    }
  }

 private:
  // libcurl 7.88 wakes for as long as a connection of HTTP/2 could be written to, which is nearly always: after a while
  // of that, long enough to send a message, it is left alone for a moment each time.
  void wait_until(Clock::time_point next) {
    constexpr auto kAtOnce = std::chrono::microseconds(100), kMoment = std::chrono::microseconds(500);
    constexpr int kMany = 32;
    const auto began = Clock::now();
    const auto wait = std::chrono::ceil<milliseconds>(next - began);
    curl_multi_poll(in_.multi(), nullptr, 0, static_cast<int>(std::max<std::int64_t>(0, wait.count())), nullptr);
    woken_at_once_ = Clock::now() - began < kAtOnce ? woken_at_once_ + 1 : 0;
    if (woken_at_once_ > kMany) std::this_thread::sleep_for(kMoment);
  }

  struct UnderWay {
    UnderWay(std::size_t of_task, Conversation& in, const Setting& set, std::size_t endpoint, Request request,
             double seconds)
        : task(of_task), exchange(in, set.address, set.access, set.patience, endpoint, std::move(request), seconds) {}
    std::size_t task;  // kNoTask: a question whether the endpoint lives
    HttpRequest exchange;
  };
  struct Alive {
    Clock::time_point shown;   // when it last answered, if only whether it lives
    Clock::time_point worked;  // when it last answered a call
    bool asked = false;
  };

  // As long as no endpoint has ever answered, it is more likely that the address is wrong than that all are gone.
  Clock::time_point deadline(const Task& task) const {
    const bool any = set_.endpoints.any_ever_answered();
    return task.began + duration(any ? how_.seconds : std::min(how_.seconds, set_.patience.first_seconds));
  }

  // A server may wait for another that is gone while it lives itself; one with much to do answers one thing after the
  // other, and is not to get more of it. Each copy waits twice as long for the next.
  bool slow(const Task& task, Clock::time_point now) const {
    if (!how_.slow || task.under_way == 0 || task.copies > set_.endpoints.size()) return false;
    const auto most = duration(*how_.slow) * (1 << (task.copies - 1));
    return now - std::max(task.last_began, alive_[task.last_at].worked) >= most && set_.endpoints.another(task.last_at);
  }

  void start(std::size_t index, std::size_t endpoint) {
    Task& task = tasks_[index];
    const auto now = Clock::now();
    const double left = std::chrono::duration<double>(deadline(task) - now).count();
    under_way_.emplace_back(index, in_, set_, endpoint, task.request(), std::min(set_.patience.call_seconds, left));
    ++task.under_way;
    ++task.copies;
    task.last_at = endpoint;
    task.last_began = now;
  }

  void drop(std::list<UnderWay>::iterator one) {
    if (one->task == kNoTask) {
      alive_[one->exchange.endpoint()].asked = false;
    } else {
      --tasks_[one->task].under_way;
    }
    under_way_.erase(one);
  }

  void drop_all_of(std::size_t task) {
    for (auto other = under_way_.begin(); other != under_way_.end();) {
      const auto here = other++;
      if (here->task == task) drop(here);
    }
  }

  // Takes what ended, and says how much that was.
  std::size_t collect() {
    std::size_t ended = 0;
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(in_.multi(), &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      const CURL* handle = message->easy_handle;
      const CURLcode code = message->data.result;
      const auto one = std::find_if(under_way_.begin(), under_way_.end(),
                                    [&](const UnderWay& u) { return u.exchange.handle() == handle; });
      if (one == under_way_.end()) continue;
      ++ended;
      if (code == CURLE_OK) {
        answered(one);
      } else {
        failed(one, code);
      }
    }
    return ended;
  }

  void answered(std::list<UnderWay>::iterator one) {
    const std::size_t endpoint = one->exchange.endpoint();
    alive_[endpoint].shown = Clock::now();
    if (one->task == kNoTask) return drop(one);
    alive_[endpoint].worked = Clock::now();
    const std::size_t index = one->task;
    Task& task = tasks_[index];
    const Verdict verdict = task.take(one->exchange);
    drop(one);
    switch (verdict.kind) {
      case Verdict::Kind::refused: fail(verdict.code, verdict.reason);
      case Verdict::Kind::again:
        if (how_.only) fail(verdict.code, verdict.reason);
        task.reason = set_.endpoints.name(endpoint) + " (" + verdict.reason + ")";
        drop_all_of(index);  // what is asked next may be another message
        return wait(task, endpoint);
      case Verdict::Kind::done: break;
    }
    set_.endpoints.answered(endpoint);
    task.done = true;
    drop_all_of(index);
  }

  void failed(std::list<UnderWay>::iterator one, CURLcode code) {
    const std::size_t endpoint = one->exchange.endpoint();
    const std::string reason = one->exchange.failure(code);
    if (concerns_certificates(code)) fail(ErrorCode::io, set_.endpoints.name(endpoint) + ": " + reason);
    if (code == CURLE_WRITE_ERROR) fail(ErrorCode::corrupt, "an answer beyond all limits");
    double connected = 0;
    curl_easy_getinfo(one->exchange.handle(), CURLINFO_CONNECT_TIME, &connected);
    // One call was not answered; the others at this endpoint may be.
    const bool alone = code == CURLE_HTTP2_STREAM || (code == CURLE_OPERATION_TIMEDOUT && connected > 0);
    if (code != CURLE_HTTP2_STREAM) set_.endpoints.failed(endpoint, reason);
    if (alone) return again_elsewhere(one, reason);
    for (auto other = under_way_.begin(); other != under_way_.end();) {
      const auto here = other++;
      if (here->exchange.endpoint() == endpoint) again_elsewhere(here, reason);
    }
  }

  void again_elsewhere(std::list<UnderWay>::iterator one, const std::string& reason) {
    const std::size_t endpoint = one->exchange.endpoint(), index = one->task;
    drop(one);
    if (index == kNoTask) return;
    Task& task = tasks_[index];
    task.reason = set_.endpoints.name(endpoint) + " (" + reason + ")";
    if (how_.only) fail(ErrorCode::io, reason);
    if (task.under_way > 0) return;
    if (set_.endpoints.another(endpoint) && task.tries < static_cast<int>(set_.endpoints.size())) {
      ++task.tries;
      task.copies = 0;
      task.not_at = endpoint;
      task.due = Clock::now();
    } else {
      wait(task, endpoint);
    }
  }

  // Exponential, with full jitter.
  void wait(Task& task, std::size_t endpoint) {
    constexpr int kDoublings = 6;
    const milliseconds most = std::min(kLongestWait, kFirstWait * (1 << std::min(task.tries, kDoublings)));
    std::uniform_int_distribution<milliseconds::rep> any(1, most.count());
    ++task.tries;
    task.copies = 0;
    task.not_at = endpoint;
    task.due = Clock::now() + milliseconds(any(random_));
  }

  void look_after_silent() {
    const auto now = Clock::now();
    for (auto one = under_way_.begin(); one != under_way_.end(); ++one) {
      const std::size_t endpoint = one->exchange.endpoint();
      Alive& alive = alive_[endpoint];
      if (one->task == kNoTask) {
        if (now - one->exchange.began() < kProbe) continue;
        set_.endpoints.failed(endpoint, "is silent");
        alive.shown = now;  // it is asked again after a while
        drop(one);
        double_calls_at(endpoint);
        return;  // the list is another
      }
      if (alive.asked || set_.endpoints.size() == 1 || how_.only) continue;
      if (now - std::max(one->exchange.began(), alive.shown) < kSilence) continue;
      alive.asked = true;
      under_way_.emplace_back(kNoTask, in_, set_, endpoint, Request{true, "POST", "/grpc.health.v1.Health/Check", ""},
                              set_.patience.call_seconds);
    }
  }

  void double_calls_at(std::size_t endpoint) {
    if (!set_.endpoints.another(endpoint)) return;
    std::vector<std::size_t> slow;
    for (const UnderWay& one : under_way_)
      if (one.task != kNoTask && one.exchange.endpoint() == endpoint && tasks_[one.task].copies == 1)
        slow.push_back(one.task);
    for (const std::size_t index : slow) {
      tasks_[index].reason = set_.endpoints.name(endpoint) + " (is silent)";
      start(index, set_.endpoints.choose(endpoint));
    }
  }

  [[noreturn]] void fail(ErrorCode code, const std::string& why) const {
    throw Error(code, display(set_.address.written) + ": " + how_.what, why);
  }
  [[noreturn]] void give_up(const Task& task) const {
    std::string why = set_.endpoints.reasons();
    for (const UnderWay& one : under_way_) {
      if (one.task == kNoTask || &tasks_[one.task] != &task) continue;
      const std::string& name = set_.endpoints.name(one.exchange.endpoint());
      if (why.find(name + " (") == std::string::npos) why += (why.empty() ? "" : ", ") + name + " (no answer in time)";
    }
    fail(ErrorCode::io, why.empty() ? task.reason : why);
  }

  Setting set_;
  Conversation& in_;
  std::vector<Task>& tasks_;
  int woken_at_once_ = 0;  // polls in a row that did not wait
  const Manner& how_;
  std::vector<Alive> alive_;
  std::minstd_rand random_{std::random_device()()};
  std::list<UnderWay> under_way_;
};

}  // namespace

struct Transport::Impl {
  Address address;
  Access access;
  Timeouts patience;
  Endpoints endpoints;
  std::mutex mutex;
  std::vector<std::unique_ptr<Conversation>> idle;

  Impl(const Address& of, const Access& with, const Timeouts& how)
      : address(of), access(with), patience(how), endpoints(of) {}

  void run(std::vector<Task>& tasks, const Manner& manner) {
    std::unique_ptr<Conversation> in;
    {
      const std::lock_guard lock(mutex);
      if (!idle.empty()) {
        in = std::move(idle.back());
        idle.pop_back();
      }
    }
    if (!in) in = std::make_unique<Conversation>();
    Round({address, access, patience, endpoints}, *in, tasks, manner).run();
    const std::lock_guard lock(mutex);  // after an error the connections are closed
    idle.push_back(std::move(in));
  }
};

Transport::Transport(const Address& address, const Access& access, const Timeouts& patience)
    : impl_(std::make_unique<Impl>(address, access, patience)) {}
Transport::~Transport() = default;

void Transport::grpc(std::string_view method, std::span<Call> calls, std::size_t at_once, double seconds,
                     double slow) const {
  const std::string name(method), path = "/weaviate.v1.Weaviate/" + name;
  std::vector<Task> tasks(calls.size());
  for (std::size_t i = 0; i < calls.size(); ++i) {
    tasks[i].request = [&, i] { return Request{true, "POST", path, calls[i].message()}; };
    tasks[i].take = [&, i](const HttpRequest& exchange) {
      Verdict verdict = grpc_verdict(exchange.http_status(), exchange.grpc_status(), exchange.grpc_message());
      if (verdict.kind != Verdict::Kind::done) return verdict;
      verdict.reason = calls[i].take(exchange.reply());
      if (!verdict.reason.empty()) verdict.kind = Verdict::Kind::again;
      return verdict;
    };
  }
  impl_->run(tasks, {name.c_str(), at_once, seconds, slow});
}

std::vector<RestReply> Transport::rest(std::string_view method, std::span<const std::string> paths,
                                       std::string_view body, std::size_t at_once,
                                       std::optional<std::size_t> endpoint) const {
  std::vector<RestReply> out(paths.size());
  if (paths.empty()) return out;
  std::vector<Task> tasks(paths.size());
  for (std::size_t i = 0; i < paths.size(); ++i) {
    tasks[i].request = [&, i] { return Request{false, std::string(method), paths[i], std::string(body)}; };
    tasks[i].take = [&out, i](const HttpRequest& exchange) {
      const Verdict verdict = rest_verdict(exchange.http_status(), exchange.reply());
      if (verdict.kind == Verdict::Kind::done) out[i] = {exchange.http_status(), std::string(exchange.reply())};
      return verdict;
    };
  }
  const std::string what = std::string(method) + " " + display(paths.front());
  Manner manner{what.c_str(), at_once, method == "GET" ? impl_->patience.read_seconds : impl_->patience.write_seconds};
  manner.only = endpoint;
  impl_->run(tasks, manner);
  return out;
}

}  // namespace hearken::remote::weaviate
