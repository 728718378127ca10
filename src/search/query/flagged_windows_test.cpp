// Flagged windows: skipped exactly where votes are asked for, seen as before everywhere else, and back when unflagged.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <optional>
#include <random>
#include <vector>

#include "library/window_flags.h"
#include "search/index/local_index.h"
#include "search/index/track_means.h"
#include "search/query/like_search.h"
#include "search/search_fixture.h"

namespace hearken::search {
namespace {

class FlaggedWindowsTest : public SearchTest {
 protected:
  using Flags = std::map<std::int64_t, std::vector<std::uint8_t>>;  // by track

  void flag(const Flags& flags) {
    std::vector<library::EmbeddingFlags> rows;
    library::Statement of_track(db(), "SELECT id FROM embeddings WHERE track_id = ?");
    for (const auto& [track, values] : flags) {
      of_track.bind(track);
      ASSERT_TRUE(of_track.step());
      rows.push_back({of_track.integer(0), values});
      of_track.reset();
    }
    library::replace_window_flags(library, space().model_id, rows);
  }

  // Tracks of up to `most` windows.
  void add_random(int count, std::size_t most, std::size_t dimension, std::mt19937& random) {
    std::vector<std::vector<Vector>> tracks(static_cast<std::size_t>(count));
    for (std::vector<Vector>& track : tracks)
      for (std::size_t w = 0; w < 1 + random() % most; ++w) track.push_back(unit_vector(dimension, random));
    add_all(tracks);
  }

  // The tracks that are not silent throughout, by what `windows` of them are heard.
  std::vector<TrackHit> brute_heard(std::span<const float> query, TrackRank rank, const TrackFilter& filter,
                                    const std::vector<WindowHit>& windows) {
    std::vector<TrackHit> out;
    for (TrackHit hit : brute_tracks(query, 5000, rank, filter)) {
      if (hit.id % 3 == 1) continue;
      if (rank == TrackRank::best || rank == TrackRank::top3) {
        std::vector<double> scores;
        for (const WindowHit& window : windows)
          if (window.track_id == hit.id && scores.size() < (rank == TrackRank::best ? 1 : 3))
            scores.push_back(window.score);
        hit.score = 0;
        for (const double score : scores) hit.score += score;
        hit.score /= static_cast<double>(scores.size());
      }
      out.push_back(hit);
    }
    std::ranges::stable_sort(out, std::ranges::greater(), &TrackHit::score);
    return out;
  }

  // Every third window or so, of half of the tracks.
  Flags random_flags(std::mt19937& random) {
    Flags out;
    for (const auto& [id, track] : stored()) {
      if (random() % 2 == 0) continue;
      for (std::size_t w = 0; w < track.windows.size(); ++w)
        out[id].push_back(static_cast<std::uint8_t>(random() % 3 == 0 ? 1U << random() % 3 : 0));
    }
    return out;
  }

