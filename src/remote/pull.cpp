// An engine's tracks into a library, as rows of an export are taken.
#include <string>
#include <utility>
#include <vector>

#include "core/threads/threads.h"
#include "remote/connection.h"
#include "remote/stored.h"
#include "tasks/transfer/track_import.h"

namespace hearken {
namespace remote {
namespace {

tasks::TrackVectors track_vectors(weaviate::RemoteTrack track, search::TrackWindows windows) {
  tasks::TrackVectors out;
  out.track = std::move(track);
  out.starts_seconds = std::move(windows.starts_seconds);
  out.vectors = std::move(windows.vectors);
  return out;
}

// What is fault_of with it; nothing when all is well.
std::optional<std::string> fault_of(const tasks::TrackVectors& track, const search::Space& space) {
  if (track.starts_seconds.empty()) return "has no windows in the engine: its push is not done";
  std::optional<double> before;
  for (const double start : track.starts_seconds) {
    if (auto reason = tasks::wrong_start(before, start, space.windowing)) return reason;
    before = start;
  }
  if (auto reason = tasks::wrong_end(track.track, *before, space.windowing)) return reason;
  for (std::size_t w = 0; w < track.starts_seconds.size(); ++w)
    if (auto reason = tasks::wrong_length(std::span(track.vectors).subspan(w * space.dimension, space.dimension)))
      return "the vector of window " + std::to_string(w) + " " + *reason;
  return std::nullopt;
}

}  // namespace
}  // namespace remote

ImportReport pull(Library& library, const Remote& remote, const VectorOrigin& origin, const PullOptions& options) {
  const double began = monotonic_seconds();
  const remote::weaviate::Client& client = *impl_of(remote).client;
  const remote::weaviate::Collections collections = remote::collections_of(remote, remote::space_of(origin));
  tasks::check_origin(library, origin, remote.url(), options.model);
  const auto index = remote::index_of(remote, collections);
  ImportOptions import_options;
  import_options.model = options.model;
  import_options.cancel = options.cancel;
  tasks::TrackImport import(library, origin, import_options);
  const std::int64_t of_tracks = client.count(collections.tracks);
  std::int64_t windows = 0;
  remote::for_each_track(
      client, collections, remote::weaviate::track_properties(), [&](std::span<const remote::weaviate::Found> page) {
        constexpr std::size_t kAtOnce = 50;  // tracks whose windows are read together
        for (std::size_t at = 0; at < page.size() && !import.cancelled(); at += kAtOnce) {
          const auto some = page.subspan(at, std::min(kAtOnce, page.size() - at));
          std::vector<std::int64_t> numbers;
          for (const remote::weaviate::Found& found : some) numbers.push_back(remote::weaviate::number_of(found.id));
          std::vector<search::TrackWindows> theirs = index->windows_of(numbers);
          for (std::size_t i = 0; i < some.size(); ++i) {
            tasks::TrackVectors track =
                remote::track_vectors(remote::weaviate::track_of(some[i]), std::move(theirs[i]));
            ++import.report.tracks;
            windows += static_cast<std::int64_t>(track.starts_seconds.size());
            if (auto reason = remote::fault_of(track, collections.space))
              import.report.skipped.push_back({track.track.path, ErrorCode::corrupt, std::move(*reason)});
            else
              import.take(track);
          }
          if (options.progress)
            options.progress({import.report.tracks, of_tracks, windows, monotonic_seconds() - began});
        }
        return !import.cancelled();
      });
  import.write();
  return std::move(import.report);
}

}  // namespace hearken
