// The engine: codes in memory, exact rows in the library file.
#include "search/scan/exact_scan.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <mutex>
#include <string>
#include <utility>

#include "core/cpu/isa.h"
#include "core/files/mapped_file.h"
#include "core/numerics/vectors.h"
#include "core/paths.h"
#include "core/threads/team.h"
#include "core/threads/threads.h"
#include "hearken/error.h"
#include "library/library_impl.h"
#include "search/scan/code_index.h"
#include "search/scan/nearest.h"
#include "search/scan/stored_rows.h"
#include "search/scan/topk.h"

namespace hearken::search {
namespace {

const std::vector<std::int64_t>* list_of(const TrackFilter& filter) { return filter.only ? &*filter.only : nullptr; }

double cosine_of(std::span<const float> query, std::span<const float> mean) {
  const double square = numerics::dot(mean, mean);
  return square > 0 ? numerics::dot(query, mean) / std::sqrt(square) : 0;
}

// The mean of the best scores, at most `count`; of no scores -infinity.
template <class Number>
double mean_of_best(std::vector<Number>& scores, std::size_t count) {
  if (scores.empty()) return -std::numeric_limits<double>::infinity();
  const std::size_t n = std::min(count, scores.size());
  std::partial_sort(scores.begin(), scores.begin() + static_cast<std::ptrdiff_t>(n), scores.end(), std::greater<>());
  double sum = 0;
  for (std::size_t i = 0; i < n; ++i) sum += static_cast<double>(scores[i]);
  return sum / static_cast<double>(n);
}

}  // namespace

struct ExactScan::Impl {
  const Library& library;
  const std::size_t dimension;
  const CodeIndex codes;
  // One call at a time: the library's connection and the team are one for all.
  std::mutex mutex;
  std::unique_ptr<Team> team;

  Impl(const Library& from, const Space& space) : library(from), dimension(space.dimension), codes(from, space) {}

  Team& team_of(int threads) {
    const int count = thread_count(threads);
    if (!team || team->threads() != count) team = std::make_unique<Team>(count);
    return *team;
  }

  Searched windows(const TrackFilter& filter, bool unflagged) const {
    Searched s;
    s.parts = codes.windows();
    s.dimension = dimension;
    s.visible = [this, list = list_of(filter), unflagged](std::size_t part, std::size_t row,
                                                          std::span<std::uint16_t> masks) {
      codes.mask_windows(part, row, list, unflagged, masks);
    };
    return s;
  }

  const CodeIndex::Track& track(std::int64_t id) const {
    const CodeIndex::Track* found = codes.find(id);
    if (found == nullptr) throw not_there(id);
    return *found;
  }
  Error not_there(std::int64_t id) const {
    return Error(ErrorCode::not_found, display(library.path()) + ": track id:" + std::to_string(id) +
                                           " is not there, or has no such vectors");
  }

