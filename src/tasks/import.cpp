// An exported folder into a library: read twice, once to see that all of it is sound, once to take the tracks.
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <fstream>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/hash.h"
#include "core/npy.h"
#include "core/paths.h"
#include "hearken/exchange.h"
#include "library/crawl.h"
#include "library/half.h"
#include "library/library_impl.h"
#include "library/run_lock.h"
#include "library/store.h"
#include "search/find_run.h"
#include "tasks/exchange_rows.h"

namespace hearken {
namespace tasks {
namespace {

namespace fs = std::filesystem;

constexpr double kUnitTolerance = 0.005;  // vectors rounded to float16 are within 0.0005
constexpr double kTimeTolerance = 0.05;   // seconds
constexpr int kTracksAtOnce = 32;         // in a transaction
constexpr std::size_t kLongestManifest = 65536;

/// A track with its windows.
struct Group {
  RowTrack track;
  std::size_t line = 0;  // of its first row
  std::vector<double> starts_seconds;
  double end_seconds = 0;      // of its last window
  std::vector<float> vectors;  // [windows, dimension]
};

class Catalogue {
 public:
  Catalogue(const fs::path& folder, const ExportManifest& manifest)
      : jsonl_(folder / kJsonlFile),
        manifest_(manifest),
        npy_(folder / kVectorsFile),
        npy_path_(folder / kVectorsFile) {
    const NpyShape& shape = npy_.shape();
    if (shape.rows != manifest.rows || shape.columns != manifest.dimension) {
      throw Error(ErrorCode::corrupt,
                  fmt::format("{}: holds {} rows of {} elements; {} says {} of {}", display(npy_path_), shape.rows,
                              shape.columns, kManifestFile, manifest.rows, manifest.dimension));
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
      if (group && !(group->track == row.track)) {
        if (group->track.path == row.track.path)
          throw wrong(number, "says something else of its track than the row before");
        if (!hand_over(*group, each)) return;
        group.reset();
      }
      if (number > manifest_.rows)
        throw wrong(number, fmt::format("{} says that there are {} rows", kManifestFile, manifest_.rows));
      if (!group) group.emplace(Group{std::move(row.track), number, {}, 0, {}});
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
    const Windowing& windowing = manifest_.windowing;
    const double expected = group.starts_seconds.empty() ? 0 : group.starts_seconds.back() + windowing.hop_seconds;
    const bool first = group.starts_seconds.empty();
    if (first ? row.start_seconds > kTimeTolerance
              : row.start_seconds <= group.starts_seconds.back() || row.start_seconds > expected + kTimeTolerance)
      throw wrong(number, fmt::format("a window from {:g} s on does not follow: {:g} s was expected", row.start_seconds,
                                      expected));
    group.starts_seconds.push_back(row.start_seconds);
    group.end_seconds = row.start_seconds + windowing.window_seconds;
    const std::size_t at = group.vectors.size();
    group.vectors.resize(at + manifest_.dimension);
    const std::span<float> vector = std::span(group.vectors).subspan(at);
    npy_.read(vector);
    double square = 0;
    for (const float x : vector) square += static_cast<double>(x) * static_cast<double>(x);
    if (!std::isfinite(square) || std::abs(std::sqrt(square) - 1) > kUnitTolerance) {
      throw Error(ErrorCode::corrupt, fmt::format("{}: row {} (from 0) is not a unit vector: its length is {:g}",
                                                  display(npy_path_), number - 1, std::sqrt(square)));
    }
  }

  bool hand_over(Group& group, const std::function<bool(Group&)>& each) const {
    if (group.end_seconds < group.track.duration_seconds - kTimeTolerance) {
      throw wrong(group.line, fmt::format("the windows of {} end at {:.1f} s, the track at {:.1f} s",
                                          display(group.track.path), group.end_seconds, group.track.duration_seconds));
    }
    return each(group);
  }

  const fs::path jsonl_;
  const ExportManifest& manifest_;
  NpyReader npy_;
  const fs::path npy_path_;
};

void check_fingerprint(const Library& library, const ExportManifest& manifest, const fs::path& shown,
                       const Model* model) {
  const std::string what =
      fmt::format("{}: vectors of the model '{}' with windows of {} (fingerprint {})", display(shown),
                  display(manifest.model), search::in_words(manifest.windowing), display(manifest.fingerprint));
  if (model != nullptr) {
    if (made_by(*model, manifest.windowing, manifest.fingerprint) &&
        manifest.dimension == static_cast<std::size_t>(model->info().dimension))
      return;
    throw Error(ErrorCode::mismatch, what + "; the model '" + display(model->info().name) + "' makes others");
  }
  std::string held;
  for (const search::Space& space : search::spaces(library)) {
    if (space.fingerprint == manifest.fingerprint) {
      if (space.dimension == manifest.dimension && space.windowing == manifest.windowing) return;
      throw Error(ErrorCode::corrupt, what + ": this fingerprint has other dimensions or windows in the library");
    }
    held += fmt::format("{}'{}' ({}, fingerprint {})", held.empty() ? "" : ", ", display(space.name),
                        search::in_words(space.windowing), display(space.fingerprint));
  }
  throw Error(ErrorCode::mismatch, what + "; " + display(library.path()) + " holds " + (held.empty() ? "none" : held));
}

// Why the file at the track's path is not the one the vectors are of; nothing when it is.
std::optional<FileNote> difference(const RowTrack& track, library::FileState& state) {
  try {
    state = library::stat_file(track.path);
    if (state.size != track.size) {
      return FileNote{track.path, ErrorCode::mismatch,
                      fmt::format("has {} bytes; the vectors are of a file of {}", state.size, track.size)};
    }
    if (state.mtime_ns == track.mtime_ns || hash_file(track.path) == track.content) return std::nullopt;
    return FileNote{track.path, ErrorCode::mismatch, "has other content than the file that the vectors are of"};
  } catch (const Error& error) {
    return FileNote{track.path, error.code(), error.cause().empty() ? "cannot be read" : error.cause()};
  }
}

class Import {
 public:
  Import(Library& library, const ExportManifest& manifest, const ImportOptions& options)
      : library_(library),
        options_(options),
        store_(library.impl().db(),
               {manifest.fingerprint, options.model != nullptr ? options.model->info().name : manifest.model,
                manifest.dimension, manifest.windowing, manifest.precision}) {}

