// Memory mapping by mmap.
#include "core/files/mapped_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <mutex>
#include <utility>

#include "core/files/descriptor.h"
#include "core/paths.h"

namespace hearken {
namespace {

// Read by the handler, so without locks; a mapping that finds no slot is not guarded.
struct Slot {
  std::atomic<std::uintptr_t> begin{0}, end{0};
};
std::array<Slot, 4096> slots;
std::atomic<bool> has_shrunk{false};
struct sigaction handler_before;

void on_bus_error(int number, siginfo_t* info, void* context) {
  const auto at = reinterpret_cast<std::uintptr_t>(info->si_addr);
  for (const Slot& slot : slots) {
    const std::uintptr_t begin = slot.begin.load(), end = slot.end.load();
    if (at < begin || at >= end) continue;
    const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
    void* const from = reinterpret_cast<void*>(at / page * page);
    if (::mmap(from, end - at / page * page, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == MAP_FAILED)
      break;
    has_shrunk = true;
    return;
  }
  if ((handler_before.sa_flags & SA_SIGINFO) != 0) return handler_before.sa_sigaction(number, info, context);
  ::sigaction(SIGBUS, &handler_before, nullptr);
  ::raise(number);  // comes once this handler has returned
}

void guard(const std::byte* data, std::size_t size) {
  static std::once_flag once;
  std::call_once(once, [] {
    struct sigaction action{};
    action.sa_sigaction = on_bus_error;
    action.sa_flags = SA_SIGINFO;
    ::sigaction(SIGBUS, &action, &handler_before);
  });
  const auto begin = reinterpret_cast<std::uintptr_t>(data);
  for (Slot& slot : slots) {
    std::uintptr_t none = 0;
    if (!slot.begin.compare_exchange_strong(none, begin)) continue;
    slot.end = begin + size;
    return;
  }
}

void unguard(const std::byte* data) noexcept {
  for (Slot& slot : slots) {
    if (slot.begin != reinterpret_cast<std::uintptr_t>(data)) continue;
    slot.end = 0;
    slot.begin = 0;
    return;
  }
}

}  // namespace

void check_mapped_files() {
  if (has_shrunk.load(std::memory_order_relaxed))
    throw Error(ErrorCode::io,
                "a file of a model, or a cache, was cut short while it was in use: start the program again");
}

MappedFile::MappedFile(const std::filesystem::path& path) {
  const Descriptor file = open_file(path, O_RDONLY | O_NONBLOCK);  // a FIFO is refused, not waited for
  struct stat status{};
  if (::fstat(file.number(), &status) != 0) throw os_error(path, "read", errno);
  if (!S_ISREG(status.st_mode)) throw Error(ErrorCode::invalid_argument, display(path) + ": is not a regular file");
  size_ = static_cast<std::size_t>(status.st_size);
  if (size_ == 0) return;
  void* mapped = ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, file.number(), 0);
  if (mapped == MAP_FAILED) throw os_error(path, "map", errno);
  data_ = static_cast<const std::byte*>(mapped);
  guard(data_, size_);
}

MappedFile::~MappedFile() {
  if (data_ == nullptr) return;
  unguard(data_);
  ::munmap(const_cast<std::byte*>(data_), size_);
}

void MappedFile::release_pages(std::span<const std::byte> part) noexcept {
  const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
  const auto begin = reinterpret_cast<std::uintptr_t>(part.data()), end = begin + part.size();
  const std::uintptr_t first = (begin + page - 1) / page * page, last = end / page * page;
  if (first < last) ::madvise(reinterpret_cast<void*>(first), last - first, MADV_DONTNEED);
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  return *this;
}

}  // namespace hearken
