// The crawl: folders first, links after them, each thing once.
#include "library/indexing/crawl.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <memory>
#include <set>
#include <system_error>
#include <utility>

#include "audio/decode/decode.h"
#include "core/files/beneath.h"
#include "core/paths.h"

namespace hearken::library {
namespace {

namespace fs = std::filesystem;

constexpr const char* kNoFile = "not a regular file or folder";

using Identity = std::pair<dev_t, ino_t>;

Identity identity_of(const struct stat& s) { return {s.st_dev, s.st_ino}; }

FileState state_of(const struct stat& s) {
  return {static_cast<std::int64_t>(s.st_size),
          static_cast<std::int64_t>(s.st_mtim.tv_sec) * 1'000'000'000 + s.st_mtim.tv_nsec,
          static_cast<std::int64_t>(s.st_dev)};
}

std::string joined(const std::string& folder, const char* name) {
  return folder == "/" ? folder + name : folder + "/" + name;
}

class Crawler {
 public:
  Crawler(const std::function<bool(const std::string&)>& tick, Links links) : tick_(tick), which_links_(links) {}

  void root(const fs::path& named) {
    if (named.empty()) return skip(named, ErrorCode::invalid_argument, "an empty path");
    char* real = ::realpath(named.c_str(), nullptr);
    struct stat s{};
    if (real == nullptr || ::stat(real, &s) != 0) {
      const int number = errno;
      std::free(real);
      std::error_code ignored;
      fs::path place = fs::weakly_canonical(named, ignored);
      if (ignored) place = named;
      if (number == ENOENT) result_.gone.push_back(place.native());
      return skip_errno(place, number);
    }
    const std::string path(real);
    std::free(real);
    if (S_ISDIR(s.st_mode)) {
      if (read_tree(path)) result_.folders.push_back(path);
    } else if (S_ISREG(s.st_mode)) {
      result_.files_named.push_back(path);
      add(path, s, true);
    } else {
      skip(path, ErrorCode::unsupported, kNoFile);
    }
  }

  void links() {
    through_links_ = true;
    while (!links_.empty() && !result_.cancelled) {
      std::vector<std::string> now = std::exchange(links_, {});
      std::sort(now.begin(), now.end());
      for (const std::string& path : now) follow(path);
    }
  }

  Crawl finish() {
    std::vector<CrawledFile>& files = result_.files;
    std::sort(files.begin(), files.end(), [](const CrawledFile& a, const CrawledFile& b) {
      return std::pair(std::string_view(a.path), !a.candidate) < std::pair(std::string_view(b.path), !b.candidate);
    });
    const auto same = [](const CrawledFile& a, const CrawledFile& b) { return a.path == b.path; };
    files.erase(std::unique(files.begin(), files.end(), same), files.end());
    return std::move(result_);
  }

 private:
  void skip(const fs::path& path, ErrorCode code, std::string reason) {
    result_.skipped.push_back({path, code, std::move(reason)});
  }
  void skip_errno(const fs::path& path, int number) {
    skip(path, code_of_errno(number), std::generic_category().message(number));
  }

  void add(const std::string& path, const struct stat& s, bool named) {
    if (!files_seen_.insert(identity_of(s)).second && through_links_) return;
    result_.files.push_back({path, state_of(s), s.st_ino, named || audio::has_audio_extension(path)});
  }

  // Reads one folder and what is below it. False when the folder itself cannot be read.
  bool read_tree(const std::string& top) {
    std::vector<std::string> folders{top};
    bool top_read = true;
    while (!folders.empty() && !result_.cancelled) {
      const std::string folder = std::move(folders.back());
      folders.pop_back();
      if (tick_ && !tick_(folder)) result_.cancelled = true;
      if (!read_folder(top, folder, folders) && folder == top) top_read = false;
    }
    return top_read;
  }