  std::vector<std::vector<WindowHit>> nearest_rows(std::span<const float> queries, std::size_t k, bool each_track_once,
                                                   const TrackFilter& filter, Team& workers) const;
  std::vector<RankedRow> by_mean(std::span<const float> query, std::size_t k, bool cosine, const TrackFilter& filter,
                                 Team& workers) const;
  std::vector<RankedRow> by_windows(std::span<const float> query, std::size_t k, std::size_t best,
                                    const TrackFilter& filter, Team& workers) const;
};

ExactScan::ExactScan(const Library& library, const Space& space) {
  isa_cap();
  impl_ = std::make_unique<Impl>(library, space);
}

ExactScan::~ExactScan() = default;
ExactScan::ExactScan(ExactScan&&) noexcept = default;
std::size_t ExactScan::dimension() const noexcept { return impl_->dimension; }
std::size_t ExactScan::windows() const noexcept { return impl_->codes.visible_windows(); }

std::vector<std::vector<WindowHit>> ExactScan::Impl::nearest_rows(std::span<const float> queries, std::size_t k,
                                                                  bool each_track_once, const TrackFilter& filter,
                                                                  Team& workers) const {
  const std::size_t d = dimension;
  StoredRows stored(library, d);
  Searched searched = windows(filter, filter.unflagged);
  searched.exact = [&](std::size_t row, std::size_t query) -> std::optional<RankedRow> {
    const CodeIndex::Track& track = codes.of_window(row);
    const std::size_t index = row - track.first;
    const std::span<const float> vector = stored.window(track.embedding, track.id, index, track.windows);
    if (vector.empty()) return std::nullopt;
    return RankedRow{numerics::dot(queries.subspan(query * d, d), vector), track.id, static_cast<std::int64_t>(index)};
  };
  if (each_track_once)
    searched.group = [this](std::size_t row) {
      return static_cast<std::size_t>(&codes.of_window(row) - codes.tracks().data());
    };
  std::vector<std::vector<WindowHit>> out;
  for (const std::vector<RankedRow>& ranked : nearest(searched, queries, k, workers)) {
    std::vector<WindowHit>& hits = out.emplace_back();
    for (const RankedRow& r : ranked) {
      const CodeIndex::Track& found = track(r.id);
      const auto start = stored.start(found.embedding, found.id, static_cast<std::size_t>(r.place), found.windows);
      if (start) hits.push_back({r.id, *start, r.score});
    }
  }
  check_mapped_files();
  return out;
}

std::vector<std::vector<WindowHit>> ExactScan::nearest_windows(std::span<const float> queries, std::size_t k,
                                                               const TrackFilter& filter, int threads) const {
  std::lock_guard lock(impl_->mutex);
  return impl_->nearest_rows(queries, k, false, filter, impl_->team_of(threads));
}

std::vector<std::vector<WindowHit>> ExactScan::nearest_tracks(std::span<const float> queries, std::size_t k,
                                                              const TrackFilter& filter, int threads) const {
  std::lock_guard lock(impl_->mutex);
  return impl_->nearest_rows(queries, k, true, filter, impl_->team_of(threads));
}

std::vector<RankedRow> ExactScan::Impl::by_mean(std::span<const float> query, std::size_t k, bool cosine,
                                                const TrackFilter& filter, Team& workers) const {
  StoredRows stored(library, dimension);
  Searched searched;
  searched.parts = cosine ? codes.cosines() : codes.means();
  searched.dimension = dimension;
  searched.visible = [&](std::size_t part, std::size_t row, std::span<std::uint16_t> masks) {
    codes.mask_means(part, row, list_of(filter), masks);
  };
  searched.exact = [&](std::size_t row, std::size_t) -> std::optional<RankedRow> {
    const CodeIndex::Track& track = codes.of_mean(row);
    const std::span<const float> mean = stored.mean(track.embedding, track.id);
    if (mean.empty()) return std::nullopt;
    return RankedRow{cosine ? cosine_of(query, mean) : numerics::dot(query, mean), track.id, 0};
  };
  return std::move(nearest(searched, query, k, workers).at(0));
}

// A track's score lies between the means of its best windows' least and greatest possible scores.
std::vector<RankedRow> ExactScan::Impl::by_windows(std::span<const float> query, std::size_t k, std::size_t best,
                                                   const TrackFilter& filter, Team& workers) const {
  const std::vector<Bounds> of_rows = bounds_of_all(windows(filter, false), query, workers);
  const std::span<const CodeIndex::Track> tracks = codes.tracks();
  struct Range {
    double low = 0, high = 0;
  };
  constexpr double kNowhere = -std::numeric_limits<double>::infinity();
  std::vector<Range> of_tracks(tracks.size());
  constexpr std::size_t kStretch = 256;
  workers.run((tracks.size() + kStretch - 1) / kStretch, [&](std::size_t i, int) {
    std::vector<float> low, high;
    for (std::size_t t = i * kStretch; t < std::min(tracks.size(), (i + 1) * kStretch); ++t) {
      low.clear(), high.clear();
      for (const Bounds& b : std::span(of_rows).subspan(tracks[t].first, tracks[t].windows))
        if (b.high > -std::numeric_limits<float>::infinity()) low.push_back(b.low), high.push_back(b.high);
      of_tracks[t] = {mean_of_best(low, best), mean_of_best(high, best)};
    }
  });
  std::vector<Candidate> candidates;
  TopK<double, std::greater<>> lows(k);
  for (std::size_t t = 0; t < tracks.size(); ++t) {
    if (of_tracks[t].high == kNowhere) continue;  // not visible
    lows.offer(of_tracks[t].low);
    if (!lows.full() || of_tracks[t].high >= lows.worst()) candidates.push_back({of_tracks[t].high, t});
  }
  if (lows.full()) std::erase_if(candidates, [bar = lows.worst()](const Candidate& c) { return c.high < bar; });
  StoredRows stored(library, dimension);
  std::vector<double> scores;
  return best_of(std::move(candidates), k, [&](std::size_t t) -> std::optional<RankedRow> {
    const std::span<const float> vectors = stored.all(tracks[t].embedding, tracks[t].id, tracks[t].windows);
    if (vectors.empty()) return std::nullopt;
    const std::span<const std::uint8_t> flags = codes.flags(tracks[t]);
    scores.clear();
    for (std::size_t w = 0; w < tracks[t].windows; ++w) {
      if (!flags.empty() && library::is_silent(flags[w])) continue;
      const double score = numerics::dot(query, vectors.subspan(w * dimension, dimension));
      scores.push_back(std::isnan(score) ? -std::numeric_limits<double>::infinity() : score);
    }
    return RankedRow{mean_of_best(scores, best), tracks[t].id, 0};
  });
}

TrackHits ExactScan::best_tracks(std::span<const float> query, std::size_t k, TrackRank rank, const TrackFilter& filter,
                                 int threads) const {
  std::lock_guard lock(impl_->mutex);
  Team& team = impl_->team_of(threads);
  TrackHits out;
  out.searched = impl_->codes.count(list_of(filter));
  if (k == 0) return out;
  std::vector<RankedRow> best;
  switch (rank) {
    case TrackRank::mean: best = impl_->by_mean(query, k, false, filter, team); break;
    case TrackRank::cosine: best = impl_->by_mean(query, k, true, filter, team); break;
    case TrackRank::best: best = impl_->by_windows(query, k, 1, filter, team); break;
    case TrackRank::top3: best = impl_->by_windows(query, k, 3, filter, team); break;
  }
  for (const RankedRow& r : best) out.best.push_back({r.id, r.score});
  check_mapped_files();
  return out;
}

TrackWindows ExactScan::track_windows(std::int64_t track_id) const {
  std::lock_guard lock(impl_->mutex);
  const CodeIndex::Track& track = impl_->track(track_id);
  StoredRows stored(impl_->library, impl_->dimension);
  TrackWindows out;
  const std::span<const float> vectors = stored.all(track.embedding, track_id, track.windows);
  out.vectors.assign(vectors.begin(), vectors.end());
  for (std::size_t w = 0; w < track.windows; ++w)
    if (const auto start = stored.start(track.embedding, track_id, w, track.windows))
      out.starts_seconds.push_back(*start);
  const std::span<const std::uint8_t> flags = impl_->codes.flags(track);
  out.flags.assign(flags.begin(), flags.end());
  if (vectors.empty() || out.starts_seconds.size() != track.windows) throw impl_->not_there(track_id);
  return out;
}

std::vector<std::int64_t> ExactScan::silent_tracks(const TrackFilter& filter) const {
  std::vector<std::int64_t> out;
  for (const CodeIndex::Track& track : impl_->codes.tracks())
    if (track.visible && track.silent && (!filter.only || std::ranges::binary_search(*filter.only, track.id)))
      out.push_back(track.id);
  std::ranges::sort(out);
  return out;
}

std::vector<std::vector<float>> ExactScan::track_means(std::span<const std::int64_t> track_ids) const {
  std::lock_guard lock(impl_->mutex);
  const library::ReadSnapshot once(impl_of(impl_->library).db());  // one lock for all of the rows
  StoredRows stored(impl_->library, impl_->dimension);
  std::vector<std::vector<float>> out;
  for (const std::int64_t id : track_ids) {
    std::vector<float>& mean = out.emplace_back();
    const CodeIndex::Track* track = impl_->codes.find(id);
    if (track == nullptr) continue;
    const std::span<const float> row = stored.mean(track->embedding, id);
    mean.assign(row.begin(), row.end());
  }
  return out;
}

}  // namespace hearken::search
