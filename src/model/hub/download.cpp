// Downloading: append to <etag>.incomplete until it is whole, check it, sync it, rename it, link it.
#include "model/hub/download.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <string>
#include <system_error>

#include "core/files/descriptor.h"
#include "core/files/new_file.h"
#include "core/paths.h"
#include "model/hub/cache.h"
#include "model/hub/content_hash.h"

namespace hearken::model::hub {
namespace {

namespace fs = std::filesystem;

constexpr int kTriesWithoutAByte = 6;  // in a row that bring no byte

std::string megabytes(std::uint64_t bytes) { return std::to_string((bytes + 999'999) / 1'000'000) + " MB"; }

// The file that the bytes arrive in.
class Incomplete {
 public:
  explicit Incomplete(fs::path path) : path_(std::move(path)) {
    descriptor_ = open_file(path_, O_RDWR | O_CREAT | O_NOFOLLOW, "write");
    struct stat about{};
    if (::fstat(descriptor_.number(), &about) != 0) throw os_error(path_, "read", errno);
    size_ = static_cast<std::uint64_t>(about.st_size);
  }

  const fs::path& path() const { return path_; }
  std::uint64_t size() const { return size_; }

  void clear() {
    if (::ftruncate(descriptor_.number(), 0) != 0) throw os_error(path_, "write", errno);
    size_ = 0;
  }

  void append(std::string_view piece) {
    while (!piece.empty()) {
      const ssize_t n = ::pwrite(descriptor_.number(), piece.data(), piece.size(), static_cast<off_t>(size_));
      if (n < 0 && errno == EINTR) continue;
      if (n < 0 && (errno == ENOSPC || errno == EDQUOT || errno == EFBIG))
        throw Error(ErrorCode::io,
                    display(path_) + ": no room for more than the first " + megabytes(size_) +
                        ", which are kept; make room and pull again to go on",
                    std::generic_category().message(errno));
      if (n <= 0) throw os_error(path_, "write", errno);
      size_ += static_cast<std::uint64_t>(n);
      piece.remove_prefix(static_cast<std::size_t>(n));
    }
  }

  void sync() {
    if (::fsync(descriptor_.number()) != 0) throw os_error(path_, "write", errno);
  }

 private:
  fs::path path_;
  Descriptor descriptor_;
  std::uint64_t size_ = 0;
};

// Where a 206 begins, from "bytes 100-199/200"; nothing when it does not say.
std::optional<std::uint64_t> begin_of_range(const Reply& reply) {
  const std::string text = reply.header("content-range");
  constexpr std::string_view kUnit = "bytes ";
  if (!text.starts_with(kUnit)) return std::nullopt;
  std::uint64_t begin = 0;
  const auto [end, problem] = std::from_chars(text.data() + kUnit.size(), text.data() + text.size(), begin);
  if (problem != std::errc() || end == text.data() + text.size() || *end != '-') return std::nullopt;
  return begin;
}

// What a hub may send of a file without saying how long it is: it would fill the disk.
constexpr std::uint64_t kMostUnannounced = 2'000'000'000;

void fetch(Client& client, const HubFile& file, Incomplete& out, const FileProgress& progress) {
  const auto wrong = [&](const std::string& what) {
    return Error(ErrorCode::corrupt, display(file.repo) + ": " + display(file.name) + ": " + what);
  };
  int tries = 0;
  for (;;) {
    if (file.bytes > 0 && out.size() == file.bytes) return;
    if (file.bytes > 0 && out.size() > file.bytes) out.clear();
    const std::uint64_t before = out.size();
    bool started = false;
    progress(PullStage::fetching, before);
    Reply reply = client.fetch(file.repo, file.commit, file.name, before, [&](const Reply& r, std::string_view piece) {
      if (!started && before > 0) {
        if (r.status == 200) out.clear();  // the server cannot begin in the middle
        if (r.status == 206 && begin_of_range(r) != before)
          throw wrong("the hub sends another part than was asked for");
      }
      started = true;
      if (file.bytes > 0 && out.size() + piece.size() > file.bytes)
        throw wrong("the hub sends more than the " + std::to_string(file.bytes) + " bytes it promised");
      if (file.bytes == 0 && out.size() + piece.size() > kMostUnannounced)
        throw wrong("the hub names no length and sends more than 2 GB");
      out.append(piece);
      progress(PullStage::fetching, out.size());
    });
    const bool success = reply.status == 200 || reply.status == 206;
    if (reply.outcome == Outcome::answered && success) {
      if (file.bytes == 0 || out.size() == file.bytes) return;
      reply.outcome = Outcome::dropped;  // ended early, politely
      reply.reason =
          "the connection ended after " + std::to_string(out.size()) + " of " + std::to_string(file.bytes) + " bytes";
    } else if (reply.outcome == Outcome::answered && reply.status == 416 && before > 0) {
      // Nothing follows what is there. Of a file whose length is not known that is its end; the hash will tell.
      if (file.bytes == 0) return;
      out.clear();
    } else if (reply.outcome == Outcome::answered && !may_pass(reply)) {
      client.refuse(reply, file.repo, file.commit, file.name);
    }
    tries = started ? 1 : tries + 1;
    if (tries >= kTriesWithoutAByte)
      throw Error(ErrorCode::io,
                  display(file.repo) + ": " + display(file.name) + ": gave up after " +
                      std::to_string(kTriesWithoutAByte) + " tries; what has arrived is kept for the next pull",
                  reply.outcome == Outcome::answered ? "HTTP status " + std::to_string(reply.status) : reply.reason);
    back_off(reply, tries);
  }
}

}  // namespace

void need_space(const fs::path& folder, std::uint64_t bytes) {
  fs::path there = folder;
  struct statvfs about{};
  while (::statvfs(there.c_str(), &about) != 0) {
    if (errno != ENOENT || !there.has_relative_path()) return;  // cannot know; writing will tell
    there = there.parent_path();
  }
  const std::uint64_t free = std::uint64_t{about.f_bavail} * about.f_frsize;
  if (free < bytes)
    throw Error(ErrorCode::io, display(folder) + ": " + megabytes(bytes) + " are needed and " +
                                   std::to_string(free / 1'000'000) +
                                   " MB are free; make room, or name another place in HF_HUB_CACHE");
}

bool blob_is_there(const HubFile& file) {
  const fs::path blob = repo_folder(file.repo) / "blobs" / file.etag;
  std::error_code ignored;
  return fs::is_regular_file(blob, ignored) && (file.bytes == 0 || fs::file_size(blob, ignored) == file.bytes);
}

void download(Client& client, const HubFile& file, const FileProgress& progress) {
  const fs::path blobs = repo_folder(file.repo) / "blobs";
  const fs::path blob = blobs / file.etag;
  const fs::path incomplete = blobs / (file.etag + ".incomplete");
  std::error_code ignored;
  make_folders(blobs);
  const auto arrived = [&] {
    const auto size = fs::file_size(incomplete, ignored);
    return ignored ? 0 : std::uint64_t{size};
  };
  const BlobLock lock(file.repo, file.etag, [&] { progress(PullStage::waiting, arrived()); });
  if (fs::is_regular_file(file.path, ignored)) return;

  if (!blob_is_there(file)) {
    Incomplete out(incomplete);
    if (file.bytes > out.size()) need_space(blobs, file.bytes - out.size());
    fetch(client, file, out, progress);
    progress(PullStage::checking, out.size());
    if (!content_matches(out.path(), file.etag)) {
      fs::remove(out.path(), ignored);
      throw Error(ErrorCode::corrupt, display(file.repo) + ": " + display(file.name) +
                                          ": what arrived does not have the hash that the hub names (" + file.etag +
                                          "); it was deleted, so that the next pull begins anew");
    }
    out.sync();
    if (std::rename(incomplete.c_str(), blob.c_str()) != 0) throw os_error(blob, "rename the download to", errno);
    sync_folder(blobs);
  }
  link_blob(file.repo, file.commit, file.name, file.etag);
}

}  // namespace hearken::model::hub
