// decode threads ─► windows' features (bounded) ─► embed threads ─► finished files (bounded) ─► the calling thread.
//
// The front end runs on the decode threads: a window's features take a fraction of the memory its samples do, so that
// enough of them can wait for the embed threads to find several at once.
#include "library/indexing/pipeline.h"

#include <algorithm>
#include <cmath>
#include <condition_variable>
#include <exception>
#include <iterator>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

#include "audio/excerpts.h"
#include "audio/jail/decoder_pool.h"
#include "audio/measure/silence.h"
#include "audio/windows.h"
#include "core/paths.h"
#include "core/threads/bounded_queue.h"
#include "core/threads/threads.h"
#include "library/half.h"
#include "library/window_flags.h"
#include "model/towers/windows_at_once.h"

namespace hearken::library {
namespace {

constexpr int kDecodersAtMost = 32;  // decoding is a small part of the work, and each holds some windows of samples
// A blob of SQLite holds 10^9 bytes; vectors of 1024 halves times this stay below, and so does the memory they need.
constexpr std::size_t kWindowsAtMost = 400'000;

// One file on its way. The decoder adds windows; whoever takes the last step hands it on.
struct Job {
  explicit Job(NextFile next) : file(next.number), path(std::move(next.path)) {}

  const std::size_t file;
  const std::string path;
  Embedded out;                             // decoder only, until handed on
  std::mutex mutex;                         // what follows
  std::vector<std::vector<float>> vectors;  // [windows][dimension]
  std::size_t steps_open = 1;               // windows on their way, and one for the decoder
  std::optional<Failed> failed;
};

struct Work {
  std::shared_ptr<Job> job;
  std::size_t window = 0;       // which of the job's
  std::vector<float> features;  // [feature_count]
  double new_seconds = 0;       // of sound that the window before did not hold
};

// "PATH: reason" without the path: reports carry it beside.
Failed failure_of(const Error& e, const std::string& path) {
  std::string reason = e.what();
  const std::string prefix = display(path) + ": ";
  if (reason.starts_with(prefix)) reason.erase(0, prefix.size());
  return {e.code(), std::move(reason), false};
}

Failed failure_of(const std::exception_ptr& thrown, const std::string& path) {
  try {
    std::rethrow_exception(thrown);
  } catch (const Error& e) {
    return failure_of(e, path);
  } catch (const std::exception& e) {
    return {ErrorCode::internal, display(std::string_view(e.what())), false};
  }
}

void check_finite(std::span<const float> vector) {
  if (!std::ranges::all_of(vector, [](float x) { return std::isfinite(x); }))
    throw Error(ErrorCode::internal, "the model gave a vector that is no number");
}

class Run {
 public:
  Run(const FileSource& files, const WindowModel& model, const Pipeline& options)
      : files_(files),
        model_(model),
        options_(options),
        threads_(std::max(1, options.threads)),
        windows_(static_cast<std::size_t>(threads_) * model::kWindowsAtOnce),
        room_(static_cast<std::size_t>(4 * threads_)) {}

  // However this ends, by return or by exception, no thread is left.
  ~Run() {
    stop_ = true;
    windows_.close();
    {
      std::lock_guard lock(mutex_);
      room_made_.notify_all();
    }
    for (std::thread& thread : workers_) thread.join();
  }

  PipelineSeconds run() {
    const int decoders = std::min(threads_, kDecodersAtMost);
    decoding_ = decoders;
    embedding_ = threads_;
    workers_.reserve(static_cast<std::size_t>(decoders + threads_));
    for (int i = 0; i < decoders; ++i) workers_.emplace_back([this] { guarded(&Run::decode); });
    for (int i = 0; i < threads_; ++i) workers_.emplace_back([this] { guarded(&Run::embed); });
    keep();
    std::lock_guard lock(mutex_);
    return seconds_;
  }

 private:
  bool stopping() const { return stop_ || (options_.cancel != nullptr && *options_.cancel); }

  // What goes wrong with a file stays with the file; what goes wrong outside of one ends the run.
  void guarded(void (Run::*body)()) {
    try {
      (this->*body)();
    } catch (...) {
      std::lock_guard lock(mutex_);
      fatal_ = std::current_exception();
      arrived_.notify_one();
    }
  }

  // ── the calling thread ──

