// What every index says and does in the same way.
#include "search/index/index.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <unordered_set>
#include <utility>

#include "hearken/error.h"
#include "library/window_flags.h"

namespace hearken::search {
namespace {

// The first k tracks among some windows, each with its first window.
std::vector<WindowHit> first_of_each_track(std::span<const WindowHit> windows, std::size_t k) {
  std::vector<WindowHit> out;
  std::unordered_set<std::int64_t> seen;
  for (const WindowHit& hit : windows)
    if (out.size() < k && seen.insert(hit.track_id).second) out.push_back(hit);
  return out;
}

}  // namespace

// More windows are asked for until they are of k tracks, or there are no more.
std::vector<std::vector<WindowHit>> Index::nearest_tracks(std::span<const float> queries, std::size_t k,
                                                          const Scope& scope, int threads) const {
  const std::size_t d = space().dimension;
  std::vector<std::vector<WindowHit>> out(queries.size() / d);
  std::vector<std::size_t> open(k > 0 ? out.size() : 0);  // queries that lack tracks
  std::iota(open.begin(), open.end(), std::size_t{0});
  for (std::size_t n = 4 * k; !open.empty(); n *= 4) {
    std::vector<float> asked;
    for (const std::size_t q : open)
      asked.insert(asked.end(), queries.begin() + static_cast<std::ptrdiff_t>(q * d),
                   queries.begin() + static_cast<std::ptrdiff_t>((q + 1) * d));
    const std::vector<std::vector<WindowHit>> found = nearest_windows(asked, n, scope, threads);
    std::vector<std::size_t> again;
    for (std::size_t i = 0; i < open.size(); ++i) {
      out[open[i]] = first_of_each_track(found[i], k);
      if (out[open[i]].size() < k && found[i].size() == n) again.push_back(open[i]);
    }
    open = std::move(again);
  }
  return out;
}

Track Index::searchable(std::int64_t id) const {
  std::optional<Track> track = std::move(tracks({&id, 1}).at(0));
  if (!track) throw Error(ErrorCode::not_found, fmt::format("{}: track id:{} is not there", shown(), id));
  return *std::move(track);
}

TrackWindows windows_of_track(const Index& index, std::int64_t track) {
  TrackWindows windows = std::move(index.windows_of({&track, 1}).at(0));
  if (windows.starts_seconds.empty())
    throw Error(ErrorCode::not_found,
                fmt::format("{}: track id:{} is not there, or has no such vectors", index.shown(), track));
  return windows;
}

FileEmbedding sound_of(const Index& index, TrackWindows windows, double duration_seconds) {
  FileEmbedding out;
  out.starts_seconds = std::move(windows.starts_seconds);
  out.vectors = std::move(windows.vectors);
  for (const std::uint8_t flags : windows.flags) out.silent.push_back(library::is_silent(flags));
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
