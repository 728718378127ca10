// allocations OPERATION FOLDER FIRST LAST STEP: runs an operation again and again, each time in a process of its own in
// which one allocation fails: the FIRST, then STEP further, to the LAST. Says how each run ended, and fails when one
// was ended by a signal or left a library that is not sound. OPERATION: open, find, index. FOLDER has library.db, which
// stays as it is, and sound.wav. tests/cli/test_allocations.py calls it.
//
// What fails is operator new and SQLite's memory. malloc as FFmpeg and oneDNN call it by themselves is left alone.
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <functional>
#include <map>
#include <new>
#include <string>

#include "hearken/check.h"
#include "hearken/find.h"
#include "hearken/index.h"

namespace {

std::atomic<long> left{-1};  // allocations until the one that fails; below 0: none does

bool fails() { return left.load(std::memory_order_relaxed) >= 0 && left-- == 0; }

void* allocated(std::size_t size, std::size_t alignment) {
  if (fails()) throw std::bad_alloc();
  const std::size_t whole = size == 0 ? 1 : size;
  void* const out = alignment <= alignof(std::max_align_t)
                        ? std::malloc(whole)
                        : std::aligned_alloc(alignment, (whole + alignment - 1) / alignment * alignment);
  if (out == nullptr) throw std::bad_alloc();
  return out;
}

// Not seen through by the compiler, which would take free() for a mistake.
[[gnu::noipa]] void release(void* p) noexcept { std::free(p); }

}  // namespace

void* operator new(std::size_t size) { return allocated(size, 0); }
void* operator new[](std::size_t size) { return allocated(size, 0); }
void* operator new(std::size_t size, std::align_val_t alignment) {
  return allocated(size, static_cast<std::size_t>(alignment));
}
void* operator new[](std::size_t size, std::align_val_t alignment) {
  return allocated(size, static_cast<std::size_t>(alignment));
}
void operator delete(void* p) noexcept { release(p); }
void operator delete[](void* p) noexcept { release(p); }
void operator delete(void* p, std::size_t) noexcept { release(p); }
void operator delete[](void* p, std::size_t) noexcept { release(p); }
void operator delete(void* p, std::align_val_t) noexcept { release(p); }
void operator delete[](void* p, std::align_val_t) noexcept { release(p); }
void operator delete(void* p, std::size_t, std::align_val_t) noexcept { release(p); }
void operator delete[](void* p, std::size_t, std::align_val_t) noexcept { release(p); }

namespace {

namespace fs = std::filesystem;

sqlite3_mem_methods own_memory;

void let_sqlite_fail() {
  sqlite3_config(SQLITE_CONFIG_GETMALLOC, &own_memory);
  sqlite3_mem_methods failing = own_memory;
  failing.xMalloc = [](int size) { return fails() ? nullptr : own_memory.xMalloc(size); };
  failing.xRealloc = [](void* p, int size) { return fails() ? nullptr : own_memory.xRealloc(p, size); };
  sqlite3_config(SQLITE_CONFIG_MALLOC, &failing);
}

void run(const std::string& operation, const fs::path& folder, const fs::path& library) {
  if (operation == "open") {
    hearken::Library::open(library, hearken::OpenMode::read).info();
  } else if (operation == "find") {
    const hearken::Model model = hearken::Model::load("starter");
    const hearken::Library opened = hearken::Library::open(library, hearken::OpenMode::read);
    hearken::find(opened, model, "a beep");
  } else {
    const hearken::Model model = hearken::Model::load("starter");
    hearken::Library opened = hearken::Library::open(library, hearken::OpenMode::create);
    const fs::path sound = folder / "sound.wav";
    hearken::IndexOptions options;
    options.threads = 2;
    hearken::index(opened, model, {&sound, 1}, options);
  }
}

// In the child. 0: done; 1: an error; 2: the operation went well, though an allocation failed.
int ended(const std::string& operation, const fs::path& folder, const fs::path& library, long nth) {
  left = nth;
  int status = 0;
  try {
    run(operation, folder, library);
  } catch (const std::exception&) {
    status = 1;
  }
  const bool failed = left < 0;
  left = -1;
  return status == 0 && failed ? 2 : status;
}

bool is_sound(const fs::path& library) {
  try {
    return hearken::check(hearken::Library::open(library, hearken::OpenMode::read)).damaged.empty();
  } catch (const std::exception& e) {
    std::printf("%s\n", e.what());
    return false;
  }
}

int in_child(const std::function<int()>& body) {
  std::fflush(stdout);
  const pid_t child = ::fork();
  if (child == 0) std::_Exit(body());
  int status = 0;
  ::waitpid(child, &status, 0);
  return status;
}

}  // namespace

int main(int count, char** words) {
  if (count != 6) return 2;
  let_sqlite_fail();
  const std::string operation = words[1];
  const fs::path folder = words[2], library = folder / "copy" / "library.db";
  std::map<std::string, int> ends;
  int bad = 0;
  for (long nth = std::atol(words[3]); nth <= std::atol(words[4]); nth += std::atol(words[5])) {
    fs::remove_all(library.parent_path());
    fs::create_directories(library.parent_path());
    fs::copy_file(folder / "library.db", library);
    const int status = in_child([&] { return ended(operation, folder, library, nth); });
    const bool signal = !WIFEXITED(status);
    const int after = in_child([&] { return is_sound(library) ? 0 : 1; });
    const bool sound = WIFEXITED(after) && WEXITSTATUS(after) == 0;
    ++ends[signal ? "signal" : WEXITSTATUS(status) == 0 ? "done" : WEXITSTATUS(status) == 1 ? "error" : "went well"];
    if (!signal && sound) continue;
    ++bad;
    std::printf("%s: allocation %ld: %s\n", operation.c_str(), nth,
                signal ? ::strsignal(WTERMSIG(status)) : "not sound");
  }
  for (const auto& [how, times] : ends) std::printf("%s: %s %d\n", operation.c_str(), how.c_str(), times);
  return bad == 0 ? 0 : 1;
}
