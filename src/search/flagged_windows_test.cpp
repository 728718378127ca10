// Flagged windows: skipped exactly where votes are asked for, seen as before everywhere else, and back when unflagged.
#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <random>
#include <vector>

#include "library/window_flags.h"
#include "search/like_run.h"
#include "search/local_index.h"
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
  std::vector<std::vector<Vector>> tracks;
  for (int t = 0; t < 150; ++t) {
    tracks.emplace_back();
    for (std::size_t w = 0; w < 1 + random() % 40; ++w) tracks.back().push_back(unit_vector(kDimension, random));
  }
  add_all(tracks);
  const Flags flags = random_flags(random);
  const Engine before(library, space());
  flag(flags);
  const Engine engine(library, space());
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
ItemVectors item_of(const Engine& engine, std::int64_t track) {
  Engine::TrackWindows windows = engine.track_windows(track);
  ItemVectors item;
  item.starts_seconds = windows.starts_seconds;
  item.ends_seconds = windows.starts_seconds;
  item.vectors = windows.vectors;
  item.flags = windows.flags;
  item.left_out = track;
  return item;
}

TEST_F(FlaggedWindowsTest, NeitherVoteNorAreVotedFor) {
  const Vector music{1, 0, 0, 0}, nearly{0.9F, 0.1F, 0, 0}, silence{0, 0, 1, 0};
  const std::int64_t song = add({music, silence}), other = add({unit_length(nearly), music});
  const std::int64_t silent = add({silence, silence, silence});
  LikeOptions options;
  options.neighbours = 2;
  const auto like_song = [&] {
    const Space searched = space();
    const Engine engine(library, searched);
    const std::vector<ItemVectors> items{item_of(engine, song)};
    return like_vectors(LocalIndex(library, searched, engine), items, options);
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
  EXPECT_EQ(clean.hits[0].votes, 2);
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

TEST_F(FlaggedWindowsTest, AQueryOfNothingElseSearchesAllTheSame) {
  const Vector music{1, 0, 0, 0}, silence{0, 0, 1, 0};
  const std::int64_t silent = add({silence}), song = add({music, silence});
  flag({{silent, {1}}, {song, {0, 1}}});
  const Space searched = space();
  const Engine engine(library, searched);
  const std::vector<ItemVectors> items{item_of(engine, silent)};
  const LikeResult result = like_vectors(LocalIndex(library, searched, engine), items, {});
  EXPECT_EQ(result.warnings.size(), 1U);
  ASSERT_EQ(result.hits.size(), 1U);
  EXPECT_EQ(result.hits[0].id, song);
  EXPECT_EQ(result.hits[0].votes, 1);
  for (const LikeMoment& moment : result.hits[0].moments)
    for (const LikeMatch& match : moment.matches) EXPECT_EQ(match.start_seconds, 0);  // not the silence
}

}  // namespace
}  // namespace hearken::search
