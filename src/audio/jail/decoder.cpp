// Starting and ending a decoder process.
#include "audio/jail/decoder.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <ctime>
#include <utility>

#include "audio/jail/confine.h"
#include "hearken/error.h"

namespace hearken::audio {
namespace {

Error no_room(const char* what, int error_number) {
  return Error(ErrorCode::busy, std::string("no room for another ") + what, std::strerror(error_number));
}

// Above the three that every program has, so that none of them is put in place of another.
Descriptor above_standard(int number, const char* what) {
  if (number < 0) throw no_room(what, errno);
  Descriptor given(number);
  if (number > STDERR_FILENO) return given;
  Descriptor moved(::fcntl(number, F_DUPFD_CLOEXEC, STDERR_FILENO + 1));
  if (!moved) throw no_room(what, errno);
  return moved;
}

// Nobody can make it smaller, which would end whoever looks at what is gone.
Descriptor shared_memory() {
  Descriptor memory = above_standard(::memfd_create("decoded", MFD_CLOEXEC | MFD_ALLOW_SEALING), "channel");
  if (::ftruncate(memory.number(), kSharedBytes) != 0 ||
      ::fcntl(memory.number(), F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0)
    throw no_room("channel", errno);
  return memory;
}

// A process group of its own: Ctrl-C is for the program, which ends its decoders.
pid_t start(const DecoderProgram& program, int socket, int memory) {
  std::vector<char*> words;
  for (const std::string& word : program.arguments) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  char* const nothing[] = {nullptr};
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, socket, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, memory, STDOUT_FILENO);
  if (!kSanitized) posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  sigset_t signals;
  sigemptyset(&signals);
  posix_spawnattr_setsigmask(&attributes, &signals);
  sigfillset(&signals);
  posix_spawnattr_setsigdefault(&attributes, &signals);
  pid_t process = 0;
  const int failed = ::posix_spawn(&process, program.path.c_str(), &actions, &attributes, words.data(), nothing);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) throw no_room("process", failed);
  return process;
}

}  // namespace

Decoder::Decoder(const DecoderProgram& program) {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) throw no_room("channel", errno);
  const Descriptor theirs = above_standard(ends[1], "channel");
  socket_ = Descriptor(ends[0]);
  const Descriptor memory = shared_memory();
  void* const mapped = ::mmap(nullptr, kSharedBytes, PROT_READ, MAP_SHARED, memory.number(), 0);
  if (mapped == MAP_FAILED) throw no_room("channel", errno);
  memory_ = static_cast<std::byte*>(mapped);
  try {
    process_ = start(program, theirs.number(), memory.number());
  } catch (...) {
    end();
    throw;
  }
}

double Decoder::cpu_seconds() const noexcept {
  clockid_t clock{};
  timespec time{};
  if (process_ == 0 || ::clock_getcpuclockid(process_, &clock) != 0 || ::clock_gettime(clock, &time) != 0) return 0;
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

int Decoder::end() noexcept {
  socket_.reset();
  if (memory_ != nullptr) ::munmap(std::exchange(memory_, nullptr), kSharedBytes);
  if (process_ == 0) return status_;
  ::kill(process_, SIGKILL);
  while (::waitpid(process_, &status_, 0) < 0 && errno == EINTR) {
  }
  process_ = 0;
  return status_;
}

}  // namespace hearken::audio
