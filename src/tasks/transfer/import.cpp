// An exported folder into a library: read twice, once to see that all of it is sound, once to take the tracks.
#include <fmt/format.h>

#include <cerrno>
#include <fstream>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "core/files/npy.h"
#include "core/paths.h"
#include "hearken/exchange.h"
#include "library/library_impl.h"
#include "tasks/transfer/exchange_rows.h"
#include "tasks/transfer/track_import.h"

namespace hearken {
namespace tasks {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kLongestManifest = 65536;

/// A track, as its rows are put together.
struct Group : TrackVectors {
  std::size_t line = 0;  // of its first row
};

class Catalogue {
 public:
  Catalogue(const fs::path& folder, const ExportManifest& manifest)
      : jsonl_(folder / kJsonlFile),
        manifest_(manifest),
        npy_(folder / kVectorsFile),
        npy_path_(folder / kVectorsFile) {
    const NpyShape& shape = npy_.shape();
    if (shape.rows != manifest.rows || shape.columns != manifest.origin.dimension) {
      throw Error(ErrorCode::corrupt,
                  fmt::format("{}: holds {} rows of {} elements; {} says {} of {}", display(npy_path_), shape.rows,
                              shape.columns, kManifestFile, manifest.rows, manifest.origin.dimension));
    }
  }

  /// Each track in order; what `each` returns false for is the last one.
  void for_each(const std::function<bool(Group&)>& each) {
    errno = 0;
    std::ifstream file(jsonl_, std::ios::binary);
    if (!file) throw os_error(jsonl_, "read", errno != 0 ? errno : EIO);
    npy_.rewind();
    std::optional<Group> group;
    std::string text;
    std::size_t number = 0;
    while (next_line(file, text, number)) {
      Row row = parse_row(text, number, jsonl_);
      if (group && !same_track(group->track, row.track)) {
        if (group->track.path == row.track.path)
          throw wrong(number, "says something else of its track than the row before");
        if (!hand_over(*group, each)) return;
        group.reset();
      }
      if (number > manifest_.rows)
        throw wrong(number, fmt::format("{} says that there are {} rows", kManifestFile, manifest_.rows));
      if (!group) group.emplace(Group{{std::move(row.track), {}, {}, row.quick}, number});
      add(*group, row, number);
    }
    if (number != manifest_.rows)
      throw wrong(number, fmt::format("ends here; {} says that there are {} rows", kManifestFile, manifest_.rows));
    if (group) hand_over(*group, each);
  }

 private:
  Error wrong(std::size_t line, const std::string& reason) const {
    return Error(ErrorCode::corrupt, fmt::format("{}: line {}: {}", display(jsonl_), line, reason));
  }

  bool next_line(std::istream& file, std::string& text, std::size_t& number) const {
    text.clear();
    for (int c = file.get(); c != std::istream::traits_type::eof(); c = file.get()) {
      if (c == '\n') return ++number, true;
      if (text.size() == kLongestRow) throw wrong(number + 1, "is too long");
      text += static_cast<char>(c);
    }
    if (file.bad()) throw os_error(jsonl_, "read", EIO);
    if (text.empty()) return false;
    return ++number, true;
  }

  void add(Group& group, const Row& row, std::size_t number) {
    std::optional<double> before;
    if (!group.starts_seconds.empty()) before = group.starts_seconds.back();
    if (group.quick) {  // its windows lie apart
      if (before && row.start_seconds <= *before) throw wrong(number, "a window that does not follow the one before");
    } else if (const auto reason = wrong_start(before, row.start_seconds, manifest_.origin.windowing)) {
      throw wrong(number, *reason);
    }
    group.starts_seconds.push_back(row.start_seconds);
    const std::size_t at = group.vectors.size();
    group.vectors.resize(at + manifest_.origin.dimension);
    const std::span<float> vector = std::span(group.vectors).subspan(at);
    npy_.read(vector);
    if (const auto reason = wrong_length(vector)) {
      throw Error(ErrorCode::corrupt, fmt::format("{}: row {} (from 0) {}", display(npy_path_), number - 1, *reason));
    }
  }

  bool hand_over(Group& group, const std::function<bool(Group&)>& each) const {
    if (group.quick) return each(group);
    if (const auto reason = wrong_end(group.track, group.starts_seconds.back(), manifest_.origin.windowing))
      throw wrong(group.line, *reason);
    return each(group);
  }

  const fs::path jsonl_;
  const ExportManifest& manifest_;
  NpyReader npy_;
  const fs::path npy_path_;
};

}  // namespace
}  // namespace tasks

ExportManifest read_manifest(const std::filesystem::path& folder) {
  const std::filesystem::path path = folder / tasks::kManifestFile;
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file) throw os_error(path, "read", errno != 0 ? errno : EIO);
  std::string text(tasks::kLongestManifest + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (file.bad()) throw os_error(path, "read", EIO);
  if (text.size() > tasks::kLongestManifest) throw Error(ErrorCode::corrupt, display(path) + ": is too long");
  return tasks::parse_manifest(text, path);
}

ImportReport import_vectors(Library& library, const std::filesystem::path& folder, const ImportOptions& options) {
  if (impl_of(library).mode == OpenMode::read)
    throw Error(ErrorCode::invalid_argument, display(library.path()) + ": the library was opened for reading only");
  const ExportManifest manifest = read_manifest(folder);
  const std::filesystem::path shown = folder / tasks::kManifestFile;
  if (manifest.by != ExportBy::window) {
    throw Error(ErrorCode::mismatch,
                display(shown) + ": an export by tracks; a library takes windows: export --by window");
  }
  tasks::check_origin(library, manifest.origin, shown, options.model);
  tasks::TrackImport import(library, manifest.origin, options);
  tasks::Catalogue catalogue(folder, manifest);
  catalogue.for_each([&](tasks::Group&) { return ++import.report.tracks, true; });  // all is sound, or this throws
  catalogue.for_each([&](tasks::Group& group) {
    if (import.cancelled()) return false;
    import.take(group);
    return true;
  });
  import.write();
  return std::move(import.report);
}

}  // namespace hearken
