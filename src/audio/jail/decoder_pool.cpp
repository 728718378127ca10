// Requests to decoders. Nothing that a decoder says is taken on trust.
#include "audio/jail/decoder_pool.h"

#include <fmt/format.h>
#include <sys/wait.h>

#include <algorithm>
#include <cmath>
#include <csignal>
#include <cstring>
#include <span>
#include <string_view>
#include <utility>

#include "audio/convert/mono.h"
#include "audio/decode/handed_on.h"
#include "audio/jail/budget.h"
#include "audio/jail/decoder_process.h"
#include "core/paths.h"
#include "core/threads/threads.h"
#include "hearken/error.h"

namespace hearken::audio {
namespace {

// A file's decoder ended, or says what no decoder says.
class Broken : public Error {
 public:
  using Error::Error;
};

thread_local double seconds_of_thread = 0;

// One file at one decoder.
class Task {
 public:
  Task(DecoderPool& pool, SoundFile file, Request request, std::function<void()> waiting)
      : pool_(pool),
        file_(std::move(file)),
        budget_(Budget::for_file(file_.size)),
        cpu_seconds_(budget_.cpu_seconds * pool.program().patience),
        rate_hz_(request.sample_rate_hz),
        waiting_(std::move(waiting)) {
    request.file_bytes = file_.size;
    request.cpu_seconds = static_cast<std::uint32_t>(cpu_seconds_) + 1;
    for (bool fresh = false;; fresh = true) {
      decoder_ = pool_.take(fresh);
      if (send_request(decoder_->socket(), request, file_)) break;
      if (fresh) throw broken();
    }
    file_.descriptor.reset();
    cpu_before_ = decoder_->cpu_seconds();
    receiver_.emplace(decoder_->socket(), decoder_->memory(), [this](double waited_seconds) { watch(waited_seconds); });
  }
  ~Task() {
    if (decoder_) seconds_of_thread += std::max(0.0, decoder_->cpu_seconds() - cpu_before_);
    if (decoder_ && receiver_->cancel()) pool_.give_back(std::move(decoder_));
  }
  Task(const Task&) = delete;
  Task& operator=(const Task&) = delete;

  struct Frame {
    FrameHead head;
    std::span<const float> samples;  // mono, heard: until the next frame
    std::string text;                // all others
    std::vector<float> room;         // for samples; it only grows, so that nothing is filled with zeros first
  };
  // False at the end.
  bool next(Frame& frame) {
    if (!receiver_->read(&frame.head, sizeof frame.head)) {
      if (receiver_->state() == Receiver::State::ended) return false;
      throw broken();
    }
    const FrameHead& head = frame.head;
    if (head.bytes > kMostFrame) throw nonsense();
    if (head.kind == FrameHead::mono || head.kind == FrameHead::heard) {
      if (head.bytes % sizeof(float) != 0) throw nonsense();
      const std::size_t count = head.bytes / sizeof(float);
      if (frame.room.size() < count) frame.room.resize(count);
      read_all(frame.room.data(), head.bytes);
      frame.samples = std::span(frame.room).first(count);
      check(frame);
    } else {
      frame.text.resize(head.bytes);
      read_all(frame.text.data(), head.bytes);
      if (head.kind == FrameHead::error) throw error_in(frame.text);
    }
    return true;
  }
  Broken nonsense() { return ended(ErrorCode::corrupt, "the decoder broke on it"); }

 private:
  void read_all(void* to, std::size_t size) {
    if (!receiver_->read(to, size)) throw broken();
  }
  void check(const Frame& frame);
  void watch(double waited_seconds);
  Broken broken();
  Broken too_expensive();
  Broken ended(ErrorCode code, const std::string& reason, std::string cause = {}) {
    decoder_->end();
    return {code, display(file_.path) + ": " + reason, std::move(cause)};
  }
  Error error_in(std::string_view text);

