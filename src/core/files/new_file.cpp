// Write, sync, rename.
#include "core/files/new_file.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstdio>
#include <system_error>

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

std::optional<std::string> left_over_of(const std::string& name) {
  constexpr std::string_view kPartial = ".partial";
  if (!name.ends_with(kPartial)) return std::nullopt;
  const std::string_view front = std::string_view(name).substr(0, name.size() - kPartial.size());
  const std::size_t dot = front.rfind('.');
  pid_t process = 0;
  if (dot == std::string_view::npos) return std::nullopt;
  const auto [end, error] = std::from_chars(front.data() + dot + 1, front.data() + front.size(), process);
  if (error != std::errc() || end != front.data() + front.size() || process <= 0) return std::nullopt;
  if (::kill(process, 0) == 0 || errno != ESRCH) return std::nullopt;
  return std::string(front.substr(0, dot));
}

void remove_left_overs(const std::filesystem::path& place) {
  const std::string own = place.filename().native();
  const std::filesystem::path folder = place.has_parent_path() ? place.parent_path() : ".";
  std::error_code error;
  for (std::filesystem::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    const auto of = left_over_of(at->path().filename().native());
    std::error_code ignored;
    if (of && of->starts_with(own)) std::filesystem::remove(at->path(), ignored);
  }
}

void sync_folder(const std::filesystem::path& folder) noexcept {
  const Descriptor opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (opened) ::fsync(opened.number());
}

}  // namespace hearken
