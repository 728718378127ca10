// What every index says and does in the same way.
#include "search/index.h"

#include <fmt/format.h>

#include <utility>

#include "hearken/error.h"

namespace hearken::search {

TrackCard Index::searchable(std::int64_t id) const {
  std::optional<IndexedTrack> track = std::move(tracks({&id, 1}).at(0));
  if (!track) throw Error(ErrorCode::not_found, fmt::format("{}: track id:{} is not there", shown(), id));
  return std::move(track->card);
}

Engine::TrackWindows windows_of_track(const Index& index, std::int64_t track) {
  Engine::TrackWindows windows = std::move(index.windows_of({&track, 1}).at(0));
  if (windows.starts_seconds.empty())
    throw Error(ErrorCode::not_found,
                fmt::format("{}: track id:{} is not there, or has no such vectors", index.shown(), track));
  return windows;
}

FileEmbedding sound_of(const Index& index, Engine::TrackWindows windows, double duration_seconds) {
  FileEmbedding out;
  out.starts_seconds = std::move(windows.starts_seconds);
  out.vectors = std::move(windows.vectors);
  out.width = index.space().dimension;
  out.window_seconds = index.space().windowing.window_seconds;
  out.duration_seconds = duration_seconds;
  return out;
}

std::int64_t count_tracks(const Index& index, const Scope& scope) {
  const std::vector<float> any(index.space().dimension);
  return index.best_tracks(any, 0, TrackRank::mean, scope, 1).searched;
}

}  // namespace hearken::search
