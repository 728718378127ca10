// Paths, links and locks in the Hugging Face cache.
#include "model/hub/cache.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <fstream>
#include <system_error>
#include <thread>

#include "core/paths.h"
#include "core/text.h"
#include "model/hub/name.h"
#include "model/hub/settings.h"

namespace hearken::model::hub {
namespace {

namespace fs = std::filesystem;

std::string folder_name(std::string_view repo) {
  std::string name = "models--";
  for (const char c : repo) name += c == '/' ? "--" : std::string(1, c);
  return name;
}

fs::path locks_folder(std::string_view repo) { return cache_directory() / ".locks" / folder_name(repo); }

// Opens for flock; -1 with errno. Never through a link, and never waiting for a pipe's other end.
int open_lock(const fs::path& path) {
  return ::open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0666);
}

bool try_lock(int descriptor) {
  int result;
  do result = ::flock(descriptor, LOCK_EX | LOCK_NB);
  while (result != 0 && errno == EINTR);
  return result == 0;
}

bool held_elsewhere(int error_number) { return error_number == EWOULDBLOCK || error_number == EACCES; }

}  // namespace

fs::path repo_folder(std::string_view repo) { return cache_directory() / folder_name(repo); }

fs::path snapshot_folder(std::string_view repo, std::string_view revision) {
  const fs::path folder = repo_folder(repo);
  std::string commit(revision);
  std::error_code ignored;
  if (const fs::path ref = folder / "refs" / revision; fs::is_regular_file(ref, ignored)) {
    constexpr std::size_t kMost = 200;
    std::string text(kMost, '\0');
    std::ifstream file(ref, std::ios::binary);
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(std::max<std::streamsize>(0, file.gcount())));
    if (const std::string_view named = trimmed(text); valid_revision(named)) commit = named;
  }
  return folder / "snapshots" / commit;
}

std::optional<fs::path> snapshot(std::string_view repo, std::string_view revision) {
  fs::path folder = snapshot_folder(repo, revision);
  std::error_code ignored;
  if (!fs::is_directory(folder, ignored)) return std::nullopt;
  return folder;
}

std::optional<fs::path> find_cached(std::string_view repo, std::string_view revision, std::string_view file) {
  fs::path path = snapshot_folder(repo, revision) / file;
  std::error_code ignored;
  if (!fs::is_regular_file(path, ignored)) return std::nullopt;
  return path;
}

void make_folders(const fs::path& folder) {
  std::error_code problem;
  fs::create_directories(folder, problem);
  if (problem) throw os_error(folder, "make the folder", problem.value());
}

void write_ref(std::string_view repo, std::string_view revision, std::string_view commit) {
  if (revision == commit) return;
  const fs::path ref = repo_folder(repo) / "refs" / revision;
  if (snapshot_folder(repo, revision).filename() == commit) return;  // so it already says
  make_folders(ref.parent_path());
  const fs::path fresh = repo_folder(repo) / ("tmp_ref_" + std::to_string(::getpid()));
  {
    std::ofstream out(fresh, std::ios::binary);
    out << commit;
    out.flush();
    if (!out) throw os_error(fresh, "write", errno);
  }
  if (std::rename(fresh.c_str(), ref.c_str()) != 0) throw os_error(ref, "write", errno);
}

void write_no_exist(std::string_view repo, std::string_view commit, std::string_view file) {
  const fs::path marker = repo_folder(repo) / ".no_exist" / commit / file;
  std::error_code ignored;
  fs::create_directories(marker.parent_path(), ignored);
  std::ofstream(marker, std::ios::app).flush();
}

void link_blob(std::string_view repo, std::string_view commit, std::string_view file, std::string_view etag) {
  const fs::path folder = repo_folder(repo);
  const fs::path pointer = folder / "snapshots" / commit / file;
  const fs::path target = (folder / "blobs" / etag).lexically_relative(pointer.parent_path());
  make_folders(pointer.parent_path());
  std::error_code ignored;
  if (fs::is_regular_file(pointer, ignored)) return;
  if (::symlink(target.c_str(), pointer.c_str()) == 0) return;
  // A link that leads nowhere (its blob was deleted) is replaced.
  if (errno != EEXIST || ::unlink(pointer.c_str()) != 0 || ::symlink(target.c_str(), pointer.c_str()) != 0)
    throw os_error(pointer, "make the link", errno);
}

BlobLock::BlobLock(std::string_view repo, std::string_view etag, const std::function<void()>& waiting) {
  const fs::path folder = locks_folder(repo);
  const fs::path path = folder / (std::string(etag) + ".lock");
  make_folders(folder);
  for (;;) {
    descriptor_ = Descriptor(open_lock(path));
    if (!descriptor_) throw os_error(path, "lock", errno);
    if (try_lock(descriptor_.number())) {
      struct stat about{};
      if (::fstat(descriptor_.number(), &about) == 0 && about.st_nlink > 0) return;
      continue;  // deleted between opening and locking: it guards nothing
    }
    if (!held_elsewhere(errno)) throw os_error(path, "lock", errno);
    waiting();
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
}

bool in_use(std::string_view repo) {
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(locks_folder(repo), ignored)) {
    const Descriptor lock(::open(entry.path().c_str(), O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    if (lock && !try_lock(lock.number()) && held_elsewhere(errno)) return true;
  }
  return false;
}

}  // namespace hearken::model::hub