  DecoderPool& pool_;
  SoundFile file_;
  Budget budget_;
  const double cpu_seconds_;
  const int rate_hz_;
  const std::function<void()> waiting_;
  std::unique_ptr<Decoder> decoder_;
  double cpu_before_ = 0;
  std::optional<Receiver> receiver_;
};

// The decoder keeps these promises itself, unless somebody took it over.
void Task::check(const Frame& frame) {
  const FrameHead& head = frame.head;
  const auto count = static_cast<double>(frame.samples.size());
  bool good = find_non_finite(frame.samples) == frame.samples.size();
  if (head.kind == FrameHead::mono) {
    constexpr double kRounding = 1;  // seconds
    good = good && head.channels == 1 && head.rate_hz == rate_hz_;
    budget_.sound_seconds -= count / std::max(rate_hz_, 1);
    good = good && budget_.sound_seconds > -kRounding;
  } else {
    good = good && head.channels > 0 && head.bytes % (sizeof(float) * head.channels) == 0;
    good = good && head.rate_hz >= kLowestRate && head.rate_hz <= kHighestRate;
    budget_.bytes -= head.bytes;
    good = good && budget_.bytes >= 0;
  }
  if (!good) throw nonsense();
}

// A decoder that waits for what never comes uses no CPU time: hence the other clock.
void Task::watch(double waited_seconds) {
  if (waiting_) waiting_();
  if (decoder_->cpu_seconds() - cpu_before_ > cpu_seconds_) throw too_expensive();
  if (const double most = 5 * cpu_seconds_; waited_seconds > most)
    throw ended(ErrorCode::corrupt, fmt::format("the decoder came to nothing in {:.3g} s", most));
}

Broken Task::too_expensive() {
  return ended(
      ErrorCode::corrupt,
      fmt::format("takes more than {:.3g} s of computing, which is more than a file of its size may", cpu_seconds_));
}

Broken Task::broken() {
  const int status = decoder_->end();
  if (WIFSIGNALED(status) && WTERMSIG(status) == SIGPROF) return too_expensive();
  if (WIFEXITED(status) && WEXITSTATUS(status) == kNotConfined) {
    return ended(
        ErrorCode::unsupported,
        "this system cannot confine a decoder (it has no seccomp); HEARKEN_DECODE_IN_PROCESS=1 decodes without, "
        "which trusts every file");
  }
  const bool crashed = WIFSIGNALED(status) && WTERMSIG(status) != SIGKILL;
  return ended(ErrorCode::corrupt, "the decoder broke on it", crashed ? ::strsignal(WTERMSIG(status)) : std::string());
}

Error Task::error_in(std::string_view text) {
  if (text.empty()) return nonsense();
  const auto code = static_cast<ErrorCode>(text.front());
  if (code < ErrorCode::invalid_argument || code > ErrorCode::internal) return nonsense();
  const std::size_t end = std::min(text.find('\0', 1), text.size());
  return Error(code, display(text.substr(1, end - 1)), display(text.substr(std::min(end + 1, text.size()))));
}

Tags tags_in(Task& task, std::string_view text) {
  Tags tags;
  for (std::string* each : {&tags.title, &tags.artist, &tags.album, &tags.genre, &tags.keywords}) {
    const std::size_t end = text.find('\0');
    if (end == std::string_view::npos) throw task.nonsense();
    *each = display(text.substr(0, end));
    text.remove_prefix(end + 1);
  }
  return tags;
}

// Windows of the places that such a length has, whole and in order.
bool are_as_wanted(const Excerpts& excerpts, const ExcerptsWanted& wanted) {
  const double samples = excerpts.length_seconds * wanted.sample_rate_hz;
  if (!(samples > 0 && samples < 1e15) || excerpts.windows.empty()) return false;
  const std::vector<std::size_t> starts =
      excerpt_starts(static_cast<std::size_t>(std::llround(samples)), wanted.window_samples, wanted.hop_samples);
  auto from = starts.begin();
  for (const Window& window : excerpts.windows) {
    from = std::find(from, starts.end(), window.start_sample);
    if (from == starts.end() || window.samples.size() != wanted.window_samples) return false;
    ++from;
  }
  return true;
}

class DecoderStream final : public SampleStream {
 public:
  DecoderStream(DecoderPool& pool, SoundFile file, int sample_rate_hz, SampleSink* sink, std::function<void()> waiting)
      : rate_hz_(sample_rate_hz),
        sink_(sink),
        task_(pool, std::move(file), {Operation::samples, sample_rate_hz, sink != nullptr ? 1U : 0U, 0, 0, 0, 0},
              std::move(waiting)) {
    if (!task_.next(frame_) || frame_.head.kind != FrameHead::tags) throw task_.nonsense();
    tags_ = tags_in(task_, frame_.text);
  }

  std::size_t read(std::span<float> out) override {
    return handed_on(ready_, at_, out, [this] {
      while (advance()) {
        if (at_ < ready_.size()) return true;
      }
      return false;
    });
  }
  // One more frame, heard or ready. False at the end.
  bool advance() {
    if (ended_) return false;
    ended_ = true;  // so it is when something is thrown, too
    if (!task_.next(frame_)) return false;
    ended_ = false;
    switch (frame_.head.kind) {
      case FrameHead::mono:
        ready_ = frame_.samples;
        at_ = 0;
        break;
      case FrameHead::heard:
        if (sink_ == nullptr) throw task_.nonsense();
        sink_->consume(frame_.samples, frame_.head.channels, frame_.head.rate_hz);
        break;
      case FrameHead::warning: warning_ = display(frame_.text); break;
      default: throw task_.nonsense();
    }
    return true;
  }
  int sample_rate_hz() const override { return rate_hz_; }
  const Tags& tags() const override { return tags_; }
  const std::string& warning() const override { return warning_; }

