// What every index says and does in the same way.
#include "search/index/index.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <unordered_set>
#include <utility>

#include "core/numerics/vectors.h"
#include "hearken/error.h"
#include "library/vectors.h"
#include "search/scan/sounding.h"

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

Error no_vectors(const Index& index, std::int64_t track) {
  return {ErrorCode::not_found,
          fmt::format("{}: track id:{} is not there, or has no such vectors", index.shown(), track)};
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

std::vector<FileNote> Index::visit_sounds(std::span<const std::int64_t> ids, const SoundVisitor& visit) const {
  constexpr std::size_t kAtOnce = 50;
  std::vector<FileNote> out;
  for (std::size_t at = 0; at < ids.size(); at += kAtOnce) {
    const auto some = ids.subspan(at, std::min(kAtOnce, ids.size() - at));
    const std::vector<std::optional<Track>> known = tracks(some);
    std::vector<TrackWindows> windows = windows_of(some);
    for (std::size_t i = 0; i < some.size(); ++i) {
      if (!known[i] || windows[i].starts_seconds.empty()) {
        out.push_back({fmt::format("id:{}", some[i]), ErrorCode::not_found, "it is not there"});
        continue;
      }
      FileEmbedding whole;
      whole.starts_seconds = std::move(windows[i].starts_seconds);
      whole.vectors = std::move(windows[i].vectors);
      for (const std::uint8_t flags : windows[i].flags) whole.silent.push_back(library::is_silent(flags));
      whole.window_seconds = space().windowing.window_seconds;
      whole.duration_seconds = known[i]->duration_seconds;
      const RoundedSound rounded(std::move(whole));
      EmbeddedSound sound = rounded.view();
      sound.id = some[i];
      sound.path = known[i]->path;
      sound.title = known[i]->title;
      sound.artist = known[i]->artist;
      visit(*known[i], sound);
    }
  }
  return out;
}

std::vector<std::vector<float>> Index::means_of(std::span<const std::int64_t> tracks) const {
  std::vector<std::vector<float>> out;
  for (const TrackWindows& windows : windows_of(tracks)) {
    std::vector<std::uint16_t> halves(windows.vectors.size());
    std::ranges::transform(windows.vectors, halves.begin(), library::half_from_float);
    out.push_back(halves.empty() ? std::vector<float>()
                                 : library::mean_of_windows(halves, space().dimension, windows.flags).mean);
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
  if (windows.starts_seconds.empty()) throw no_vectors(index, track);
  return windows;
}

std::vector<float> direction_of(const Index& index, std::int64_t track) {
  std::vector<float> mean = std::move(index.means_of({&track, 1}).at(0));
  if (mean.empty()) throw no_vectors(index, track);
  numerics::scale_to_unit(mean, mean.size());
  return mean;
}

std::int64_t count_tracks(const Index& index, const Scope& scope) {
  const std::vector<float> any(index.space().dimension);
  return index.best_tracks(any, 0, TrackRank::mean, scope, 1).searched;
}

}  // namespace hearken::search
