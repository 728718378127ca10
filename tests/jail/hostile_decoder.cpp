// A decoder that somebody took over: what it does to a file is the file's name.
#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <functional>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "audio/jail/channel.h"
#include "audio/jail/decoder_process.h"
#include "hearken/error.h"

namespace {

using namespace hearken;
using namespace hearken::audio;

// Ends the file with what the system said to a call: "open: Operation not permitted", or "open: done".
[[noreturn]] void told(const std::string& call, long result) {
  throw Error(ErrorCode::io, call + ": " + (result < 0 ? std::strerror(errno) : "done"));
}

long connect_to_the_network() {
  const int made = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(80);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (made < 0) return -1;
  ::connect(made, reinterpret_cast<const sockaddr*>(&address), sizeof address);  // that nobody listens is no refusal
  return 0;
}

long make_executable() {
  const long page = ::sysconf(_SC_PAGESIZE);
  void* const memory =
      ::mmap(nullptr, static_cast<std::size_t>(page), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return ::mprotect(memory, static_cast<std::size_t>(page), PROT_READ | PROT_EXEC);
}

void allocate() {
  std::vector<std::string> blocks(std::size_t{1} << 16);
  for (std::string& block : blocks) block.reserve(std::size_t{1} << 20);
  told("allocate", 0);
}

// How many descriptors there are beside the channel and the file; what they are is no concern of a decoder.
std::string descriptors(const SoundFile& file) {
  int open = 0;
  for (int i = 3; i < 4096; ++i) {
    if (i != file.descriptor.number() && ::close(i) == 0) ++open;
  }
  return fmt::format("{} descriptors, {} variables", open, environ[0] == nullptr ? 0 : 1);
}

// Sound that is not: behind a true head, a sample that is no number, or a byte more than samples have.
void lie(float sample, std::size_t more) {
  auto* const memory =
      static_cast<std::byte*>(::mmap(nullptr, kSharedBytes, PROT_READ | PROT_WRITE, MAP_SHARED, STDOUT_FILENO, 0));
  const auto bytes = static_cast<std::uint32_t>(sizeof sample + more);
  FrameHead tags{FrameHead::tags, 0, 0, 5}, mono{FrameHead::mono, 1, 16000, bytes};
  std::memcpy(memory, &tags, sizeof tags);
  std::memset(memory + sizeof tags, 0, 5);
  std::memcpy(memory + sizeof tags + 5, &mono, sizeof mono);
  std::memcpy(memory + 2 * sizeof tags + 5, &sample, sizeof sample);
  const Note note{Note::filled, static_cast<std::uint32_t>(2 * sizeof tags + 5 + bytes)};
  ::send(STDIN_FILENO, &note, sizeof note, 0);
}

void say(Note note) { ::send(STDIN_FILENO, &note, sizeof note, 0); }

void before(const SoundFile& file) {
  static volatile int* const nowhere = nullptr;
  const std::map<std::string, std::function<void()>> deeds = {
      {"crash", [] { *nowhere = 1; }},
      {"abort", [] { std::abort(); }},
      {"leave", [] { ::_exit(0); }},
      {"loop", [] { while (nowhere == nullptr); }},
      {"wait",
       [] {
         for (;;) ::usleep(1000);
       }},
      {"allocate", allocate},
      {"open", [] { told("open", ::open("/etc/passwd", O_RDONLY)); }},
      {"create", [] { told("create", ::open("/tmp/hearken-hostile", O_WRONLY | O_CREAT, 0600)); }},
      {"shrink", [] { told("shrink", ::ftruncate(STDOUT_FILENO, 0)); }},
      {"connect", [] { told("connect", connect_to_the_network()); }},
      {"pair",
       [] {
         int ends[2];
         told("pair", ::socketpair(AF_UNIX, SOCK_STREAM, 0, ends));
       }},
      {"start", [] { told("start", ::fork()); }},
      {"execute", [] { told("execute", ::execl("/bin/true", "true", nullptr)); }},
      {"kill", [] { told("kill", ::syscall(SYS_kill, 1, 0)); }},
      {"trace", [] { told("trace", ::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr)); }},
      {"code", [] { told("code", make_executable()); }},
      {"ask", [] { told("ask", ::syscall(SYS_sched_getscheduler, 0)); }},  // stands for all that is on no list
      {"descriptors", [&] { throw Error(ErrorCode::io, descriptors(file)); }},
      {"babble", [] { say({Note::filled, 0xFFFFFFFF}); }},
      {"fill", [] { say({Note::filled, 100}); }},
      {"lie", [] { lie(std::numeric_limits<float>::quiet_NaN(), 0); }},
      {"lap", [] { lie(0.5F, 1); }},
  };
  if (const auto deed = deeds.find(file.path.stem()); deed != deeds.end()) deed->second();
}

}  // namespace

int main() { _exit(run_decoder(before)); }
