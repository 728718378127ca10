// no_new_privs, limits, Landlock, seccomp: in this order, as each needs calls that the next takes away.
#include "audio/jail/confine.h"

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "audio/jail/budget.h"

namespace hearken::audio {
namespace {

#if defined(__x86_64__)
constexpr std::uint32_t kProcessor = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr std::uint32_t kProcessor = AUDIT_ARCH_AARCH64;
#elif defined(__riscv) && __riscv_xlen == 64
constexpr std::uint32_t kProcessor = AUDIT_ARCH_RISCV64;
#else
constexpr std::uint32_t kProcessor = 0;
#endif

// What decoding takes: the file's bytes, the channel, memory, time. And what the sanitizers report with.
constexpr long kAllowed[] = {
    __NR_read,           __NR_pread64,         __NR_recvmsg,   __NR_recvfrom,        __NR_sendto,
    __NR_close,          __NR_munmap,          __NR_mremap,    __NR_madvise,         __NR_brk,
    __NR_futex,          __NR_getpid,          __NR_gettid,    __NR_sched_yield,     __NR_getrandom,
    __NR_clock_gettime,  __NR_setitimer,       __NR_nanosleep, __NR_clock_nanosleep, __NR_rt_sigreturn,
    __NR_rt_sigprocmask, __NR_restart_syscall, __NR_exit,      __NR_exit_group,
};
constexpr long kAllowedSanitized[] = {
    __NR_write, __NR_pipe2, __NR_sigaltstack, __NR_rt_sigaction, __NR_getppid, __NR_prctl, __NR_uname, __NR_getrusage,
#ifdef __NR_pipe
    __NR_pipe,
#endif
};
// Whose third argument says what the memory is for.
constexpr long kProtecting[] = {__NR_mmap, __NR_mprotect};
constexpr long kDenied[] = {
    __NR_socket, __NR_socketpair, __NR_connect, __NR_bind,   __NR_openat,
    __NR_execve, __NR_clone,      __NR_kill,    __NR_tgkill, __NR_ptrace,
#ifdef __NR_open
    __NR_open,   __NR_fork,       __NR_vfork,
#endif
};

void limit(__rlimit_resource resource, rlim_t to) {
  const rlimit both{to, to};
  ::setrlimit(resource, &both);
}

void limit_resources() {
  limit(RLIMIT_CORE, 0);
  limit(RLIMIT_FSIZE, 0);    // writes no file
  limit(RLIMIT_NOFILE, 16);  // the channel, and one file
  limit(RLIMIT_NPROC, 0);
  limit(RLIMIT_MEMLOCK, 0);
  if (!kSanitized) limit(RLIMIT_AS, kDecoderMemory);
}

// Every right that the kernel's Landlock knows of is handled, and none given. As <linux/landlock.h> has it, which is
// older than the kernel may be.
void give_up_files() {
  struct {
    std::uint64_t files = 0, network = 0, scopes = 0;
  } handled;
  constexpr long kCreate = 444, kRestrictSelf = 446, kAskVersion = 1;  // the same on every processor
  const long version = ::syscall(kCreate, nullptr, 0, kAskVersion);
  if (version < 1) return;
  const int rights = version == 1 ? 13 : version == 2 ? 14 : version < 5 ? 15 : 16;
  handled.files = (std::uint64_t{1} << rights) - 1;
  if (version >= 4) handled.network = 3;  // TCP: bind, connect
  if (version >= 6) handled.scopes = 3;   // abstract sockets, signals
  const std::size_t size = version >= 6 ? 24 : version >= 4 ? 16 : 8;
  const long rules = ::syscall(kCreate, &handled, size, 0);
  if (rules < 0) return;
  ::syscall(kRestrictSelf, rules, 0);
  ::close(static_cast<int>(rules));
}

std::vector<sock_filter> filter() {
  constexpr std::uint32_t kEnosys = SECCOMP_RET_ERRNO | ENOSYS, kEperm = SECCOMP_RET_ERRNO | EPERM;
  constexpr auto kThirdArgument =
      offsetof(seccomp_data, args) + 2 * sizeof(std::uint64_t);  // its low half: little-endian
  std::vector<sock_filter> out;
  const auto load = [&](std::size_t offset) {
    out.push_back(BPF_STMT(BPF_LD | BPF_W | BPF_ABS, static_cast<std::uint32_t>(offset)));
  };
  const auto answer = [&](std::uint32_t what) { out.push_back(BPF_STMT(BPF_RET | BPF_K, what)); };
  const auto unless = [&](std::uint32_t value, std::uint8_t skipped) {
    out.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, skipped));
  };
  load(offsetof(seccomp_data, arch));
  out.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, kProcessor, 1, 0));
  answer(SECCOMP_RET_KILL_PROCESS);
  load(offsetof(seccomp_data, nr));
  const auto each = [&](const auto& calls, std::uint32_t what) {
    for (const long call : calls) {
      unless(static_cast<std::uint32_t>(call), 1);
      answer(what);
    }
  };
  each(kAllowed, SECCOMP_RET_ALLOW);
  if (kSanitized) each(kAllowedSanitized, SECCOMP_RET_ALLOW);
  for (const long call : kProtecting) {
    unless(static_cast<std::uint32_t>(call), 4);
    load(kThirdArgument);
    out.push_back(BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, PROT_EXEC, 0, 1));
    answer(kEperm);
    answer(SECCOMP_RET_ALLOW);
  }
  each(kDenied, kEperm);
  answer(kEnosys);
  return out;
}

}  // namespace

bool confine_process() {
  if (kProcessor == 0 || ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return false;
  ::prctl(PR_SET_DUMPABLE, 0);
  limit_resources();
  give_up_files();
  std::vector<sock_filter> steps = filter();
  const sock_fprog program{static_cast<unsigned short>(steps.size()), steps.data()};
  // All threads: the thread sanitizer has one of its own.
  return ::syscall(__NR_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &program) == 0;
}

}  // namespace hearken::audio
