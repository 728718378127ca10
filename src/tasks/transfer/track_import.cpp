// Checks of tracks from elsewhere, and the writing of them.
#include "tasks/transfer/track_import.h"

#include <fmt/format.h>

#include <cmath>
#include <utility>

#include "core/paths.h"
#include "library/half.h"
#include "library/indexing/crawl.h"
#include "library/library_impl.h"
#include "search/space.h"

namespace hearken::tasks {

namespace fs = std::filesystem;

namespace {

constexpr double kUnitTolerance = 0.005;   // vectors rounded to float16 are within 0.0005
constexpr double kTimeTolerance = 0.05;    // seconds
constexpr std::size_t kTracksAtOnce = 32;  // in a transaction

// Why the file at the track's path is not the one the vectors are of; nothing when it is.
std::optional<FileNote> difference(const Track& track, library::FileState& state) {
  try {
    state = library::stat_file(track.path);
    if (state.size != track.size) {
      return FileNote{track.path, ErrorCode::mismatch,
                      fmt::format("has {} bytes; the vectors are of a file of {}", state.size, track.size)};
    }
    if (hash_file(track.path) == track.content) return std::nullopt;  // size and time are what somebody says
    return FileNote{track.path, ErrorCode::mismatch, "has other content than the file that the vectors are of"};
  } catch (const Error& error) {
    return FileNote{track.path, error.code(), error.cause().empty() ? "cannot be read" : error.cause()};
  }
}

}  // namespace

std::optional<std::string> wrong_start(std::optional<double> before, double start, const Windowing& windowing) {
  const double expected = before ? *before + windowing.hop_seconds : 0;
  if (start <= expected + kTimeTolerance && (!before || start > *before)) return std::nullopt;
  return fmt::format("a window from {:g} s on does not follow: {:g} s was expected", start, expected);
}

std::optional<std::string> wrong_end(const Track& track, double last_start, const Windowing& windowing) {
  const double end = last_start + windowing.window_seconds;
  if (end >= track.duration_seconds - kTimeTolerance) return std::nullopt;
  return fmt::format("the windows of {} end at {:.1f} s, the track at {:.1f} s", display(track.path), end,
                     track.duration_seconds);
}

std::optional<std::string> wrong_length(std::span<const float> vector) {
  double square = 0;
  for (const float x : vector) square += static_cast<double>(x) * static_cast<double>(x);
  if (std::isfinite(square) && std::abs(std::sqrt(square) - 1) <= kUnitTolerance) return std::nullopt;
  return fmt::format("is not a unit vector: its length is {:g}", std::sqrt(square));
}

void check_origin(const Library& library, const VectorOrigin& origin, const fs::path& shown, const Model* model) {
  const std::string what =
      fmt::format("{}: vectors of the model '{}' with windows of {} (fingerprint {})", display(shown),
                  display(origin.model), search::in_words(origin.windowing), display(origin.fingerprint));
  if (model != nullptr) {
    if (made_by(*model, origin.windowing, origin.fingerprint) &&
        origin.dimension == static_cast<std::size_t>(model->info().dimension))
      return;
    throw Error(ErrorCode::mismatch, what + "; the model '" + display(model->info().name) + "' makes others");
  }
  std::string held;
  for (const search::Space& space : search::spaces(library)) {
    if (space.fingerprint == origin.fingerprint) {
      if (space.dimension == origin.dimension && space.windowing == origin.windowing) return;
      throw Error(ErrorCode::corrupt, what + ": this fingerprint has other dimensions or windows in the library");
    }
    held += fmt::format("{}'{}' ({}, fingerprint {})", held.empty() ? "" : ", ", display(space.name),
                        search::in_words(space.windowing), display(space.fingerprint));
  }
  throw Error(ErrorCode::mismatch, what + "; " + display(library.path()) + " holds " + (held.empty() ? "none" : held));
}

TrackImport::TrackImport(Library& library, const VectorOrigin& origin, const ImportOptions& options)
    : library_(library),
      options_(options),
      lock_(impl_of(library).file, library.path()),
      store_(impl_of(library).db(),
             {origin.fingerprint, options.model != nullptr ? options.model->info().name : origin.model,
              origin.dimension, origin.windowing, origin.precision}) {}

bool TrackImport::cancelled() {
  if (options_.cancel != nullptr && *options_.cancel) report.cancelled = true;
  return report.cancelled;
}

void TrackImport::take(TrackVectors& from) {
  library::Embedded embedded;
  if (auto note = difference(from.track, embedded.state)) {
    report.skipped.push_back(std::move(*note));
    return;
  }
  embedded.content = from.track.content;
  embedded.tags = {from.track.title, from.track.artist, from.track.album, from.track.genre};
  embedded.duration_seconds = from.track.duration_seconds;
  embedded.starts_seconds = std::move(from.starts_seconds);
  embedded.quick = from.quick;
  for (const float x : from.vectors) embedded.vectors.push_back(library::half_from_float(x));
  ready_.push_back({from.track.path.native(), std::move(embedded)});
  if (ready_.size() == kTracksAtOnce) write();
}

void TrackImport::write() {
  if (ready_.empty()) return;
  library::Transaction transaction(impl_of(library_).db(), library::Transaction::Kind::write);
  for (const Ready& ready : ready_) {
    const std::optional<library::TrackRow> row = store_.at(ready.path);
    const bool there = row && row->embedded && row->content == ready.embedded.content;
    if (there && !row->missing) {
      ++report.unchanged;
      continue;
    }
    if (there) {
      store_.seen(row->id, ready.embedded.state);
    } else {
      store_.put(ready.path, ready.embedded);
      report.windows += static_cast<std::int64_t>(ready.embedded.starts_seconds.size());
    }
    ++report.imported;
  }
  transaction.commit();
  ready_.clear();
}

}  // namespace hearken::tasks
