// Requests in, frames out.
#include "audio/jail/decoder_process.h"

#include <sys/mman.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <new>
#include <span>
#include <string>
#include <utility>

#include "audio/decode/in_process.h"
#include "audio/jail/channel.h"
#include "audio/jail/confine.h"
#include "core/paths.h"
#include "hearken/error.h"

namespace hearken::audio {
namespace {

// Float samples in frames that are no longer than a frame may be.
void send_samples(Sender& sender, FrameHead head, std::span<const float> samples) {
  const std::size_t whole = kMostFrame / sizeof(float) / head.channels * head.channels;
  while (!samples.empty()) {
    const auto part = samples.first(std::min(whole, samples.size()));
    sender.frame(head, part.data(), part.size_bytes());
    samples = samples.subspan(part.size());
  }
}

class SendingSink final : public SampleSink {
 public:
  explicit SendingSink(Sender& sender) : sender_(sender) {}
  void consume(std::span<const float> interleaved, int channels, int sample_rate_hz) override {
    send_samples(sender_, {FrameHead::heard, static_cast<std::uint16_t>(channels), sample_rate_hz, 0}, interleaved);
  }

 private:
  Sender& sender_;
};

void send_tags(Sender& sender, const Tags& tags) {
  std::string text;
  for (const std::string* each : {&tags.title, &tags.artist, &tags.album, &tags.genre, &tags.keywords})
    text += *each + '\0';
  sender.frame(FrameHead::tags, text);
}

void decode(Sender& sender, const Request& request, SoundFile file) {
  SendingSink sink(sender);
  const auto opened = [&](const Tags& tags) { send_tags(sender, tags); };
  const auto take = [&](std::span<const float> mono) {
    send_samples(sender, {FrameHead::mono, 1, request.sample_rate_hz, 0}, mono);
    return true;
  };
  const auto warning =
      decode_here(std::move(file), request.sample_rate_hz, request.heard != 0 ? &sink : nullptr, opened, take);
  if (!warning->empty()) sender.frame(FrameHead::warning, *warning);
}

void send_excerpts(Sender& sender, const Request& request, SoundFile file) {
  const auto excerpts =
      excerpts_here(std::move(file), {request.sample_rate_hz, request.window_samples, request.hop_samples});
  if (!excerpts) return;
  send_tags(sender, excerpts->tags);
  for (const Window& window : excerpts->windows) {
    const ExcerptHead head{excerpts->length_seconds, window.start_sample};
    sender.frame({FrameHead::excerpt, 0, 0, 0}, &head, sizeof head);
    send_samples(sender, {FrameHead::mono, 1, request.sample_rate_hz, 0}, window.samples);
  }
}

void send_error(Sender& sender, ErrorCode code, const std::string& message, const std::string& cause) {
  sender.frame(FrameHead::error, std::string(1, static_cast<char>(code)) + message + '\0' + cause);
}

// Once more than there may be was asked for, what is left is too little to go on with: false.
bool answer(Sender& sender, Received asked, const std::function<void(const SoundFile&)>& before) {
  const Request& request = asked.request;
  const std::string path = display(asked.file.path);
  try {
    if (before) before(asked.file);
    switch (request.what) {
      case Operation::samples: decode(sender, request, std::move(asked.file)); break;
      case Operation::excerpts: send_excerpts(sender, request, std::move(asked.file)); break;
      case Operation::cover: sender.frame(FrameHead::cover, cover_here(std::move(asked.file))); break;
      case Operation::holds_sound:
        if (holds_sound_here(std::move(asked.file))) sender.frame(FrameHead::sound, {});
        break;
    }
  } catch (const Error& error) {
    send_error(sender, error.code(), error.message(), error.cause());
  } catch (const std::bad_alloc&) {
    send_error(sender, ErrorCode::corrupt, path + ": asks for more memory than it may have", {});
    return false;
  } catch (const std::exception&) {
    send_error(sender, ErrorCode::internal, path + ": a defect in Hearken", {});
  }
  return true;
}

// Should nobody be left who ends a decoder that does not come to an end.
void end_after(std::uint32_t cpu_seconds) {
  itimerval time{};
  time.it_value.tv_sec = static_cast<time_t>(cpu_seconds);
  ::setitimer(ITIMER_PROF, &time, nullptr);
}

}  // namespace

int run_decoder(const std::function<void(const SoundFile&)>& before) {
  void* const memory = ::mmap(nullptr, kSharedBytes, PROT_READ | PROT_WRITE, MAP_SHARED, STDOUT_FILENO, 0);
  if (memory == MAP_FAILED || !confine_process()) return kNotConfined;
  try {
    while (std::optional<Received> asked = receive_request(STDIN_FILENO)) {
      end_after(asked->request.cpu_seconds);
      Sender sender(STDIN_FILENO, static_cast<std::byte*>(memory));
      bool goes_on = true;
      try {
        goes_on = answer(sender, std::move(*asked), before);
      } catch (const Sender::Cancelled&) {
      }
      if (!goes_on) {
        sender.flush();
        break;
      }
      sender.end();
    }
  } catch (const Sender::Gone&) {
  }
  return 0;
}

}  // namespace hearken::audio