 private:
  const int rate_hz_;
  SampleSink* const sink_;
  Task task_;
  Task::Frame frame_;
  std::span<const float> ready_;
  std::size_t at_ = 0;
  bool ended_ = false;
  Tags tags_;
  std::string warning_;
};

}  // namespace

std::unique_ptr<SampleStream> DecoderPool::samples(SoundFile file, int sample_rate_hz, SampleSink* sink,
                                                   std::function<void()> waiting) {
  return std::make_unique<DecoderStream>(*this, std::move(file), sample_rate_hz, sink, std::move(waiting));
}

std::optional<std::string> DecoderPool::listen(SoundFile file, SampleSink& sink, const std::function<bool()>& stop) {
  struct Stopped {};
  const auto waiting = [&] {
    if (stop && stop()) throw Stopped{};
  };
  try {
    DecoderStream stream(*this, std::move(file), 0, &sink, waiting);
    while (stream.advance()) waiting();
    return stream.warning();
  } catch (const Stopped&) {
    return std::nullopt;
  }
}

std::optional<Excerpts> DecoderPool::excerpts(SoundFile file, const ExcerptsWanted& wanted) {
  Request request{Operation::excerpts, wanted.sample_rate_hz, 0, 0, 0, 0, 0};
  request.window_samples = static_cast<std::uint32_t>(wanted.window_samples);
  request.hop_samples = static_cast<std::uint32_t>(wanted.hop_samples);
  Task task(*this, std::move(file), request, {});
  Task::Frame frame;
  if (!task.next(frame)) return std::nullopt;
  if (frame.head.kind != FrameHead::tags) throw task.nonsense();
  Excerpts out{tags_in(task, frame.text), 0, {}};
  while (task.next(frame)) {
    if (frame.head.kind == FrameHead::excerpt) {
      ExcerptHead head;
      if (frame.text.size() != sizeof head) throw task.nonsense();
      std::memcpy(&head, frame.text.data(), sizeof head);
      out.length_seconds = head.length_seconds;
      out.windows.push_back({head.start_sample / wanted.hop_samples, head.start_sample, {}});
    } else if (frame.head.kind == FrameHead::mono && !out.windows.empty()) {
      std::vector<float>& samples = out.windows.back().samples;
      samples.insert(samples.end(), frame.samples.begin(), frame.samples.end());
    } else {
      throw task.nonsense();
    }
  }
  if (!are_as_wanted(out, wanted)) throw task.nonsense();
  return out;
}

std::string DecoderPool::cover(SoundFile file) {
  Task task(*this, std::move(file), {Operation::cover, 0, 0, 0, 0, 0, 0}, {});
  Task::Frame frame;
  if (!task.next(frame) || frame.head.kind != FrameHead::cover) throw task.nonsense();
  return std::move(frame.text);
}

bool DecoderPool::holds_sound(SoundFile file) {
  try {
    Task task(*this, std::move(file), {Operation::holds_sound, 0, 0, 0, 0, 0, 0}, {});
    Task::Frame frame;
    return task.next(frame) && frame.head.kind == FrameHead::sound;
  } catch (const Broken&) {
    return true;
  }
}

std::unique_ptr<Decoder> DecoderPool::take(bool fresh) {
  if (!fresh) {
    std::lock_guard lock(mutex_);
    if (!waiting_.empty()) {
      auto decoder = std::move(waiting_.back());
      waiting_.pop_back();
      return decoder;
    }
  }
  return std::make_unique<Decoder>(program_);
}

void DecoderPool::give_back(std::unique_ptr<Decoder> decoder) {
  const auto most = static_cast<std::size_t>(thread_count(0));
  std::lock_guard lock(mutex_);
  if (waiting_.size() < most) waiting_.push_back(std::move(decoder));
}

namespace {
DecoderPool* pool_in_use = nullptr;
}  // namespace

void use_decoder_program(std::optional<DecoderProgram> program) {
  delete std::exchange(pool_in_use, nullptr);
  if (program) pool_in_use = new DecoderPool(std::move(*program));
}

DecoderPool* decoder_pool() noexcept { return pool_in_use; }

double decoder_seconds_of_thread() noexcept { return seconds_of_thread; }

}  // namespace hearken::audio
