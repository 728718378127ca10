// Scopes become lists of tracks, tracks become cards.
#include "search/index/local_index.h"

#include <algorithm>

#include "core/paths.h"
#include "hearken/error.h"
#include "library/library_impl.h"
#include "library/window_flags.h"
#include "search/index/sound_inputs.h"

namespace hearken::search {
namespace {

TrackFilter track_filter(const Library& catalogue, const Space& space, const Scope& scope) {
  TrackFilter out = select_tracks(catalogue, scope.selection);
  out.unflagged = scope.unflagged;
  if (scope.only) {
    std::vector<std::int64_t> both = *scope.only;
    if (out.only) std::erase_if(both, [&](std::int64_t id) { return !std::ranges::binary_search(*out.only, id); });
    out.only = std::move(both);
  }
  if (scope.left_out.empty()) return out;
  if (!out.only) out.only = library::embedded_tracks(catalogue, space.model_id);
  std::erase_if(*out.only,
                [&](std::int64_t id) { return std::ranges::find(scope.left_out, id) != scope.left_out.end(); });
  return out;
}

// Where the window nearest the query starts; the first of equals.
double best_start(const TrackWindows& windows, std::span<const float> query) {
  const bool some = !windows.flags.empty() && !library::all_silent(windows.flags);
  double best = 0, start = 0;
  bool any = false;
  for (std::size_t w = 0; w < windows.starts_seconds.size(); ++w) {
    if (some && library::is_silent(windows.flags[w])) continue;
    double score = 0;
    for (std::size_t i = 0; i < query.size(); ++i)
      score += static_cast<double>(query[i]) * static_cast<double>(windows.vectors[w * query.size() + i]);
    if (any && !(score > best)) continue;
    any = true;
    best = score;
    start = windows.starts_seconds[w];
  }
  return start;
}

TrackWindows windows_if_any(const ExactScan& engine, std::int64_t track) {
  try {
    return engine.track_windows(track);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::not_found) throw;
    return {};
  }
}

}  // namespace

std::string LocalIndex::shown() const { return display(catalogue_.path()); }

const TrackFilter& LocalIndex::filter_of(const Scope& scope) const {
  if (!picked_ || !(picked_->scope == scope)) picked_ = Picked{scope, track_filter(catalogue_, space_, scope)};
  return picked_->filter;
}

std::vector<std::vector<WindowHit>> LocalIndex::nearest_windows(std::span<const float> queries, std::size_t k,
                                                                const Scope& scope, int threads) const {
  return engine_.nearest_windows(queries, k, filter_of(scope), threads);
}

std::vector<std::vector<WindowHit>> LocalIndex::nearest_tracks(std::span<const float> queries, std::size_t k,
                                                               const Scope& scope, int threads) const {
  return engine_.nearest_tracks(queries, k, filter_of(scope), threads);
}

TrackHits LocalIndex::best_tracks(std::span<const float> query, std::size_t k, TrackRank rank, const Scope& scope,
                                  int threads) const {
  return engine_.best_tracks(query, k, rank, filter_of(scope), threads);
}

std::vector<std::int64_t> LocalIndex::silent_tracks(const Scope& scope) const {
  return engine_.silent_tracks(filter_of(scope));
}

std::vector<std::optional<double>> LocalIndex::best_starts(std::span<const float> query,
                                                           std::span<const std::int64_t> tracks) const {
  std::vector<std::optional<double>> out;
  for (const std::int64_t track : tracks) {
    const TrackWindows windows = windows_if_any(engine_, track);
    out.push_back(windows.starts_seconds.empty() ? std::nullopt : std::optional(best_start(windows, query)));
  }
  return out;
}

std::vector<TrackWindows> LocalIndex::windows_of(std::span<const std::int64_t> tracks) const {
  std::vector<TrackWindows> out;
  for (const std::int64_t track : tracks) out.push_back(windows_if_any(engine_, track));
  return out;
}

std::size_t LocalIndex::count_windows(std::int64_t track) const {
  return static_cast<std::size_t>(library::windows_of(catalogue_, track, space_.model_id).value_or(0));
}

std::vector<FileNote> LocalIndex::visit_sounds(std::span<const std::int64_t> tracks, const SoundVisitor& visit) const {
  library::TrackReader reader(catalogue_, space_);
  std::vector<FileNote> out;
  for (const std::int64_t track : tracks)
    if (std::optional<FileNote> failed = visit_stored(reader, track, space_.windowing.window_seconds, visit))
      out.push_back(*std::move(failed));
  return out;
}

std::vector<std::vector<float>> LocalIndex::means_of(std::span<const std::int64_t> tracks) const {
  return engine_.track_means(tracks);
}

std::vector<std::optional<audio::Features>> LocalIndex::features(std::span<const std::int64_t> tracks) const {
  const library::ReadSnapshot once(impl_of(catalogue_).db());  // one lock for all of the rows
  std::vector<std::optional<audio::Features>> out;
  for (const std::int64_t track : tracks) out.push_back(tracks_.features(track));
  return out;
}

std::vector<Rating> LocalIndex::ratings() const { return hearken::ratings(catalogue_); }

std::vector<std::optional<Track>> LocalIndex::tracks(std::span<const std::int64_t> ids) const {
  std::vector<std::optional<Track>> out;
  for (const std::int64_t id : ids) out.push_back(tracks_.track(id));
  return out;
}

Track LocalIndex::searchable(std::int64_t id) const { return searchable_track(catalogue_, space_, id); }

std::optional<std::int64_t> LocalIndex::track_with(const Digest& content) const {
  return library::track_of_content(catalogue_, content, space_.model_id);
}

std::int64_t LocalIndex::without_vectors(const Selection& selection) const {
  return count_without(catalogue_, space_, selection);
}

}  // namespace hearken::search