  // A folder's descriptor; without one it is noted why.
  Descriptor opened(const std::string& top, const std::string& folder) {
    if (which_links_ == Links::follow) {
      Descriptor out(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
      if (!out) skip_errno(folder, errno);
      return out;
    }
    try {  // it may have become a link since it was listed
      return open_beneath(top, fs::path(folder).lexically_relative(top));
    } catch (const Error& error) {
      skip(folder, error.code(), "cannot be opened as a folder that lies in " + display(top));
      return {};
    }
  }

  bool read_folder(const std::string& top, const std::string& folder, std::vector<std::string>& below) {
    Descriptor open = opened(top, folder);
    struct stat self{};
    if (!open) return false;
    if (::fstat(open.number(), &self) == 0 && !folders_seen_.insert(identity_of(self)).second) return true;
    const std::unique_ptr<DIR, int (*)(DIR*)> entries(::fdopendir(open.number()), ::closedir);
    if (entries == nullptr) {
      skip_errno(folder, errno);
      return false;
    }
    const int descriptor = open.release();  // closed with the entries
    read_ignored(descriptor, folder);
    bool empty = true;
    for (;;) {
      errno = 0;
      const dirent* entry = ::readdir(entries.get());
      if (entry == nullptr) {
        if (errno == 0) break;
        skip_errno(folder, errno);  // what was not listed is looked for by name before it is called missing
        return false;
      }
      const std::string_view name = entry->d_name;
      if (name == "." || name == "..") continue;
      empty = false;
      if (name.front() != '.') take(descriptor, folder, entry->d_name, below);
    }
    if (empty) result_.empty.push_back({folder, static_cast<std::int64_t>(self.st_dev)});
    return true;
  }

  void read_ignored(int descriptor, const std::string& folder) {
    const int follow = which_links_ == Links::follow ? 0 : O_NOFOLLOW;
    const Descriptor file(::openat(descriptor, kIgnoreFile, O_RDONLY | O_CLOEXEC | O_NONBLOCK | follow));
    if (!file && errno == ENOENT) return;
    const fs::path path = fs::path(folder) / kIgnoreFile;
    if (!file) return skip(path, code_of_errno(errno), "cannot be opened, so nothing is left out by it");
    if (const std::string wrong = result_.ignored.read(file.number(), folder); !wrong.empty())
      skip(path, ErrorCode::corrupt, wrong + ", so nothing is left out by it");
  }

  void take(int folder_descriptor, const std::string& folder, const char* name, std::vector<std::string>& below) {
    struct stat s{};
    std::string path = joined(folder, name);
    if (::fstatat(folder_descriptor, name, &s, AT_SYMLINK_NOFOLLOW) != 0) {
      if (errno != ENOENT) skip_errno(path, errno);
    } else if (result_.ignored.covers(path, S_ISDIR(s.st_mode))) {
      return;
    } else if (S_ISLNK(s.st_mode)) {
      if (which_links_ == Links::follow) links_.push_back(std::move(path));
    } else if (S_ISDIR(s.st_mode)) {
      below.push_back(std::move(path));
    } else if (S_ISREG(s.st_mode)) {
      add(path, s, false);
    } else if (audio::has_audio_extension(path)) {
      skip(path, ErrorCode::unsupported, kNoFile);
    }
  }

  void follow(const std::string& path) {
    struct stat s{};
    if (::stat(path.c_str(), &s) != 0) {
      if (audio::has_audio_extension(path)) skip(path, code_of_errno(errno), "a symbolic link that leads nowhere");
    } else if (S_ISDIR(s.st_mode)) {
      if (!folders_seen_.contains(identity_of(s))) read_tree(path);
    } else if (S_ISREG(s.st_mode)) {
      add(path, s, false);
    }
  }

  const std::function<bool(const std::string&)>& tick_;
  const Links which_links_;
  Crawl result_;
  std::vector<std::string> links_;
  bool through_links_ = false;
  std::set<Identity> folders_seen_, files_seen_;
};

}  // namespace

FileState stat_file(const fs::path& path) {
  struct stat s{};
  if (::stat(path.c_str(), &s) != 0) throw os_error(path, "open", errno);
  if (!S_ISREG(s.st_mode)) throw Error(ErrorCode::unsupported, display(path) + ": not a regular file");
  return state_of(s);
}

Crawl crawl(std::span<const fs::path> roots, const std::function<bool(const std::string&)>& tick, Links links) {
  Crawler crawler(tick, links);
  for (const fs::path& root : roots) crawler.root(root);
  crawler.links();
  return crawler.finish();
}

bool at_or_below(std::string_view path, std::string_view folder) {
  if (!path.starts_with(folder)) return false;
  return path.size() == folder.size() || folder == "/" || path[folder.size()] == '/';
}

}  // namespace hearken::library
