// Searches of an engine: many at once in one round trip.
#include "remote/weaviate/index.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <future>
#include <map>
#include <unordered_map>
#include <utility>

#include "core/numerics/vectors.h"
#include "core/paths.h"
#include "core/text.h"
#include "hearken/error.h"
#include "library/window_flags.h"
#include "remote/weaviate/filter.h"
#include "remote/weaviate/object.h"
#include "search/scan/stored_rows.h"

namespace hearken::remote::weaviate {
namespace {

using search::TrackHit;
using search::WindowHit;

constexpr std::size_t kMost = 10000;  // results of one search: QUERY_MAXIMUM_RESULTS as it comes
constexpr std::size_t kEquals = 16;   // more than wanted: of equal ones the engine gives any
constexpr std::size_t kFirst = 128;   // windows that are looked at for a few tracks

double number(const Found& object, std::string_view name) {
  const auto* value = std::get_if<double>(object.property(name));
  return value != nullptr ? *value : 0;
}

std::int64_t track_number(const Found& object) { return static_cast<std::int64_t>(number(object, "number")); }

WindowHit window_hit(const Found& object) { return {track_number(object), number(object, "start"), -object.distance}; }

bool better(const WindowHit& a, const WindowHit& b) {
  if (a.score != b.score) return a.score > b.score;
  return a.track_id != b.track_id ? a.track_id < b.track_id : a.start_seconds < b.start_seconds;
}

bool better_track(const TrackHit& a, const TrackHit& b) { return a.score != b.score ? a.score > b.score : a.id < b.id; }

std::uint32_t limit(std::size_t k) { return static_cast<std::uint32_t>(std::min(k, kMost)); }

}  // namespace

WeaviateIndex::WeaviateIndex(std::shared_ptr<const Client> client, Collections collections, std::string url)
    : client_(std::move(client)), collections_(std::move(collections)), url_(std::move(url)) {}

std::string WeaviateIndex::shown() const { return display(url_); }

std::size_t WeaviateIndex::windows() const { return static_cast<std::size_t>(client_->count(collections_.windows)); }

std::vector<std::vector<WindowHit>> WeaviateIndex::nearest_windows(std::span<const float> queries, std::size_t k,
                                                                   const search::Scope& scope, int) const {
  const std::size_t dimension = collections_.space.dimension;
  const std::optional<Filter> filter = scope.unflagged ? filter_of(scope) : heard(filter_of(scope));
  std::vector<Search> searches(queries.size() / dimension);
  for (std::size_t q = 0; q < searches.size(); ++q) {
    const auto query = queries.subspan(q * dimension, dimension);
    searches[q].collection = collections_.windows;
    searches[q].near.assign(query.begin(), query.end());
    searches[q].filter = filter;
    searches[q].limit = limit(k + kEquals);
    searches[q].properties = {"number", "start"};
  }
  std::vector<std::vector<WindowHit>> out(searches.size());
  if (k == 0 || searches.empty()) return out;
  const std::vector<std::vector<Found>> found = client_->search(searches);
  for (std::size_t q = 0; q < out.size(); ++q) {
    std::ranges::transform(found[q], std::back_inserter(out[q]), window_hit);
    std::ranges::sort(out[q], better);
    out[q].resize(std::min(out[q].size(), k));
  }
  return out;
}

std::vector<TrackHit> WeaviateIndex::by_vector(std::span<const float> query, const char* vector, std::size_t k,
                                               const std::optional<Filter>& filter) const {
  Search search;
  search.collection = collections_.tracks;
  search.near.assign(query.begin(), query.end());
  search.target_vector = vector;
  search.filter = filter;
  search.limit = limit(k + kEquals);
  search.properties = {"number"};
  std::vector<TrackHit> out;
  for (const Found& found : client_->search(search)) out.push_back({track_number(found), -found.distance});
  std::ranges::sort(out, better_track);
  out.resize(std::min(out.size(), k));
  return out;
}

// No track whose best window was not seen can have a better mean of its best ones than the worst window seen: more are
// looked at until the k-th track is better than that.
std::vector<TrackHit> WeaviateIndex::by_windows(std::span<const float> query, std::size_t k, std::size_t best,
                                                const std::optional<Filter>& filter) const {
  std::unordered_map<std::int64_t, double> scores;
  for (std::size_t n = std::max(kFirst, 8 * k);; n *= 4) {
    Search search;
    search.collection = collections_.windows;
    search.near.assign(query.begin(), query.end());
    search.filter = heard(filter);
    search.limit = limit(n);
    search.properties = {"number", "start"};
    const std::vector<Found> seen = client_->search(search);
    std::vector<std::int64_t> fresh;
    for (const Found& window : seen) {
      const auto [place, is_new] = scores.try_emplace(track_number(window), -window.distance);
      if (!is_new) place->second = best == 1 ? std::max(place->second, -window.distance) : place->second;
      if (is_new) fresh.push_back(place->first);
    }
    if (best > 1) {
      const std::vector<search::TrackWindows> windows = windows_of(fresh);
      for (std::size_t i = 0; i < fresh.size(); ++i) {
        std::vector<double> all;
        for (std::size_t w = 0; w < windows[i].starts_seconds.size(); ++w)
          if (windows[i].flags.empty() || !library::is_silent(windows[i].flags[w]))
            all.push_back(numerics::dot(query, std::span(windows[i].vectors).subspan(w * query.size(), query.size())));
        std::ranges::sort(all, std::greater<>());
        all.resize(std::min(all.size(), best));
        double sum = 0;
        for (const double score : all) sum += score;
        scores[fresh[i]] = all.empty() ? -2 : sum / static_cast<double>(all.size());
      }
    }
    std::vector<TrackHit> out;
    for (const auto& [id, score] : scores) out.push_back({id, score});
    std::ranges::sort(out, better_track);
    out.resize(std::min(out.size(), k));
    const bool all_seen = seen.size() < search.limit || search.limit == kMost;
    if (all_seen || (out.size() == k && out.back().score > -seen.back().distance)) return out;
  }
}

search::TrackHits WeaviateIndex::best_tracks(std::span<const float> query, std::size_t k, search::TrackRank rank,
                                             const search::Scope& scope, int) const {
  search::Scope all_windows = scope;
  all_windows.unflagged = false;
  const std::optional<Filter> filter = filter_of(all_windows);
  auto searched =
      std::async(std::launch::async, [&] { return client_->count(collections_.tracks, filter ? &*filter : nullptr); });
  search::TrackHits out;
  if (k > 0) {
    switch (rank) {
      case search::TrackRank::mean: out.best = by_vector(query, "mean", k, filter); break;
      case search::TrackRank::cosine: out.best = by_vector(query, "direction", k, filter); break;
      case search::TrackRank::best: out.best = by_windows(query, k, 1, filter); break;
      case search::TrackRank::top3: out.best = by_windows(query, k, 3, filter); break;
    }
  }
  out.searched = searched.get();
  return out;
}

std::vector<std::optional<double>> WeaviateIndex::best_starts(std::span<const float> query,
                                                              std::span<const std::int64_t> tracks) const {
  std::vector<Search> searches(tracks.size());
  for (std::size_t t = 0; t < tracks.size(); ++t) {
    searches[t].collection = collections_.windows;
    searches[t].near.assign(query.begin(), query.end());
    searches[t].filter = heard(of_tracks(tracks.subspan(t, 1)));
    searches[t].limit = kEquals;
    searches[t].properties = {"number", "start"};
  }
  std::vector<std::optional<double>> out(tracks.size());
  if (tracks.empty()) return out;
  const std::vector<std::vector<Found>> found = client_->search(searches);
  for (std::size_t t = 0; t < tracks.size(); ++t) {
    if (found[t].empty()) continue;
    std::vector<WindowHit> hits;
    std::ranges::transform(found[t], std::back_inserter(hits), window_hit);
    out[t] = std::ranges::min_element(hits, better)->start_seconds;
  }
  return out;
}

std::vector<search::TrackWindows> WeaviateIndex::windows_of(std::span<const std::int64_t> tracks) const {
  constexpr std::size_t kTogether = 64;  // searches under way
  std::vector<search::TrackWindows> out(tracks.size());
  const auto ask = [&](std::size_t t) {
    Search search;
    search.collection = collections_.windows;
    search.filter = of_tracks(tracks.subspan(t, 1));
    search.limit = kMost;
    search.properties = {"start", "flags"};
    search.vectors = {""};
    return search;
  };
  for (std::size_t at = 0; at < tracks.size(); at += kTogether) {
    std::vector<Search> searches;
    for (std::size_t t = at; t < std::min(tracks.size(), at + kTogether); ++t) searches.push_back(ask(t));
    std::vector<std::vector<Found>> found = client_->search(searches);
    for (std::size_t i = 0; i < found.size(); ++i) {
      std::vector<Found>& windows = found[i];
      if (windows.size() >= kMost)
        throw Error(ErrorCode::unsupported,
                    fmt::format("id:{}: has more windows than {} can give at once", tracks[at + i], shown()));
      std::ranges::sort(windows, {}, [](const Found& w) { return number(w, "start"); });
      search::TrackWindows& track = out[at + i];
      bool flagged = false;
      for (const Found& window : windows) {
        if (window.vectors.empty() || window.vectors.front().values.size() != collections_.space.dimension)
          throw Error(ErrorCode::corrupt,
                      fmt::format("{}: the vector of object {} has a wrong size", shown(), to_string(window.id)));
        track.starts_seconds.push_back(number(window, "start"));
        const std::vector<float>& row = window.vectors.front().values;
        track.vectors.insert(track.vectors.end(), row.begin(), row.end());
        track.flags.push_back(static_cast<std::uint8_t>(number(window, "flags")));
        flagged = flagged || track.flags.back() != 0;
      }
      if (!flagged) track.flags.clear();
    }
  }
  return out;
}

std::vector<std::optional<Track>> WeaviateIndex::tracks(std::span<const std::int64_t> ids) const {
  std::vector<std::optional<Track>> out(ids.size());
  constexpr std::size_t kTogether = 250;  // numbers in a condition
  std::map<std::int64_t, Track> known;
  for (std::size_t at = 0; at < ids.size(); at += kTogether) {
    const auto some = ids.subspan(at, std::min(kTogether, ids.size() - at));
    Search search;
    search.collection = collections_.tracks;
    search.filter = of_tracks(some);
    search.limit = static_cast<std::uint32_t>(some.size());
    search.properties = track_properties();
    for (const Found& found : client_->search(search)) {
      RemoteTrack track = track_of(found);
      track.id = number_of(found.id);
      known[track.id] = std::move(track);
    }
  }
  for (std::size_t i = 0; i < ids.size(); ++i)
    if (const auto found = known.find(ids[i]); found != known.end()) out[i] = found->second;
  return out;
}

std::optional<std::int64_t> WeaviateIndex::track_with(const Digest& content) const {
  Search search;
  search.collection = collections_.tracks;
  Filter filter;
  filter.op = Filter::Operator::equal;
  filter.property = "content";
  filter.value = to_hex(content);
  search.filter = std::move(filter);
  search.limit = limit(100);
  search.properties = {"number"};
  std::optional<std::int64_t> first;
  for (const Found& found : client_->search(search))
    first = std::min(first.value_or(track_number(found)), track_number(found));
  return first;
}

}  // namespace hearken::remote::weaviate
