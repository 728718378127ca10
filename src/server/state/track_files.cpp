// Sources looked up, files compared with what was indexed.
#include "server/state/track_files.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdint>

#include "core/files/beneath.h"
#include "library/catalogue/sources.h"
#include "library/indexing/crawl.h"
#include "server/http/errors.h"

namespace hearken::server {
namespace {

// The outermost source that holds the track, else the folder that it lies in. A source that is one file stands for its
// folder.
std::filesystem::path trusted_folder(const Library& library, const Track& track) {
  for (const library::Source& source : library::sources(library))  // by path: the outermost first
    if (source.path != track.path && library::at_or_below(track.path.native(), source.path.native()))
      return source.path;
  return track.path.parent_path();
}

Descriptor opened(const Library& library, const Track& track, const std::filesystem::path& path, struct stat& status) {
  const std::filesystem::path folder = trusted_folder(library, track);
  Descriptor out = open_beneath(folder, path.lexically_relative(folder));
  if (::fstat(out.number(), &status) != 0 || !S_ISREG(status.st_mode)) out.reset();
  return out;
}

}  // namespace

Descriptor open_track(const Library& library, const Track& track) {
  struct stat status{};
  Descriptor out;
  try {
    out = opened(library, track, track.path, status);
  } catch (const Error& error) {
    if (error.code() == ErrorCode::permission_denied)
      throw HttpError(403, "permission_denied", "the file may not be read, or a link leads out of its source");
  }
  if (!out) throw HttpError(404, "not_found", "the file is not there at present");
  const std::int64_t changed_ns =
      static_cast<std::int64_t>(status.st_mtim.tv_sec) * 1'000'000'000 + status.st_mtim.tv_nsec;
  if (status.st_size != track.size || changed_ns != track.mtime_ns)
    throw HttpError(409, "mismatch", "the file is not the one that was indexed; index its folder again");
  return out;
}

Descriptor open_beside(const Library& library, const Track& track, const std::string& name) {
  struct stat status{};
  try {
    return opened(library, track, track.path.parent_path() / name, status);
  } catch (const Error&) {
    return {};
  }
}

std::filesystem::path path_of(const Descriptor& file) {
  return fmt::format("/proc/{}/fd/{}", ::getpid(), file.number());
}

}  // namespace hearken::server
