// Mapping, appending and replacing the cache file.
#include "search/scan/code_cache.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "core/files/descriptor.h"
#include "core/files/new_file.h"
#include "hearken/error.h"

namespace hearken::search {
namespace {

bool write_at(int descriptor, std::span<const std::byte> bytes, std::size_t offset) {
  while (!bytes.empty()) {
    const ssize_t n = ::pwrite(descriptor, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(n));
    offset += static_cast<std::size_t>(n);
  }
  return true;
}

}  // namespace

CodeCache::CodeCache(std::filesystem::path file, const SegmentHeader& header) : file_(std::move(file)) {
  try {
    mapped_.emplace(file_);
  } catch (const Error&) {
    return;  // there is none, or none that can be read
  }
  std::int64_t newest = 0;  // embedding: numbers only grow
  for (std::span<const std::byte> rest = mapped_->bytes(); !rest.empty();) {
    const std::optional<CodeSegment> s = read_segment(rest);
    if (!s || s->header.dimension != header.dimension || s->header.model != header.model ||
        s->header.before != last_checksum())
      break;
    if (!s->entries.empty()) {
      if (s->entries.front().embedding <= newest) break;
      newest = s->entries.back().embedding;
    }
    segments_.push_back(*s);
    rest = rest.subspan(s->bytes.size());
  }
}

bool CodeCache::whole() const {
  std::size_t sound = 0;
  for (const CodeSegment& s : segments_) sound += s.bytes.size();
  return mapped_ && sound == mapped_->bytes().size();
}

Digest CodeCache::last_checksum() const { return segments_.empty() ? Digest{} : segments_.back().header.checksum; }

// Possible where the file holds what was mapped, all of it sound.
CodeCache::Appended CodeCache::append(const CodeSegment& segment) const {
  if (!mapped_) return Appended::impossible;
  const Descriptor file(::open(file_.c_str(), O_RDWR | O_CLOEXEC));
  if (file.number() < 0) return Appended::impossible;
  if (::flock(file.number(), LOCK_EX | LOCK_NB) != 0) return Appended::left_to_others;
  std::size_t size = 0;
  for (const CodeSegment& s : segments_) size += s.bytes.size();
  struct stat status{};
  if (::fstat(file.number(), &status) != 0 || segments_.empty() || size != mapped_->bytes().size())
    return Appended::impossible;
  SegmentHeader last;
  const auto at = static_cast<off_t>(size - segments_.back().bytes.size());
  const bool same = ::pread(file.number(), &last, sizeof last, at) == static_cast<ssize_t>(sizeof last) &&
                    last.checksum == segments_.back().header.checksum;
  if (!same || static_cast<std::size_t>(status.st_size) != size) return Appended::left_to_others;
  return write_at(file.number(), segment.bytes, size) ? Appended::yes : Appended::left_to_others;
}

void CodeCache::write(const CodeSegment& segment) const {
  if (file_.empty() || append(segment) != Appended::impossible) return;
  try {
    remove_left_overs(file_);
    NewFile file(file_);
    for (const CodeSegment& s : segments_) file.write(s.bytes);
    file.write(segment.bytes);
    file.finish();
    file.appear();
  } catch (const Error&) {  // a read-only folder, a full disk
  }
}

}  // namespace hearken::search