  ImportReport run(Catalogue& catalogue) {
    catalogue.for_each([&](Group&) { return ++report_.tracks, true; });  // everything is sound, or this throws
    catalogue.for_each([&](Group& group) {
      if (options_.cancel != nullptr && *options_.cancel) report_.cancelled = true;
      if (report_.cancelled) return false;
      take(group);
      return true;
    });
    write();
    return std::move(report_);
  }

 private:
  struct Ready {
    std::string path;
    library::Embedded embedded;
  };

  void take(Group& group) {
    library::Embedded embedded;
    if (auto note = difference(group.track, embedded.state)) {
      report_.skipped.push_back(std::move(*note));
      return;
    }
    embedded.content = group.track.content;
    embedded.tags = std::move(group.track.tags);
    embedded.duration_seconds = group.track.duration_seconds;
    embedded.starts_seconds = std::move(group.starts_seconds);
    for (const float x : group.vectors) embedded.vectors.push_back(library::half_from_float(x));
    ready_.push_back({group.track.path.native(), std::move(embedded)});
    if (ready_.size() == kTracksAtOnce) write();
  }

  void write() {
    if (ready_.empty()) return;
    library::Transaction transaction(library_.impl().db(), library::Transaction::Kind::write);
    for (const Ready& ready : ready_) {
      const std::optional<library::TrackRow> row = store_.at(ready.path);
      const bool there = row && row->embedded && row->content == ready.embedded.content;
      if (there && !row->missing) {
        ++report_.unchanged;
        continue;
      }
      if (there) {
        store_.seen(row->id, ready.embedded.state);
      } else {
        store_.put(ready.path, ready.embedded);
        report_.windows += static_cast<std::int64_t>(ready.embedded.starts_seconds.size());
      }
      ++report_.imported;
    }
    transaction.commit();
    ready_.clear();
  }

  Library& library_;
  const ImportOptions& options_;
  library::Store store_;
  std::vector<Ready> ready_;
  ImportReport report_;
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
  if (library.impl().mode == OpenMode::read)
    throw Error(ErrorCode::invalid_argument, display(library.path()) + ": the library was opened for reading only");
  const ExportManifest manifest = read_manifest(folder);
  const std::filesystem::path shown = folder / tasks::kManifestFile;
  if (manifest.by != ExportBy::window) {
    throw Error(ErrorCode::mismatch,
                display(shown) + ": an export by tracks; a library takes windows: export --by window");
  }
  tasks::check_fingerprint(library, manifest, shown, options.model);
  const library::RunLock lock(library.impl().file, library.path());
  tasks::Catalogue catalogue(folder, manifest);
  return tasks::Import(library, manifest, options).run(catalogue);
}

}  // namespace hearken
