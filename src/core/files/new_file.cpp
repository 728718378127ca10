// Write, sync, rename.
#include "core/files/new_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <string>
#include <utility>

#include "core/files/write_all.h"
#include "core/paths.h"

namespace hearken {

NewFile::NewFile(std::filesystem::path place) : place_(std::move(place)) {
  partial_ = place_.native() + '.' + std::to_string(::getpid()) + ".partial";
  descriptor_ = Descriptor(::open(partial_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
  if (!descriptor_) {
    partial_.clear();  // whatever is there is not ours
    throw os_error(place_, "write", errno);
  }
}

NewFile::~NewFile() {
  if (!partial_.empty()) ::unlink(partial_.c_str());
}

void NewFile::write(std::span<const std::byte> bytes) {
  if (!write_all(descriptor_.number(), {reinterpret_cast<const char*>(bytes.data()), bytes.size()}))
    throw os_error(place_, "write", errno);
}

void NewFile::finish() {
  const bool synced = ::fsync(descriptor_.number()) == 0 || errno == EINVAL;  // EINVAL: a file system that cannot
  const int error = errno;
  const bool closed = ::close(descriptor_.release()) == 0;
  if (!synced || !closed) throw os_error(place_, "write", synced ? errno : error);
}

void NewFile::appear() {
  if (std::rename(partial_.c_str(), place_.c_str()) != 0) throw os_error(place_, "write", errno);
  partial_.clear();
}

void sync_folder(const std::filesystem::path& folder) noexcept {
  const Descriptor opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (opened) ::fsync(opened.number());
}

}  // namespace hearken
