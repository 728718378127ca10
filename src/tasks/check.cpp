// The rows of the library, the caches beside it, the files that it speaks of.
#include "hearken/check.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <set>
#include <system_error>
#include <utility>

#include "core/paths.h"
#include "core/threads/threads.h"
#include "library/catalogue/damage.h"
#include "library/catalogue/tracks.h"
#include "library/library_impl.h"
#include "search/scan/code_cache.h"
#include "search/scan/code_index.h"

namespace hearken {
namespace tasks {
namespace {

namespace fs = std::filesystem;

void check_cache(const Library& library, const library::Space& space, CheckReport& report) {
  const fs::path file = impl_of(library).file.native() + ".codes-" + std::to_string(space.model_id);
  if (!path_exists(file) || search::CodeCache(file, search::segment_header(space)).whole()) return;
  report.caches.push_back({file, ErrorCode::corrupt, "the cache of codes is damaged; the next search makes it anew"});
}

void check_files(const Library& library, CheckReport& report) {
  library::for_each_track(library, false, [&](Track&& track) {
    ++report.tracks;
    struct stat s{};
    if (::stat(track.path.c_str(), &s) != 0) {
      report.changed.push_back({track.path, code_of_errno(errno), "is not there"});
      return;
    }
    const std::int64_t mtime = static_cast<std::int64_t>(s.st_mtim.tv_sec) * 1'000'000'000 + s.st_mtim.tv_nsec;
    if (s.st_size != track.size || mtime != track.mtime_ns)
      report.changed.push_back({track.path, ErrorCode::mismatch, "has changed since it was indexed"});
  });
  std::ranges::stable_sort(report.changed, {}, [](const FileNote& note) { return note.path.native(); });
}

}  // namespace
}  // namespace tasks

CheckReport check(const Library& library) {
  const double began = monotonic_seconds();
  CheckReport report;
  library::RowsCheck rows = library::check_rows(library);
  report.windows = rows.windows;
  report.damaged = std::move(rows.damaged);
  for (const library::Space& space : rows.spaces) tasks::check_cache(library, space, report);
  try {
    tasks::check_files(library, report);
  } catch (const Error& e) {  // of torn pages the rows' check has told; nothing was damaged so far only if it did not
    if (report.damaged.empty()) report.damaged.push_back({"tracks", e.what(), 0, {}, 0, {}});
  }
  std::error_code ignored;
  report.bytes = static_cast<std::int64_t>(std::filesystem::file_size(impl_of(library).file, ignored));
  report.seconds = monotonic_seconds() - began;
  return report;
}

RepairReport repair(Library& library, const CheckReport& report) {
  if (impl_of(library).mode == OpenMode::read)
    throw Error(ErrorCode::invalid_argument, display(library.path()) + ": the library was opened for reading only");
  RepairReport out;
  std::set<std::filesystem::path> files;
  if (!report.damaged.empty()) library::take_out(library, report.damaged);
  for (const Damage& damage : report.damaged) {
    if (library::can_be_made_again(damage) && path_exists(damage.path))
      files.insert(damage.path);
    else if (damage.place != "database")
      out.lost.push_back(damage);
  }
  for (const FileNote& cache : report.caches) {
    std::error_code ignored;
    std::filesystem::remove(cache.path, ignored);
  }
  out.to_index.assign(files.begin(), files.end());
  return out;
}

}  // namespace hearken
