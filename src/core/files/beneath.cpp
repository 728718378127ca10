// openat2, and what does its work where it is missing.
#include "core/files/beneath.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "core/paths.h"
#include "hearken/error.h"

namespace hearken {
namespace {

namespace fs = std::filesystem;

// Without O_NONBLOCK a pipe without a writer would hold the process.
constexpr int kFile = O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
constexpr int kFolder = O_PATH | O_DIRECTORY | O_CLOEXEC;

Error failed(const fs::path& folder, const fs::path& relative, int number) {
  const fs::path path = folder / relative;
  if (number == EXDEV || number == ELOOP)
    return Error(ErrorCode::permission_denied, display(path) + ": a link leads out of " + display(folder));
  return os_error(path, "open", number);
}

Descriptor opened_folder(const fs::path& folder, const fs::path& relative) {
  Descriptor out(::open(folder.c_str(), kFolder));
  if (!out) throw failed(folder, relative, errno);
  return out;
}

// Below zero, with errno, as open().
int open_at(int folder, const fs::path& relative) {
  open_how how{};
  how.flags = kFile;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
  constexpr int kTries = 100;  // EAGAIN: something on the way was renamed meanwhile
  long got = -1;
  for (int i = 0; i < kTries && got < 0; ++i) {
    got = ::syscall(SYS_openat2, folder, relative.c_str(), &how, sizeof how);
    if (got < 0 && errno != EAGAIN && errno != EINTR) break;
  }
  return static_cast<int>(got);
}

}  // namespace

Descriptor open_without_links(const fs::path& folder, const fs::path& relative) {
  if (relative.empty() || relative.is_absolute()) throw failed(folder, relative, EXDEV);
  Descriptor at = opened_folder(folder, relative);
  for (auto part = relative.begin(); part != relative.end(); ++part) {
    if (*part == "..") throw failed(folder, relative, EXDEV);
    const bool last = std::next(part) == relative.end();
    const int next = ::openat(at.number(), part->c_str(), O_NOFOLLOW | (last ? kFile : kFolder));
    // A link where a folder was expected is "not a directory".
    if (next < 0) throw failed(folder, relative, errno);
    at = Descriptor(next);
  }
  return at;
}

Descriptor open_beneath(const fs::path& folder, const fs::path& relative) {
  const Descriptor top = opened_folder(folder, relative);
  Descriptor out(open_at(top.number(), relative));
  if (out) return out;
  if (errno == ENOSYS || errno == EPERM) return open_without_links(folder, relative);
  throw failed(folder, relative, errno);
}

}  // namespace hearken