  void keep() {
    using namespace std::chrono_literals;
    double last_tick = 0;
    for (;;) {
      std::vector<Finished> batch;
      PipelineState state;
      bool over = false;
      {
        std::unique_lock lock(mutex_);
        arrived_.wait_for(lock, 100ms, [&] { return !done_.empty() || embedding_ == 0 || fatal_; });
        if (fatal_) std::rethrow_exception(fatal_);
        batch.swap(done_);
        over = embedding_ == 0;
        state = state_;
        room_made_.notify_all();
      }
      if (!batch.empty()) options_.finished(batch);
      if (const double now = monotonic_seconds(); options_.tick && now - last_tick >= 0.1) {
        options_.tick(state);
        last_tick = now;
      }
      if (over) return;
    }
  }

  void hand_on(Finished finished) {
    std::unique_lock lock(mutex_);
    room_made_.wait(lock, [&] { return stop_ || done_.size() < room_; });
    done_.push_back(std::move(finished));
    --state_.files_open;
    arrived_.notify_one();
  }

  // ── decode threads ──

  void decode() {
    const double began = thread_cpu_seconds(), decoders = audio::decoder_seconds_of_thread();
    PipelineSeconds apart;
    while (!stopping()) {
      std::optional<NextFile> next = files_([this] { return stopping(); });
      if (!next) break;
      decode_file(std::make_shared<Job>(std::move(*next)), apart);
    }
    std::lock_guard lock(mutex_);
    seconds_.analysis += apart.analysis;
    seconds_.features += apart.features;
    seconds_.decode +=
        thread_cpu_seconds() - began - apart.analysis - apart.features + audio::decoder_seconds_of_thread() - decoders;
    if (--decoding_ == 0) windows_.close();
  }

  // What listening and the front end take of the thread's CPU time is added to `apart`.
  void decode_file(const std::shared_ptr<Job>& job, PipelineSeconds& apart) {
    const std::string& path = job->path;
    {
      std::lock_guard lock(mutex_);
      state_.current = path;
      ++state_.files_open;
    }
    try {
      job->out.state = stat_file(path);
      job->out.content = hash_file(path);
      const Wanted wanted = options_.wanted ? options_.wanted(job->out.content) : Wanted{};
      std::optional<SoundAnalyser> analyser;
      if (wanted.heard) analyser.emplace();
      const bool done = wanted.vectors ? windows_of(job, path, analyser ? &*analyser : nullptr, apart)
                                       : !analyser || listen(*job, path, *analyser);
      if (done && analyser) job->out.heard = analyser->finish();
      if (analyser) apart.analysis += analyser->cpu_seconds();
      if (!done) return;  // stopped: the file counts as not begun
      if (!stat_file(path).same_content_as(job->out.state)) {
        fail(*job, {ErrorCode::busy, "changed while it was read; index it again", true});
      } else if (!wanted.vectors) {
        Embedded& out = job->out;
        return hand_on({job->file, AlreadyStored{out.content, out.state, std::move(out.heard), out.duration_seconds}});
      }
    } catch (...) {
      fail(*job, failure_of(std::current_exception(), path));
    }
    step_done(job);
  }

  // False when the run was stopped first; so with those below.
  bool listen(Job& job, const std::string& path, SoundAnalyser& analyser) {
    double& counted = job.out.duration_seconds;
    const auto stop = [&] {
      std::lock_guard lock(mutex_);
      state_.audio_seconds += analyser.seconds() - std::exchange(counted, analyser.seconds());
      return stopping();
    };
    return audio::listen(path, analyser, stop).has_value();
  }

  // The analyser may be null.
  bool windows_of(const std::shared_ptr<Job>& job, const std::string& path, SoundAnalyser* analyser,
                  PipelineSeconds& apart) {
    job->out.silence.emplace();
    if (options_.quick) {
      const audio::ExcerptsWanted wanted{model_.sample_rate_hz, model_.window_samples, model_.hop_samples};
      if (auto excerpts = audio::read_excerpts(path, wanted)) return take_excerpts(job, *std::move(excerpts), apart);
    }
    return cut(job, path, analyser, apart);
  }

