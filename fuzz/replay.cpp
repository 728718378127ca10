// Runs a fuzz target over files: each must end, and must not take more memory than the target's bound.
//
//   fuzz_TARGET FILE-OR-FOLDER...
//
// Memory is what operator new hands out: all of Hearken's own. What a C library takes by malloc is not seen.
#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <new>
#include <string>
#include <vector>

#include "target.h"

namespace {

namespace fs = std::filesystem;
constexpr unsigned kWatchdogSeconds = 20;  // against hangs; far above what any input takes under a sanitizer

std::atomic<std::size_t> live{0}, peak{0};
const char* running = "";

void hang(int) {
  const char text[] = ": does not end\n";
  if (::write(2, running, std::strlen(running)) < 0 || ::write(2, text, sizeof text - 1) < 0) std::_Exit(2);
  std::_Exit(1);
}

bool run(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  if (!file.good() && !file.eof()) {
    std::fprintf(stderr, "%s: cannot be read\n", path.c_str());
    return false;
  }
  running = path.c_str();
  const std::size_t before = live;
  peak = before;
  ::alarm(kWatchdogSeconds);
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  ::alarm(0);
  const std::size_t grown = peak - before, allowed = bytes.size() * kHeapBound.per_byte + kHeapBound.fixed;
  if (grown <= allowed) return true;
  std::fprintf(stderr, "%s: %zu bytes made the heap grow by %zu; allowed are %zu\n", path.c_str(), bytes.size(), grown,
               allowed);
  return false;
}

}  // namespace

// Every form that takes no alignment, because a sanitizer has its own and wants both ends of an allocation to be one's.
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  void* const memory = std::malloc(size);
  if (memory == nullptr) return nullptr;
  const std::size_t now = live += ::malloc_usable_size(memory);
  if (now > peak) peak = now;
  return memory;
}
void* operator new(std::size_t size) {
  void* const memory = ::operator new(size, std::nothrow);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}
void* operator new[](std::size_t size) { return ::operator new(size); }
void* operator new[](std::size_t size, const std::nothrow_t& no) noexcept { return ::operator new(size, no); }
void operator delete(void* memory) noexcept {
  if (memory != nullptr) live -= ::malloc_usable_size(memory);
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept { ::operator delete(memory); }
void operator delete[](void* memory) noexcept { ::operator delete(memory); }
void operator delete[](void* memory, std::size_t) noexcept { ::operator delete(memory); }

int main(int argc, char** argv) {
  std::signal(SIGALRM, hang);
  std::vector<fs::path> files;
  for (const auto& argument : std::vector<std::string>(argv + 1, argv + argc)) {
    if (fs::is_directory(argument)) {
      for (const auto& entry : fs::directory_iterator(argument)) files.push_back(entry.path());
    } else {
      files.emplace_back(argument);
    }
  }
  std::sort(files.begin(), files.end());
  const auto bad = std::count_if(files.begin(), files.end(), [](const fs::path& path) { return !run(path); });
  std::printf("%zu inputs, %td beyond their bound\n", files.size(), bad);
  return bad == 0 && !files.empty() ? 0 : 1;
}
