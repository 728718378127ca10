// A stream of vectors into an engine, in one reading.
#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "core/paths.h"
#include "core/threads/threads.h"
#include "library/half.h"
#include "library/vectors.h"
#include "remote/connection.h"
#include "remote/stored.h"
#include "tasks/transfer/vector_stream.h"

namespace hearken {
namespace remote {
namespace {

using weaviate::RemoteTrack;

// As a library would hold it: vectors rounded to float16, and their mean.
RemoteTrack remote_track(tasks::TrackVectors from, std::size_t dimension, std::int64_t now) {
  RemoteTrack out;
  static_cast<Track&>(out) = std::move(from.track);
  out.added_at = now;
  out.starts_seconds = std::move(from.starts_seconds);
  std::vector<std::uint16_t> halves(from.vectors.size());
  std::ranges::transform(from.vectors, halves.begin(), library::half_from_float);
  out.vectors.resize(halves.size());
  std::ranges::transform(halves, out.vectors.begin(), library::float_from_half);
  out.mean = library::mean_of_windows(halves, dimension).mean;
  return out;
}

weaviate::Collections collections_for(const Remote& remote, const VectorOrigin& origin, const std::string& shown,
                                      const Model* model) {
  if (model != nullptr) {
    if (!made_by(*model, origin.windowing, origin.fingerprint)) {
      throw Error(ErrorCode::mismatch,
                  fmt::format("{}: vectors of the model '{}' with windows of {}; the model '{}' makes others", shown,
                              display(origin.model), search::in_words(origin.windowing), display(model->info().name)));
    }
    create(remote, origin);
  }
  return collections_of(remote, space_of(origin));
}

class StreamPush {
 public:
  StreamPush(const Remote& remote, const weaviate::Collections& collections)
      : client_(*impl_of(remote).client), collections_(collections), writer_(client_, collections_) {}

  void take(tasks::TrackVectors&& track) {
    windows_ += track.starts_seconds.size();
    ready_.push_back(remote_track(std::move(track), collections_.space.dimension, now_));
    if (windows_ >= kWindowsAtOnce || ready_.size() >= kTracksAtOnce) write();
  }

  // All that `take` was given.
  void finish() {
    write();
    writer_.finish();
    report.imported = writer_.tracks();
    report.windows = writer_.windows();
  }

  ImportReport report;

 private:
  // Hands on what the engine has not and is not about to get. Files that come twice are one.
  void write() {
    std::vector<std::int64_t> numbers;
    for (const RemoteTrack& track : ready_) numbers.push_back(weaviate::number_of(id_of(track)));
    auto stored = stored_states(client_, collections_, numbers);
    std::set<weaviate::Uuid> handed_on;
    for (RemoteTrack& track : ready_) {
      const weaviate::Uuid id = id_of(track);
      const auto [found, fresh] = stored.try_emplace(weaviate::number_of(id), StoredState{id, {}});
      if (fresh && !handed_on_.contains(id)) {
        handed_on.insert(id);
        writer_.add(std::move(track));
      } else if (found->second.id == id) {
        ++report.unchanged;
      } else {
        report.skipped.push_back(
            {track.path, ErrorCode::mismatch,
             fmt::format("its number in the engine, id:{}, is that of another track", weaviate::number_of(id))});
      }
    }
    handed_on_ = std::move(handed_on);
    ready_.clear();
    windows_ = 0;
  }

  weaviate::Uuid id_of(const RemoteTrack& track) const {
    return weaviate::track_id(collections_.space, track.content, track.path);
  }

  const weaviate::Client& client_;
  const weaviate::Collections& collections_;
  TrackWriter writer_;
  std::vector<RemoteTrack> ready_;
  std::size_t windows_ = 0;
  std::set<weaviate::Uuid> handed_on_;  // that were handed on last, and may not be written yet
  const std::int64_t now_ = unix_seconds();
};

}  // namespace
}  // namespace remote

ImportReport import_vectors(const Remote& remote, VectorStream& stream, const ImportOptions& options) {
  VectorStream::Impl& from = impl_of(stream);
  const remote::weaviate::Collections collections =
      remote::collections_for(remote, from.origin, display(from.shown), options.model);
  remote::StreamPush import(remote, collections);
  const auto cancelled = [&] {
    if (options.cancel != nullptr && *options.cancel) import.report.cancelled = true;
    return import.report.cancelled;
  };
  try {
    for (; from.row && !cancelled(); from.advance()) {
      from.check_same_origin();
      import.take(std::move(from.row->track));
    }
  } catch (const Error& error) {
    if (error.code() != ErrorCode::io) import.finish();  // what came before is sound
    throw;
  }
  import.finish();
  import.report.tracks = from.read;
  from.notes.insert(from.notes.end(), import.report.skipped.begin(), import.report.skipped.end());
  import.report.skipped = std::move(from.notes);
  return std::move(import.report);
}

}  // namespace hearken