  bool take_excerpts(const std::shared_ptr<Job>& job, audio::Excerpts excerpts, PipelineSeconds& apart) {
    const double seconds = static_cast<double>(model_.window_samples) / model_.sample_rate_hz;
    job->out.quick = true;
    job->out.duration_seconds = excerpts.length_seconds;
    job->out.tags = std::move(excerpts.tags);
    std::size_t number = 0;
    for (audio::Window& window : excerpts.windows) {
      window.index = number++;
      const Added added = add(job, std::move(window), seconds, apart);
      if (added != Added::yes) return added == Added::failed;
    }
    return true;
  }

  bool cut(const std::shared_ptr<Job>& job, const std::string& path, SoundAnalyser* analyser, PipelineSeconds& apart) {
    const auto stream = audio::open_samples(path, model_.sample_rate_hz, analyser);
    audio::WindowCutter cutter(*stream, model_.window_samples, model_.hop_samples);
    const double rate = stream->sample_rate_hz();
    std::size_t covered = 0;  // samples
    while (std::optional<audio::Window> window = cutter.next()) {
      if (window->index >= kWindowsAtMost) {
        throw Error(ErrorCode::unsupported,
                    "more than " + std::to_string(kWindowsAtMost) + " windows in one file: take a longer hop");
      }
      const std::size_t end = std::min(window->start_sample + model_.window_samples, cutter.samples_read());
      const double new_seconds = static_cast<double>(end > covered ? end - covered : 0) / rate;
      covered = std::max(covered, end);
      const Added added = add(job, *std::move(window), new_seconds, apart);
      if (added != Added::yes) return added == Added::failed;
    }
    if (job->out.starts_seconds.empty()) throw Error(ErrorCode::corrupt, "holds no sound");
    job->out.duration_seconds = static_cast<double>(cutter.samples_read()) / rate;
    job->out.tags = stream->tags();
    job->out.warning = stream->warning();
    return true;
  }

  enum class Added { yes, failed, stopped };
  // A window on its way to those who embed.
  Added add(const std::shared_ptr<Job>& job, audio::Window window, double new_seconds, PipelineSeconds& apart) {
    if (stopping()) return Added::stopped;
    job->out.starts_seconds.push_back(static_cast<double>(window.start_sample) / model_.sample_rate_hz);
    if (std::ranges::all_of(window.samples, [](float x) { return x == 0; })) return add_nothing(job, new_seconds);
    std::vector<float> features(model_.feature_count);
    const double start = thread_cpu_seconds();
    const bool silent = audio::is_silent(window.samples, model_.sample_rate_hz);
    job->out.silence->push_back(silent ? kSilentFlag : std::uint8_t{0});
    model_.features(window.samples, features);
    apart.features += thread_cpu_seconds() - start;
    window.samples = {};  // the queue may be full for long
    {
      std::lock_guard lock(job->mutex);
      if (job->failed) return Added::failed;
      job->vectors.emplace_back();
      ++job->steps_open;
    }
    return windows_.push({job, window.index, std::move(features), new_seconds}) ? Added::yes : Added::stopped;
  }

  // Digital silence is embedded once: a window's vector depends on nothing else.
  Added add_nothing(const std::shared_ptr<Job>& job, double new_seconds) {
    std::call_once(nothing_once_, [&] {
      std::vector<float> features(model_.feature_count);
      model_.features(std::vector<float>(model_.window_samples), features);
      nothing_.resize(model_.dimension);
      model_.embed(features, nothing_);
      check_finite(nothing_);
    });
    job->out.silence->push_back(kSilentFlag);
    {
      std::lock_guard lock(mutex_);
      state_.audio_seconds += new_seconds;
    }
    std::lock_guard lock(job->mutex);
    if (job->failed) return Added::failed;
    job->vectors.push_back(nothing_);
    return Added::yes;
  }

  // ── embed threads ──

  void embed() {
    const double began = thread_cpu_seconds();
    std::vector<float> features(model::kWindowsAtOnce * model_.feature_count);
    std::vector<float> vectors(model::kWindowsAtOnce * model_.dimension);
    for (;;) {
      std::vector<Work> batch = windows_.pop(model::kWindowsAtOnce, static_cast<std::size_t>(threads_));
      if (batch.empty()) break;
      if (!stopping()) embed_batch(batch, features, vectors);
    }
    std::lock_guard lock(mutex_);
    seconds_.tower += thread_cpu_seconds() - began;
    if (--embedding_ == 0) arrived_.notify_one();
  }

