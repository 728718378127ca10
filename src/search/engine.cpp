// The engine by brute force over all rows in float64.
#include "search/engine.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numeric>
#include <string>
#include <tuple>
#include <utility>

#include "core/paths.h"
#include "hearken/error.h"
#include "library/half.h"
#include "library/library_impl.h"
#include "library/sqlite.h"

namespace hearken::search {
namespace {

double dot(const float* a, const float* b, std::size_t n) {
  double sum = 0;
  for (std::size_t i = 0; i < n; ++i) sum += static_cast<double>(a[i]) * static_cast<double>(b[i]);
  return sum;
}

bool passes(const TrackFilter& filter, std::int64_t id) {
  return !filter.only || std::binary_search(filter.only->begin(), filter.only->end(), id);
}

struct Track {
  std::int64_t id = 0;
  std::size_t first = 0, windows = 0;  // its rows among all windows
};

}  // namespace

struct Engine::Impl {
  const Library& library;
  std::size_t dimension = 0;
  std::vector<Track> tracks;  // ascending ids
  std::vector<double> starts;
  std::vector<float> windows, means;

  const float* window(std::size_t row) const { return windows.data() + row * dimension; }
  const Track& track(std::int64_t id) const {
    const auto found = std::lower_bound(tracks.begin(), tracks.end(), id,
                                        [](const Track& t, std::int64_t wanted) { return t.id < wanted; });
    if (found == tracks.end() || found->id != id)
      throw Error(ErrorCode::not_found, display(library.path()) + ": track id:" + std::to_string(id) +
                                            " is not there, or has no such vectors");
    return *found;
  }
};

Engine::Engine(const Library& library, const Space& space) : impl_(new Impl{library, space.dimension, {}, {}, {}, {}}) {
  library::Statement rows(library.impl().db(),
                          "SELECT e.track_id, e.mean, w.starts, w.vectors FROM embeddings e JOIN tracks t ON t.id = "
                          "e.track_id JOIN windows w ON w.embedding_id = e.id WHERE e.model_id = ? AND t.missing = 0 "
                          "ORDER BY e.track_id");
  rows.bind(space.model_id);
  while (rows.step()) {
    const std::int64_t id = rows.integer(0);
    const library::Bytes mean = rows.bytes(1), starts = rows.bytes(2), vectors = rows.bytes(3);
    const std::size_t count = starts.size() / sizeof(double), values = count * space.dimension;
    if (count == 0 || starts.size() % sizeof(double) != 0 || mean.size() != space.dimension * sizeof(float) ||
        vectors.size() != values * sizeof(std::uint16_t))
      throw Error(ErrorCode::corrupt, display(library.path()) + ": damaged: the vectors of track " +
                                          std::to_string(id) + " have a wrong size");
    Impl& m = *impl_;
    m.tracks.push_back({id, m.starts.size(), count});
    m.starts.resize(m.starts.size() + count);
    std::memcpy(m.starts.data() + m.starts.size() - count, starts.data(), starts.size());
    m.means.resize(m.means.size() + space.dimension);
    std::memcpy(m.means.data() + m.means.size() - space.dimension, mean.data(), mean.size());
    std::vector<std::uint16_t> halves(values);
    std::memcpy(halves.data(), vectors.data(), vectors.size());
    for (const std::uint16_t half : halves) m.windows.push_back(library::float_from_half(half));
  }
}

Engine::~Engine() = default;
Engine::Engine(Engine&&) noexcept = default;
std::size_t Engine::dimension() const noexcept { return impl_->dimension; }
std::size_t Engine::windows() const noexcept { return impl_->starts.size(); }

std::vector<std::vector<WindowHit>> Engine::nearest_windows(std::span<const float> queries, std::size_t k,
                                                            const TrackFilter& filter, int) const {
  std::vector<std::vector<WindowHit>> out;
  for (std::size_t q = 0; q < queries.size(); q += impl_->dimension) {
    std::vector<WindowHit> hits;
    for (const Track& track : impl_->tracks) {
      if (!passes(filter, track.id)) continue;
      for (std::size_t row = track.first; row < track.first + track.windows; ++row)
        hits.push_back({track.id, impl_->starts[row], dot(&queries[q], impl_->window(row), impl_->dimension)});
    }
    std::stable_sort(hits.begin(), hits.end(), [](const auto& a, const auto& b) { return a.score > b.score; });
    hits.resize(std::min(hits.size(), k));
    out.push_back(std::move(hits));
  }
  return out;
}

TrackHits Engine::best_tracks(std::span<const float> query, std::size_t k, TrackRank rank, const TrackFilter& filter,
                              int) const {
  const std::size_t d = impl_->dimension;
  TrackHits out;
  for (std::size_t t = 0; t < impl_->tracks.size(); ++t) {
    const Track& track = impl_->tracks[t];
    if (!passes(filter, track.id)) continue;
    const float* mean = impl_->means.data() + t * d;
    double score = dot(query.data(), mean, d);
    if (rank == TrackRank::cosine) {
      const double square = dot(mean, mean, d);
      score = square > 0 ? score / std::sqrt(square) : 0;
    } else if (rank == TrackRank::best || rank == TrackRank::top3) {
      std::vector<double> scores;
      for (std::size_t row = track.first; row < track.first + track.windows; ++row)
        scores.push_back(dot(query.data(), impl_->window(row), d));
      std::sort(scores.rbegin(), scores.rend());
      scores.resize(std::min<std::size_t>(scores.size(), rank == TrackRank::best ? 1 : 3));
      score = std::accumulate(scores.begin(), scores.end(), 0.0) / static_cast<double>(scores.size());
    }
    out.best.push_back({track.id, score});
  }
  out.searched = static_cast<std::int64_t>(out.best.size());
  std::stable_sort(out.best.begin(), out.best.end(), [](const auto& a, const auto& b) { return a.score > b.score; });
  out.best.resize(std::min(out.best.size(), k));
  return out;
}

Engine::TrackWindows Engine::track_windows(std::int64_t track_id) const {
  const Track& track = impl_->track(track_id);
  const auto row = [&](std::size_t i) { return static_cast<std::ptrdiff_t>(i); };
  return {{impl_->starts.begin() + row(track.first), impl_->starts.begin() + row(track.first + track.windows)},
          {impl_->window(track.first), impl_->window(track.first + track.windows)}};
}

std::vector<float> Engine::track_mean(std::int64_t track_id) const {
  const auto t = static_cast<std::size_t>(&impl_->track(track_id) - impl_->tracks.data());
  return {impl_->means.data() + t * impl_->dimension, impl_->means.data() + (t + 1) * impl_->dimension};
}

}  // namespace hearken::search
