// The process that decodes: it gives up what it does not need, then reads one file.
//
// Frames on standard output: a kind, a length (uint32, this machine's order), bytes.
//   D samples (float32)   W a warning   E an error: its code, then its message   P a picture   Z the end
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <cstdint>
#include <exception>
#include <new>
#include <span>
#include <string_view>
#include <vector>

#include "audio/decode/container.h"
#include "audio/part.h"
#include "core/files/write_all.h"
#include "hearken/error.h"
#include "server/media/sandbox.h"

namespace hearken::server {
namespace {

constexpr std::size_t kMostPicture = 8 << 20;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kSanitized = true;  // which reserves terabytes of addresses
#else
constexpr bool kSanitized = false;
#endif

void limit(int resource, rlim_t to) {
  const rlimit both{to, to};
  ::setrlimit(static_cast<__rlimit_resource>(resource), &both);
}

void give_up_rights() {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  ::prctl(PR_SET_DUMPABLE, 0);
  limit(RLIMIT_CORE, 0);
  limit(RLIMIT_CPU, 120);   // seconds
  limit(RLIMIT_FSIZE, 0);   // writes no file
  limit(RLIMIT_NOFILE, 8);  // the sound, and what it may be asked for to look at it
  limit(RLIMIT_NPROC, 0);   // starts nothing (unless it runs as root)
  if (!kSanitized) limit(RLIMIT_AS, std::size_t{1536} << 20);
}

bool frame(char kind, std::string_view data) {
  char head[5] = {kind};
  const auto length = static_cast<std::uint32_t>(data.size());
  __builtin_memcpy(head + 1, &length, sizeof length);
  return write_all(STDOUT_FILENO, {head, sizeof head}) && write_all(STDOUT_FILENO, data);
}

void send_samples(const std::filesystem::path& path, int rate_hz, double start, double duration) {
  const auto stream = audio::open_part(path, rate_hz, start, duration);
  std::vector<float> samples(16384);
  for (;;) {
    const std::size_t n = stream->read(samples);
    if (n > 0 && !frame('D', {reinterpret_cast<const char*>(samples.data()), n * sizeof(float)})) return;
    if (n < samples.size()) break;
  }
  if (!stream->warning().empty()) frame('W', stream->warning());
}

void send_picture(const std::filesystem::path& path) {
  const audio::Container container(path, false);
  const std::span streams(container.format().streams, container.format().nb_streams);
  for (const AVStream* stream : streams) {
    if ((stream->disposition & AV_DISPOSITION_ATTACHED_PIC) == 0) continue;
    const AVPacket& picture = stream->attached_pic;
    if (picture.size <= 0 || static_cast<std::size_t>(picture.size) > kMostPicture) continue;
    frame('P', {reinterpret_cast<const char*>(picture.data), static_cast<std::size_t>(picture.size)});
    return;
  }
}

void send_error(ErrorCode code, std::string_view message) {
  frame('E', std::string(1, static_cast<char>(code)) + std::string(message));
}

}  // namespace

int decode_here(const std::string& what, const std::filesystem::path& path, int sample_rate_hz, double start_seconds,
                double duration_seconds) {
  give_up_rights();
  try {
    if (what == "picture")
      send_picture(path);
    else
      send_samples(path, sample_rate_hz, start_seconds, duration_seconds);
  } catch (const Error& error) {
    send_error(error.code(), error.what());
  } catch (const std::bad_alloc&) {
    send_error(ErrorCode::corrupt, "asks for more memory than it may have");
  } catch (const std::exception&) {
    send_error(ErrorCode::internal, "a defect in Hearken");
  }
  frame('Z', {});
  return 0;
}

}  // namespace hearken::server
