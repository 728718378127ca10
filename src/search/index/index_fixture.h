// What an Index must answer about toy tracks, computed here in float64 from the vectors that were handed over: the
// fixture of index_contract.h.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "library/window_flags.h"
#include "search/index/contract_tracks.h"
#include "search/index/index.h"
#include "search/index/test_fields.h"

namespace hearken::search {

template <class Kind>
class IndexContract : public ::testing::Test {
 protected:
  struct Hit {
    std::int64_t track = 0;
    double start = 0, score = 0;
  };

  void SetUp() override {
    if constexpr (requires { Kind::why_not(); })
      if (const std::string reason = Kind::why_not(); !reason.empty()) GTEST_SKIP() << reason;
    for (const ToyTrack& track : tracks) {
      const std::optional<std::int64_t> id = index().track_with(track.content);
      ASSERT_TRUE(id) << track.path;
      ASSERT_TRUE(of_id.emplace(*id, &track).second) << track.path;
    }
  }

  const Index& index() const { return kind.index(); }
  std::int64_t id_of(const std::filesystem::path& path) const {
    for (const auto& [id, track] : of_id)
      if (track->path == path) return id;
    ADD_FAILURE() << path;
    return 0;
  }
  std::int64_t missing_id() const { return of_id.rbegin()->first + 1; }

  static double product(std::span<const float> a, std::span<const float> b) {
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) sum += static_cast<double>(a[i]) * static_cast<double>(b[i]);
    return sum;
  }

  TrackFields fields_of(std::int64_t id) const {
    const ToyTrack& track = *of_id.at(id);
    return test_fields(track, track.path.native(), track.key, id);
  }

  bool in_scope(std::int64_t id, const Scope& scope) const {
    const std::string& path = of_id.at(id)->path.native();
    const std::string& under = scope.selection.under.native();
    if (!under.empty() && path != under && !path.starts_with(under + "/")) return false;
    if (scope.selection.where && !matches(*scope.selection.where, fields_of(id))) return false;
    return std::ranges::find(scope.left_out, id) == scope.left_out.end();
  }

  static bool is_found(const ToyTrack& track, std::size_t window, bool unflagged) {
    const std::uint8_t flags = track.flags.empty() ? std::uint8_t{0} : track.flags[window];
    return unflagged ? flags == 0 : !library::is_silent(flags);
  }

  static std::vector<Hit> best_first(std::vector<Hit> hits, std::size_t k) {
    std::ranges::stable_sort(hits, std::ranges::greater(), &Hit::score);  // they come by track, then by start
    hits.resize(std::min(hits.size(), k));
    return hits;
  }

  std::vector<Hit> expected_windows(std::span<const float> query, const Scope& scope) const {
    std::vector<Hit> all;
    for (const auto& [id, track] : of_id) {
      if (!in_scope(id, scope)) continue;
      for (std::size_t w = 0; w < track->windows.size(); ++w)
        if (is_found(*track, w, scope.unflagged))
          all.push_back({id, track->starts[w], product(query, track->windows[w])});
    }
    return best_first(std::move(all), all.size());
  }

  // Of each track its best window.
  std::vector<Hit> expected_nearest_tracks(std::span<const float> query, const Scope& scope) const {
    std::vector<Hit> out;
    std::set<std::int64_t> seen;
    for (const Hit& hit : expected_windows(query, scope))
      if (seen.insert(hit.track).second) out.push_back(hit);
    return out;
  }

  static double track_score(std::span<const float> query, const ToyTrack& track, TrackRank rank) {
    if (rank == TrackRank::mean || rank == TrackRank::cosine) {
      std::vector<float> mean(query.size());
      for (std::size_t i = 0; i < mean.size(); ++i) {
        double sum = 0, heard = 0;
        for (std::size_t w = 0; w < track.windows.size(); ++w)
          if (is_found(track, w, false)) sum += static_cast<double>(track.windows[w][i]), ++heard;
        mean[i] = static_cast<float>(sum / heard);
      }
      const double square = product(mean, mean);
      return product(query, mean) / (rank == TrackRank::cosine ? std::sqrt(square) : 1);
    }
    std::vector<double> scores;
    for (std::size_t w = 0; w < track.windows.size(); ++w)
      if (is_found(track, w, false)) scores.push_back(product(query, track.windows[w]));
    std::ranges::sort(scores, std::greater<>());
    const std::size_t n = std::min<std::size_t>(scores.size(), rank == TrackRank::best ? 1 : 3);
    double sum = 0;
    for (std::size_t i = 0; i < n; ++i) sum += scores[i];
    return sum / static_cast<double>(n);
  }