  // `features` and `vectors` are room for those of the batch side by side.
  void embed_batch(std::span<const Work> batch, std::span<float> features, std::span<float> vectors) {
    const std::size_t size = model_.feature_count, width = model_.dimension;
    try {
      for (std::size_t i = 0; i < batch.size(); ++i)
        std::copy(batch[i].features.begin(), batch[i].features.end(), features.subspan(i * size).begin());
      model_.embed(features.first(batch.size() * size), vectors.first(batch.size() * width));
    } catch (...) {
      if (batch.size() == 1) {
        fail(*batch[0].job, failure_of(std::current_exception(), batch[0].job->path));
        window_done(batch[0]);
      } else {  // whose fault was it?
        for (const Work& work : batch) embed_batch({&work, 1}, features, vectors);
      }
      return;
    }
    for (std::size_t i = 0; i < batch.size(); ++i) {
      take(batch[i], vectors.subspan(i * width, width));
      window_done(batch[i]);
    }
  }

  void take(const Work& work, std::span<const float> vector) {
    Job& job = *work.job;
    try {
      check_finite(vector);
      std::vector<float> row(vector.begin(), vector.end());
      std::lock_guard lock(job.mutex);
      job.vectors[work.window] = std::move(row);
    } catch (...) {
      fail(job, failure_of(std::current_exception(), job.path));
    }
  }

  void window_done(const Work& work) {
    {
      std::lock_guard lock(mutex_);
      state_.audio_seconds += work.new_seconds;
    }
    step_done(work.job);
  }

  // ── both ──

  static void fail(Job& job, Failed failure) {
    std::lock_guard lock(job.mutex);
    if (!job.failed) job.failed = std::move(failure);
  }

  void step_done(const std::shared_ptr<Job>& job) {
    {
      std::lock_guard lock(job->mutex);
      if (--job->steps_open > 0) return;
    }
    // Nobody else works on this job any more.
    if (job->failed) return hand_on({job->file, std::move(*job->failed)});
    Embedded out = std::move(job->out);
    const std::size_t numbers = job->vectors.size() * model_.dimension;
    options_.exact ? out.exact.reserve(numbers) : out.vectors.reserve(numbers);
    for (std::vector<float>& row : job->vectors) {
      if (options_.exact)
        out.exact.insert(out.exact.end(), row.begin(), row.end());
      else
        std::transform(row.begin(), row.end(), std::back_inserter(out.vectors), half_from_float);
      row = {};
    }
    hand_on({job->file, std::move(out)});
  }

  const FileSource& files_;
  const WindowModel& model_;
  const Pipeline& options_;
  const int threads_;
  std::atomic<bool> stop_{false};
  BoundedQueue<Work> windows_;
  std::once_flag nothing_once_;
  std::vector<float> nothing_;  // the vector of digital silence

  std::mutex mutex_;  // what follows
  std::condition_variable arrived_, room_made_;
  const std::size_t room_;
  std::vector<Finished> done_;
  PipelineState state_;
  PipelineSeconds seconds_;
  int decoding_ = 0, embedding_ = 0;
  std::exception_ptr fatal_;

  std::vector<std::thread> workers_;
};

}  // namespace

std::function<void(const PipelineState&)> progress_tick(const std::function<void(const IndexProgress&)>& told,
                                                        IndexProgress& progress, double began) {
  return [&told, &progress, began](const PipelineState& state) {
    if (!told) return;
    progress.audio_seconds_done = state.audio_seconds;
    progress.elapsed_seconds = monotonic_seconds() - began;
    progress.current = display(state.current);
    told(progress);
  };
}

PipelineSeconds run_pipeline(const FileSource& files, const WindowModel& model, const Pipeline& options) {
  Run run(files, model, options);
  return run.run();
}

PipelineSeconds run_pipeline(std::span<const std::string> files, const WindowModel& model, const Pipeline& options) {
  std::atomic<std::size_t> next{0};
  const FileSource in_order = [&](const auto&) -> std::optional<NextFile> {
    const std::size_t file = next++;
    if (file >= files.size()) return std::nullopt;
    return NextFile{file, files[file]};
  };
  return run_pipeline(in_order, model, options);
}

}  // namespace hearken::library
