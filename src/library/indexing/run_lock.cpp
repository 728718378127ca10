// flock on a file beside the library, with the holder's process id in it.
#include "library/indexing/run_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <string>

#include "core/paths.h"
#include "hearken/error.h"

namespace hearken::library {
namespace {

std::string holder(int descriptor) {
  char text[32] = {};
  const ssize_t n = ::pread(descriptor, text, sizeof text - 1, 0);
  std::string id;
  for (ssize_t i = 0; i < n && text[i] >= '0' && text[i] <= '9'; ++i) id += text[i];
  return id.empty() ? std::string("another process") : "process " + id;
}

}  // namespace

RunLock::RunLock(const std::filesystem::path& library_file, const std::filesystem::path& shown) {
  const std::filesystem::path path(library_file.native() + ".lock");
  descriptor_ = open_file(path, O_RDWR | O_CREAT, "lock the library");
  int result;
  do result = ::flock(descriptor_.number(), LOCK_EX | LOCK_NB);
  while (result != 0 && errno == EINTR);
  if (result != 0) {
    if (errno != EWOULDBLOCK) throw os_error(path, "lock the library", errno);
    throw Error(ErrorCode::busy, display(shown) + ": another run (" + holder(descriptor_.number()) +
                                     ") is indexing into this library; wait for it or stop it");
  }
  // Only for the other's message: a full disk must not stop the run here.
  const std::string id = std::to_string(::getpid()) + "\n";
  if (::ftruncate(descriptor_.number(), 0) == 0 && ::pwrite(descriptor_.number(), id.data(), id.size(), 0) < 0) return;
}

}  // namespace hearken::library