  std::vector<WindowHit> brute_unflagged(std::span<const float> query, std::size_t k, const TrackFilter& filter,
                                         const Flags& flags) {
    std::vector<WindowHit> out;
    for (const WindowHit& hit : brute_windows(query, 1U << 20, filter)) {
      const auto of_track = flags.find(hit.track_id);
      const auto window = static_cast<std::size_t>(hit.start_seconds / 0.5);
      if (out.size() < k && (of_track == flags.end() || of_track->second[window] == 0)) out.push_back(hit);
    }
    return out;
  }
};

void expect_same(const std::vector<WindowHit>& found, const std::vector<WindowHit>& expected) {
  ASSERT_EQ(found.size(), expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    EXPECT_EQ(found[i].track_id, expected[i].track_id) << i;
    EXPECT_EQ(found[i].start_seconds, expected[i].start_seconds) << i;
    EXPECT_EQ(found[i].score, expected[i].score) << i;
  }
}

TEST_F(FlaggedWindowsTest, AreSkippedExactly) {
  constexpr std::size_t kDimension = 48;
  std::mt19937 random(11);
  add_random(150, 40, kDimension, random);
  const Flags flags = random_flags(random);
  const ExactScan before(library, space());
  flag(flags);
  const ExactScan engine(library, space());
  TrackFilter some{std::vector<std::int64_t>{}, true};
  for (std::int64_t id = 1; id <= 150; id += 2) some.only->push_back(id);
  for (const std::size_t k : {1U, 5U, 70U, 5000U}) {
    Vector queries;
    for (int q = 0; q < 3; ++q)
      for (const float x : unit_vector(kDimension, random)) queries.push_back(x);
    for (const TrackFilter& filter : {TrackFilter{std::nullopt, true}, some}) {
      for (const int threads : {1, 2}) {
        const auto found = engine.nearest_windows(queries, k, filter, threads);
        for (std::size_t q = 0; q < 3; ++q)
          expect_same(found[q],
                      brute_unflagged(std::span(queries).subspan(q * kDimension, kDimension), k, filter, flags));
      }
    }
    // Who does not ask for it sees all.
    expect_same(engine.nearest_windows(queries, k)[1], before.nearest_windows(queries, k)[1]);
    for (const TrackRank rank : {TrackRank::mean, TrackRank::cosine, TrackRank::best, TrackRank::top3}) {
      const auto query = std::span(queries).first(kDimension);
      const auto now = engine.best_tracks(query, k, rank, {std::nullopt, true}).best;
      const auto then = before.best_tracks(query, k, rank).best;
      ASSERT_EQ(now.size(), then.size());
      for (std::size_t i = 0; i < now.size(); ++i) {
        EXPECT_EQ(now[i].id, then[i].id);
        EXPECT_EQ(now[i].score, then[i].score);
      }
    }
  }
  const auto [id, values] = *flags.begin();
  EXPECT_EQ(engine.track_windows(id).flags, values);
  EXPECT_TRUE(before.track_windows(id).flags.empty());
}

// The first `count` windows of a track, as a query that leaves it out.
ItemVectors item_of(const ExactScan& engine, std::int64_t track) {
  TrackWindows windows = engine.track_windows(track);
  ItemVectors item;
  item.starts_seconds = windows.starts_seconds;
  item.ends_seconds = windows.starts_seconds;
  item.vectors = windows.vectors;
  item.flags = windows.flags;
  item.left_out = track;
  return item;
}

// Silent windows are found by no search, tracks of nothing else by none of tracks.
TEST_F(FlaggedWindowsTest, SilenceIsNeverFound) {
  constexpr std::size_t kDimension = 48;
  std::mt19937 random(12);
  add_random(90, 20, kDimension, random);
  Flags flags;  // every third track: all of it; every other third: some windows
  for (const auto& [id, track] : stored())
    for (std::size_t w = 0; w < track.windows.size() && id % 3 != 0; ++w)
      flags[id].push_back(id % 3 == 1 || w % 2 == 1 ? library::kSilentFlag : std::uint8_t{0});
  for (const auto& [id, values] : flags) {
    library::Statement(db(), "INSERT INTO window_flags SELECT id, ?2 FROM embeddings WHERE track_id = ?1")
        .run(id, std::as_bytes(std::span(values)));
    library::Statement(db(), "INSERT INTO silence SELECT id, ?2 FROM embeddings WHERE track_id = ?1")
        .run(id, static_cast<std::int64_t>(std::ranges::count_if(values, library::is_silent)));
  }
  const auto heard = [&](std::int64_t id, std::size_t w) {
    const auto of_track = flags.find(id);
    return of_track == flags.end() || !library::is_silent(of_track->second[w]);
  };
  const ExactScan engine(library, space());
  TrackFilter some{std::vector<std::int64_t>{}};
  for (std::int64_t id = 1; id <= 90; id += 2) some.only->push_back(id);
  for (const TrackFilter& filter : {TrackFilter{}, some}) {
    const Vector query = unit_vector(kDimension, random);
    std::vector<WindowHit> windows;
    for (const WindowHit& hit : brute_windows(query, 1U << 20, filter))
      if (heard(hit.track_id, static_cast<std::size_t>(hit.start_seconds / 0.5))) windows.push_back(hit);
    expect_same(engine.nearest_windows(query, 5000, filter)[0], windows);
    std::vector<WindowHit> nearest;
    for (const WindowHit& hit : windows)
      if (std::ranges::find(nearest, hit.track_id, &WindowHit::track_id) == nearest.end()) nearest.push_back(hit);
    expect_same(engine.nearest_tracks(query, 5000, filter)[0], nearest);
    for (const TrackRank rank : {TrackRank::mean, TrackRank::cosine, TrackRank::best, TrackRank::top3}) {
      const TrackHits found = engine.best_tracks(query, 5000, rank, filter);
      const std::vector<TrackHit> want = brute_heard(query, rank, filter, windows);
      EXPECT_EQ(found.searched, static_cast<std::int64_t>(want.size()));
      ASSERT_EQ(found.best.size(), want.size());
      for (std::size_t i = 0; i < want.size(); ++i) {
        EXPECT_EQ(found.best[i].id, want[i].id) << i;
        EXPECT_NEAR(found.best[i].score, want[i].score, 1e-12) << i;
      }
    }
    std::vector<std::int64_t> silent;
    for (std::int64_t id = 1; id <= 90; ++id)
      if (id % 3 == 1 && passes(filter, id)) silent.push_back(id);
    EXPECT_EQ(engine.silent_tracks(filter), silent);
  }
  EXPECT_EQ(engine.track_windows(1).flags, flags.at(1));  // they are there all the same
  EXPECT_EQ(track_means(library, space(), {}).tracks.size(), 60U);
}

TEST_F(FlaggedWindowsTest, NeitherVoteNorAreVotedFor) {
  const Vector music{1, 0, 0, 0}, nearly{0.9F, 0.1F, 0, 0}, silence{0, 0, 1, 0};
  const std::int64_t song = add({music, silence}), other = add({unit_length(nearly), music});
  const std::int64_t silent = add({silence, silence, silence});
  LikeOptions options;
  options.neighbours = 2;
  const auto like_song = [&] {
    const Space searched = space();
    const ExactScan engine(library, searched);
    const std::vector<ItemVectors> items{item_of(engine, song)};
    return like_vectors(LocalIndex(library, searched, engine), items, options, alike_levels());
  };
  const LikeResult before = like_song();
  EXPECT_EQ(before.windows, 2U);
  ASSERT_EQ(before.hits.size(), 2U);
  flag({{song, {0, library::kSilenceFlag}}, {silent, {1, 1, 1}}});
  const LikeResult clean = like_song();
  EXPECT_EQ(clean.windows, 1U);
  EXPECT_EQ(clean.item_windows, std::vector<std::size_t>{1});
  ASSERT_EQ(clean.hits.size(), 1U);
  EXPECT_EQ(clean.hits[0].id, other);
  EXPECT_EQ(clean.hits[0].votes, 1);
  options.by = LikeBy::mean;  // compares whole tracks as before
  EXPECT_EQ(like_song().hits.size(), 2U);
  EXPECT_EQ(like_song().windows, 2U);
  options.by = LikeBy::votes;
  library::clear_window_flags(library);
  const LikeResult after = like_song();
  ASSERT_EQ(after.hits.size(), before.hits.size());
  for (std::size_t i = 0; i < after.hits.size(); ++i) {
    EXPECT_EQ(after.hits[i].id, before.hits[i].id);
    EXPECT_EQ(after.hits[i].score, before.hits[i].score);
  }
}

TEST_F(FlaggedWindowsTest, ASilentQueryFindsNothing) {
  const Vector music{1, 0, 0, 0}, silence{0, 0, 1, 0};
  add({music, silence});
  const Space searched = space();
  const ExactScan engine(library, searched);
  ItemVectors item;
  item.starts_seconds = {0, 1};
  item.ends_seconds = {1, 2};
  item.vectors = {0, 0, 1, 0, 1, 0, 0, 0};
  LikeOptions options;
  for (const LikeBy by : {LikeBy::votes, LikeBy::mean}) {
    options.by = by;
    item.flags = {library::kSilentFlag, library::kSilentFlag};
    const std::vector<ItemVectors> silent{item};
    const LikeResult none = like_vectors(LocalIndex(library, searched, engine), silent, options, alike_levels());
    EXPECT_TRUE(none.hits.empty());
    EXPECT_EQ(none.windows, 0U);
    EXPECT_EQ(none.item_windows, std::vector<std::size_t>{0});
    EXPECT_EQ(none.warnings, std::vector<std::string>{"sound 1: nothing is heard in it"});
    // Of a sound that is silent in parts, or beside others, the rest asks.
    item.flags = {library::kSilentFlag, 0};
    std::vector<ItemVectors> both{item, silent[0]};
    const LikeResult rest = like_vectors(LocalIndex(library, searched, engine), both, options, alike_levels());
    ASSERT_EQ(rest.hits.size(), 1U);
    EXPECT_EQ(rest.item_windows, (std::vector<std::size_t>{1, 0}));
    ASSERT_EQ(rest.hits[0].moments.size(), 1U);
    EXPECT_EQ(rest.hits[0].moments[0].start_seconds, 1);
    EXPECT_NEAR(rest.hits[0].moments[0].matches.at(0).distance, 0, 1e-9);
  }
}

TEST_F(FlaggedWindowsTest, AQueryOfNothingElseSearchesAllTheSame) {
  const Vector music{1, 0, 0, 0}, silence{0, 0, 1, 0};
  const std::int64_t silent = add({silence}), song = add({music, silence});
  flag({{silent, {1}}, {song, {0, 1}}});
  const Space searched = space();
  const ExactScan engine(library, searched);
  const std::vector<ItemVectors> items{item_of(engine, silent)};
  const LikeResult result = like_vectors(LocalIndex(library, searched, engine), items, {}, alike_levels());
  EXPECT_EQ(result.warnings.size(), 1U);
  ASSERT_EQ(result.hits.size(), 1U);
  EXPECT_EQ(result.hits[0].id, song);
  EXPECT_EQ(result.hits[0].votes, 1);
  for (const LikeMoment& moment : result.hits[0].moments)
    for (const LikeMatch& match : moment.matches) EXPECT_EQ(match.start_seconds, 0);  // not the silence
}

}  // namespace
}  // namespace hearken::search
