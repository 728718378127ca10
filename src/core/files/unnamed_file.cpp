// O_TMPFILE, or a file whose name is taken away at once.
#include "core/files/unnamed_file.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "core/files/write_all.h"
#include "core/paths.h"

namespace hearken {

UnnamedFile::UnnamedFile(std::string doing) : doing_(std::move(doing)) {
  const std::filesystem::path folder = std::filesystem::temp_directory_path();
  descriptor_ = Descriptor(::open(folder.c_str(), O_TMPFILE | O_RDWR | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR));
  if (!descriptor_ && (errno == EOPNOTSUPP || errno == EISDIR || errno == ENOENT)) {
    // This file system knows no files without a name.
    std::string name = (folder / "hearken-XXXXXX").native();
    descriptor_ = Descriptor(::mkostemp(name.data(), O_CLOEXEC));
    if (descriptor_) ::unlink(name.c_str());
  }
  if (!descriptor_) throw os_error(folder, doing_, errno);
  path_ = "/proc/" + std::to_string(::getpid()) + "/fd/" + std::to_string(descriptor_.number());
}

void UnnamedFile::write(std::string_view bytes) {
  if (!write_all(descriptor_.number(), bytes)) throw os_error(std::filesystem::temp_directory_path(), doing_, errno);
  size_ += bytes.size();
}

}  // namespace hearken