  std::vector<Hit> expected_tracks(std::span<const float> query, TrackRank rank, const Scope& scope) const {
    std::vector<Hit> all;
    for (const auto& [id, track] : of_id)
      if (in_scope(id, scope)) all.push_back({id, 0, track_score(query, *track, rank)});
    return best_first(std::move(all), all.size());
  }

  // The first k of all that are expected. Where scores are nearer to each other than they are exact, any order will do;
  // of equal ones only the right one.
  void expect_ranked(const std::vector<Hit>& found, const std::vector<Hit>& all, std::size_t k) const {
    ASSERT_EQ(found.size(), std::min(k, all.size()));
    std::set<std::pair<std::int64_t, double>> seen;
    for (std::size_t i = 0; i < found.size(); ++i) {
      EXPECT_TRUE(seen.emplace(found[i].track, found[i].start).second) << "twice: " << i;
      EXPECT_NEAR(found[i].score, all[i].score, Kind::kTolerance) << i;
      const auto apart = [&](std::size_t j) {
        const double gap = std::abs(all[i].score - all[j].score);
        return gap == 0 || gap > 2 * Kind::kTolerance;
      };
      if ((i > 0 && !apart(i - 1)) || (i + 1 < all.size() && !apart(i + 1))) continue;
      EXPECT_EQ(found[i].track, all[i].track) << i << ", score " << all[i].score;
      EXPECT_EQ(found[i].start, all[i].start) << i << ", score " << all[i].score;
    }
  }

  static std::vector<Hit> plain(const std::vector<WindowHit>& hits) {
    std::vector<Hit> out;
    for (const WindowHit& hit : hits) out.push_back({hit.track_id, hit.start_seconds, hit.score});
    return out;
  }
  static std::vector<Hit> plain(const std::vector<TrackHit>& hits) {
    std::vector<Hit> out;
    for (const TrackHit& hit : hits) out.push_back({hit.id, 0, hit.score});
    return out;
  }

  // Both kinds of search keep to the scope.
  void expect_scope(const Scope& scope, const std::string& what) {
    SCOPED_TRACE(what);
    const std::vector<float> query = toy_vector(random);
    const std::vector<Hit> windows = expected_windows(query, scope),
                           all = expected_tracks(query, TrackRank::mean, scope);
    const auto found = index().nearest_windows(query, 500, scope, 1);
    ASSERT_EQ(found.size(), 1U);
    expect_ranked(plain(found[0]), windows, 500);
    const TrackHits hits = index().best_tracks(query, 500, TrackRank::mean, scope, 1);
    EXPECT_EQ(hits.searched, static_cast<std::int64_t>(all.size()));
    expect_ranked(plain(hits.best), all, 500);
  }
  void expect_where(const std::string& where) { expect_scope({{{}, parse_where(where)}, {}, false}, where); }
  // The names of the tracks of which a condition holds.
  std::set<std::string> found_where(const std::string& where) {
    std::set<std::string> out;
    const Scope scope{{{}, parse_where(where)}, {}, false};
    for (const TrackHit& hit : index().best_tracks(toy_vector(random), 500, TrackRank::mean, scope, 1).best)
      out.insert(of_id.at(hit.id)->path.filename().native());
    return out;
  }

  const std::vector<ToyTrack> tracks = toy_tracks();
  const Kind kind{tracks};
  std::map<std::int64_t, const ToyTrack*> of_id;
  std::mt19937 random{17};
};

}  // namespace hearken::search
