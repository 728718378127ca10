// The side that waits for the decoder.
#include "server/media/sandbox.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <utility>
#include <vector>

#include "audio/decode/handed_on.h"
#include "core/paths.h"
#include "core/threads.h"
#include "hearken/error.h"
#include "server/http/errors.h"

namespace hearken::server {
namespace {

constexpr std::uint32_t kLongestFrame = 16 << 20;

// A running decoder and its pipe.
class Child {
 public:
  Child(const std::vector<std::string>& arguments, double deadline, const std::atomic<bool>* gone)
      : deadline_(deadline), gone_(gone) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) throw Error(ErrorCode::busy, "no room for another pipe");
    pipe_ = ends[0];
    std::vector<char*> words;
    for (const std::string& argument : arguments) words.push_back(const_cast<char*>(argument.c_str()));
    words.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addclosefrom_np(&actions, 3);
    const int failed = ::posix_spawn(&process_, "/proc/self/exe", &actions, nullptr, words.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    ::close(ends[1]);
    if (failed != 0) {
      ::close(pipe_);
      throw Error(ErrorCode::busy, "no room for another process", std::strerror(failed));
    }
  }
  ~Child() {
    ::close(pipe_);
    ::kill(process_, SIGKILL);
    while (::waitpid(process_, nullptr, 0) < 0 && errno == EINTR) {
    }
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  struct Frame {
    char kind = 0;  // 0: the process ended without a word
    std::string bytes;
  };
  Frame next() {
    char head[5];
    if (!read_all(head, sizeof head)) return {};
    std::uint32_t length = 0;
    std::memcpy(&length, head + 1, sizeof length);
    if (length > kLongestFrame) return {};
    Frame out{head[0], std::string(length, '\0')};
    if (!read_all(out.bytes.data(), length)) return {};
    return out;
  }

 private:
  bool read_all(char* to, std::size_t size) {
    while (size > 0) {
      if (gone_ != nullptr && *gone_) throw Error(ErrorCode::cancelled, "nobody waits for it any more");
      if (monotonic_seconds() > deadline_) throw HttpError(504, "timeout", "decoding took too long");
      pollfd waiting{pipe_, POLLIN, 0};
      if (::poll(&waiting, 1, 100) <= 0) continue;
      const ssize_t n = ::read(pipe_, to, size);
      if (n < 0 && errno == EINTR) continue;
      if (n <= 0) return false;
      to += n;
      size -= static_cast<std::size_t>(n);
    }
    return true;
  }

  pid_t process_ = 0;
  int pipe_ = -1;
  const double deadline_;
  const std::atomic<bool>* gone_;
};

Error crashed(const std::string& name) {
  return Error(ErrorCode::corrupt, display(name) + ": the decoder broke on it, or it needs more than it may have");
}

Error error_of(const std::string& bytes, const Decoding& decoding) {
  const auto code = bytes.empty() ? ErrorCode::internal : static_cast<ErrorCode>(bytes.front());
  std::string message = bytes.empty() ? std::string() : bytes.substr(1);
  const std::string path = display(decoding.path);
  if (message.starts_with(path)) message = display(decoding.name) + message.substr(path.size());
  return Error(code, std::move(message));
}

class RemoteStream final : public audio::SampleStream {
 public:
  explicit RemoteStream(const Decoding& decoding)
      : decoding_(decoding),
        child_({"hearken", "sandbox", "samples", decoding.path.native(), std::to_string(decoding.sample_rate_hz),
                std::to_string(decoding.start_seconds), std::to_string(decoding.duration_seconds)},
               monotonic_seconds() + decoding.patience_seconds, decoding.gone),
        left_(static_cast<std::uint64_t>(decoding.most_seconds * decoding.sample_rate_hz)) {}

  std::size_t read(std::span<float> out) override {
    return audio::handed_on(ready_, at_, out, [this] { return fill(); });
  }
  int sample_rate_hz() const override { return decoding_.sample_rate_hz; }
  const audio::Tags& tags() const override { return tags_; }
  const std::string& warning() const override { return warning_; }

 private:
  bool fill() {
    while (!ended_) {
      Child::Frame frame = child_.next();
      switch (frame.kind) {
        case 'D': {
          ready_.resize(frame.bytes.size() / sizeof(float));
          std::memcpy(ready_.data(), frame.bytes.data(), ready_.size() * sizeof(float));
          at_ = 0;
          if (ready_.size() > left_) {
            throw HttpError(413, "too_large",
                            display(decoding_.name) + ": is longer than " +
                                std::to_string(static_cast<int>(decoding_.most_seconds)) + " s");
          }
          left_ -= ready_.size();
          if (!ready_.empty()) return true;
          break;
        }
        case 'W': warning_ = std::move(frame.bytes); break;
        case 'E': ended_ = true; throw error_of(frame.bytes, decoding_);
        case 'Z': ended_ = true; break;
        default: ended_ = true; throw crashed(decoding_.name);
      }
    }
    return false;
  }

  const Decoding decoding_;
  Child child_;
  std::uint64_t left_;  // samples
  std::vector<float> ready_;
  std::size_t at_ = 0;
  bool ended_ = false;
  audio::Tags tags_;
  std::string warning_;
};

}  // namespace

std::unique_ptr<audio::SampleStream> decode_elsewhere(const Decoding& decoding) {
  return std::make_unique<RemoteStream>(decoding);
}

std::string picture_type(const std::string& bytes) {
  const std::string_view head = bytes;
  if (head.starts_with("\xFF\xD8\xFF")) return "image/jpeg";
  if (head.starts_with("\x89PNG\r\n\x1A\n")) return "image/png";
  if (head.starts_with("GIF8")) return "image/gif";
  if (head.starts_with("RIFF") && head.substr(0, 12).ends_with("WEBP")) return "image/webp";
  return {};
}

std::optional<Picture> picture_elsewhere(const std::filesystem::path& path) {
  constexpr double kPatience = 10;
  Child child({"hearken", "sandbox", "picture", path.native(), "0", "0", "0"}, monotonic_seconds() + kPatience,
              nullptr);
  Child::Frame frame = child.next();
  if (frame.kind != 'P') return std::nullopt;
  Picture out{picture_type(frame.bytes), std::move(frame.bytes)};
  if (out.type.empty()) return std::nullopt;
  return out;
}

}  // namespace hearken::server
