// The engine finds what brute force in float64 finds, score for score, whatever the vectors, the CPU or the threads.
#include "search/scan/exact_scan.h"

#include <algorithm>
#include <thread>

#include "core/testing/targets.h"
#include "search/search_fixture.h"

namespace hearken::search {
namespace {

constexpr TrackRank kRanks[] = {TrackRank::mean, TrackRank::cosine, TrackRank::best, TrackRank::top3};

using EngineTracks = std::vector<std::vector<Vector>>;

// Of each track 1 to 9 windows.
EngineTracks made_of(std::size_t tracks, const std::function<Vector(std::size_t window)>& make) {
  EngineTracks out(tracks);
  std::size_t window = 0;
  for (std::size_t t = 0; t < tracks; ++t)
    for (std::size_t w = 0; w <= t * 7 % 9; ++w) out[t].push_back(make(window++));
  return out;
}

struct Kind {
  const char* name;
  std::function<EngineTracks(std::size_t dimension, std::mt19937& random)> make;
};

// A float16 and the next one of greater size.
float next_half(float x) {
  return library::float_from_half(static_cast<std::uint16_t>(library::half_from_float(x) + 1));
}

const Kind kKinds[] = {
    {"random", [](std::size_t d,
                  std::mt19937& random) { return made_of(70, [&](std::size_t) { return unit_vector(d, random); }); }},
    {"clustered",
     [](std::size_t d, std::mt19937& random) {
       std::vector<Vector> centres;
       for (int i = 0; i < 4; ++i) centres.push_back(unit_vector(d, random));
       return made_of(70, [&](std::size_t w) {
         Vector v = noise_vector(d, random);
         for (std::size_t i = 0; i < d; ++i) v[i] = centres[w % 4][i] + 2e-3F * v[i];
         return unit_length(v);
       });
     }},
    {"equal",
     [](std::size_t d, std::mt19937& random) {
       const Vector v = unit_vector(d, random);
       return made_of(70, [&](std::size_t) { return v; });
     }},
    {"apart by one step of float16",
     [](std::size_t d, std::mt19937& random) {
       const Vector base = unit_vector(d, random);
       return made_of(70, [&](std::size_t w) {
         Vector v = base;
         v[w * 5 % d] = next_half(v[w * 5 % d]);
         return v;
       });
     }},
    {"zeros and axes",
     [](std::size_t d, std::mt19937&) {
       return made_of(70, [&](std::size_t w) {
         Vector v(d, 0.0F);
         if (w % 3 != 0) v[w % d] = w % 2 == 0 ? 1.0F : -1.0F;
         return v;
       });
     }},
    {"huge, small and cancelling",
     [](std::size_t d, std::mt19937& random) {
       Vector last = unit_vector(d, random);
       return made_of(70, [&](std::size_t w) {
         if (w % 2 != 0) {  // so that some means are nearly nothing
           for (float& x : last) x = -x;
           return last;
         }
         last = unit_vector(d, random);
         const float by[] = {1.0F, 60000.0F, 1e-4F, 6e-8F, 1e-6F};
         for (float& x : last) x *= by[w / 2 % 5];
         return last;
       });
     }},
    {"one element far above the others",
     [](std::size_t d, std::mt19937& random) {
       return made_of(70, [&](std::size_t) {
         Vector v = noise_vector(d, random);
         for (float& x : v) x *= 1e-3F;
         v[d / 2] = 1;
         return unit_length(v);
       });
     }},
};

class ExactScanTest : public SearchTest {
 protected:
  static void expect_same(const std::vector<WindowHit>& found, const std::vector<WindowHit>& want) {
    ASSERT_EQ(found.size(), want.size());
    for (std::size_t i = 0; i < want.size(); ++i) {
      ASSERT_EQ(found[i].score, want[i].score) << i;
      ASSERT_EQ(found[i].track_id, want[i].track_id) << i;
      ASSERT_EQ(found[i].start_seconds, want[i].start_seconds) << i;
    }
  }
  void expect_brute_force(const ExactScan& engine, std::span<const float> queries, std::size_t k,
                          const TrackFilter& filter, int threads) {
    const std::size_t d = engine.dimension();
    const auto windows = engine.nearest_windows(queries, k, filter, threads),
               tracks = engine.nearest_tracks(queries, k, filter, threads);
    ASSERT_EQ(windows.size(), queries.size() / d);
    ASSERT_EQ(tracks.size(), queries.size() / d);
    for (std::size_t q = 0; q < windows.size(); ++q) {
      expect_same(windows[q], brute_windows(queries.subspan(q * d, d), k, filter));
      expect_same(tracks[q], brute_nearest_tracks(queries.subspan(q * d, d), k, filter));
      if (HasFatalFailure()) return;
    }
    for (const TrackRank rank : kRanks) {
      SCOPED_TRACE("rank " + std::to_string(static_cast<int>(rank)));
      const TrackHits best = engine.best_tracks(queries.first(d), k, rank, filter, threads);
      const auto want = brute_tracks(queries.first(d), k, rank, filter);
      ASSERT_EQ(best.best.size(), want.size());
      for (std::size_t i = 0; i < want.size(); ++i) {
        ASSERT_EQ(best.best[i].score, want[i].score) << i;
        ASSERT_EQ(best.best[i].id, want[i].id) << i;
      }
      const std::int64_t all = static_cast<std::int64_t>(brute_tracks(queries.first(d), 100000, rank, filter).size());
      ASSERT_EQ(best.searched, all);
    }
  }

  // A few queries: of the library's own windows, and others.
  Vector some_queries(std::size_t dimension, std::size_t count, std::mt19937& random) {
    Vector out;
    const auto tracks = stored();
    for (std::size_t q = 0; q < count; ++q) {
      auto track = std::next(tracks.begin(), static_cast<std::ptrdiff_t>(random() % tracks.size()));
      const Vector v = q % 2 == 0 ? unit_length(track->second.windows[random() % track->second.windows.size()])
                                  : unit_vector(dimension, random);
      out.insert(out.end(), v.begin(), v.end());
    }
    return out;
  }

  // Of all tracks, a random half, and ids that are none.
  TrackFilter half(std::mt19937& random) {
    TrackFilter filter;
    filter.only.emplace();
    for (const auto& [id, track] : stored())
      if (random() % 2 == 0) filter.only->push_back(id);
    filter.only->insert(filter.only->begin(), -5);
    filter.only->push_back(1 << 20);
    return filter;
  }
};

class EngineOnKinds : public ExactScanTest,
                      public ::testing::WithParamInterface<std::tuple<std::size_t, std::size_t>> {};

TEST_P(EngineOnKinds, FindsWhatBruteForceFinds) {
  const auto [kind, dimension] = GetParam();
  SCOPED_TRACE(kKinds[kind].name);
  std::mt19937 random(static_cast<unsigned>(kind * 1000 + dimension));
  add_all(kKinds[kind].make(dimension, random));
  const ExactScan engine(library, space());
  EXPECT_EQ(engine.dimension(), dimension);
  const Vector queries = some_queries(dimension, 13, random);
  const TrackFilter all, some = half(random), none{std::vector<std::int64_t>{}};
  for (const std::size_t k : {1U, 5U, 100U, 1000U}) {
    SCOPED_TRACE(k);
    expect_brute_force(engine, queries, k, all, 2);
    expect_brute_force(engine, std::span(queries).first(dimension), k, some, 1);
    expect_brute_force(engine, std::span(queries).subspan(dimension, 2 * dimension), k, some, 3);
  }
  expect_brute_force(engine, queries, 3, none, 2);
}

INSTANTIATE_TEST_SUITE_P(Kinds, EngineOnKinds,
                         ::testing::Combine(::testing::Range<std::size_t>(0, std::size(kKinds)),
                                            ::testing::Values(1, 7, 64, 100, 512)));

TEST_F(ExactScanTest, IsTheSameOnEveryInstructionSetAndNumberOfThreads) {
  std::mt19937 random(3);
  add_all(kKinds[1].make(100, random));
  const Vector queries = some_queries(100, 30, random);
  const TrackFilter some = half(random);
  on_every_target([&] {
    const ExactScan engine(library, space());
    for (const int threads : {1, 2, 5}) expect_brute_force(engine, queries, 7, some, threads);
  });
}

// More rows than a thread takes at a time, in rising order of score: each is better than all before it.
TEST_F(ExactScanTest, ManyRowsInTheWorstOrder) {
  constexpr std::size_t kDimension = 16;
  std::mt19937 random(4);
  const Vector query = unit_vector(kDimension, random);
  EngineTracks tracks;
  for (std::size_t t = 0; t < 60; ++t) {
    tracks.emplace_back();
    for (std::size_t w = 0; w < 100; ++w) {
      Vector v = unit_vector(kDimension, random);
      const float part = static_cast<float>(t * 100 + w) / 6000;
      for (std::size_t i = 0; i < kDimension; ++i) v[i] = part * query[i] + 0.3F * (1 - part) * v[i];
      tracks.back().push_back(unit_length(v));
    }
  }
  add_all(tracks);
  const ExactScan engine(library, space());
  EXPECT_EQ(engine.windows(), 6000U);
  for (const std::size_t k : {1U, 10U, 3000U, 7000U}) expect_brute_force(engine, query, k, {}, 2);
}

TEST_F(ExactScanTest, QueriesThatAreNoUnitVectors) {
  std::mt19937 random(5);
  add_all(kKinds[0].make(64, random));
  const ExactScan engine(library, space());
  for (const float by : {0.0F, 1e-30F, 1e-9F, 1e-3F, 1e3F, 1e9F, 1e30F}) {
    SCOPED_TRACE(by);
    Vector queries = some_queries(64, 3, random);
    for (float& x : queries) x *= by;
    expect_brute_force(engine, queries, 5, {}, 2);
    expect_brute_force(engine, std::span(queries).first(64), 5, {}, 2);
  }
}

TEST_F(ExactScanTest, WhatIsMissingIsNotFound) {
  std::mt19937 random(6);
  add_all(kKinds[0].make(8, random));
  db().execute("UPDATE tracks SET missing = 1 WHERE id % 3 = 0");
  const ExactScan engine(library, space());
  const Vector queries = some_queries(8, 4, random);
  expect_brute_force(engine, queries, 20, {}, 2);
  expect_brute_force(engine, queries, 20, {std::vector<std::int64_t>{1, 2, 3, 6, 7}}, 2);
  const std::vector<std::vector<float>> means = engine.track_means(std::vector<std::int64_t>{3, 4});
  EXPECT_TRUE(means.at(0).empty());
  EXPECT_EQ(means.at(1), stored().at(4).mean);
}

TEST_F(ExactScanTest, GivesBackATrack) {
  std::mt19937 random(7);
  add_all(kKinds[0].make(7, random));
  const ExactScan engine(library, space());
  for (const auto& [id, track] : stored()) {
    const auto [starts, vectors, flags] = engine.track_windows(id);
    EXPECT_EQ(starts, track.starts);
    ASSERT_EQ(vectors.size(), 7 * track.windows.size());
    for (std::size_t w = 0; w < track.windows.size(); ++w)
      EXPECT_TRUE(std::equal(track.windows[w].begin(), track.windows[w].end(),
                             vectors.begin() + 7 * static_cast<std::ptrdiff_t>(w)));
    EXPECT_EQ(engine.track_means({&id, 1}).at(0), track.mean);
  }
  for (const std::int64_t nobody : {-1, 0, 71}) {
    try {
      engine.track_windows(nobody);
      FAIL();
    } catch (const Error& e) {
      EXPECT_EQ(e.code(), ErrorCode::not_found);
      EXPECT_NE(std::string(e.what()).find("id:" + std::to_string(nobody)), std::string::npos) << e.what();
    }
  }
}

// An engine does not see what happened since; what is gone is left out.
TEST_F(ExactScanTest, WhatIsRemovedMeanwhileIsLeftOut) {
  std::mt19937 random(8);
  add_all(kKinds[0].make(8, random));
  const ExactScan engine(library, space());
  const Vector query = unit_vector(8, random);
  const auto before = engine.best_tracks(query, 4);
  db().execute(("DELETE FROM tracks WHERE id = " + std::to_string(before.best[1].id)).c_str());
  for (const TrackRank rank : kRanks) {
    const auto after = engine.best_tracks(query, 70, rank);
    const auto want = brute_tracks(query, 70, rank, {});
    ASSERT_EQ(after.best.size(), 69U);
    for (std::size_t i = 0; i < want.size(); ++i) EXPECT_EQ(after.best[i].id, want[i].id);
  }
  EXPECT_EQ(engine.nearest_windows(query, 1000)[0].size(), brute_windows(query, 1000, {}).size());
}

TEST_F(ExactScanTest, SeveralThreadsMayAskAtOnce) {
  std::mt19937 random(9);
  add_all(kKinds[0].make(64, random));
  const ExactScan engine(library, space());
  const Vector queries = some_queries(64, 8, random);
  const auto want = engine.nearest_windows(queries, 9);
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i)
      threads.emplace_back([&, i] {
        for (int round = 0; round < 20; ++round) {
          const auto hits = engine.nearest_windows(queries, 9, {}, 1 + i % 2);
          for (std::size_t q = 0; q < hits.size(); ++q)
            for (std::size_t h = 0; h < 9; ++h) EXPECT_EQ(hits[q][h].score, want[q][h].score);
        }
      });
  }
}

TEST_F(ExactScanTest, NothingToSearchGivesNothing) {
  std::mt19937 random(10);
  add_all({{unit_vector(8, random)}});
  const Space own = space();
  db().execute("DELETE FROM tracks");
  const ExactScan engine(library, own);
  EXPECT_EQ(engine.windows(), 0U);
  const Vector query = unit_vector(8, random);
  EXPECT_TRUE(engine.nearest_windows(query, 5).at(0).empty());
  for (const TrackRank rank : kRanks) EXPECT_TRUE(engine.best_tracks(query, 5, rank).best.empty());
  EXPECT_TRUE(engine.nearest_windows({}, 5).empty());
}

TEST_F(ExactScanTest, DamagedVectorsNameTheirTrack) {
  std::mt19937 random(11);
  for (const char* column :
       {"windows SET vectors = x'0102'", "windows SET starts = x''", "embeddings SET mean = x'00'"}) {
    SCOPED_TRACE(column);
    db().execute("DELETE FROM tracks");
    add_all(kKinds[0].make(8, random));
    const std::int64_t id = db().integer("SELECT max(id) FROM tracks") - 3;
    const std::string key = std::string(column).starts_with("windows") ? "embedding_id" : "id";
    db().execute(("UPDATE " + std::string(column) + " WHERE " + key +
                  " = (SELECT id FROM embeddings WHERE track_id = " + std::to_string(id) + ")")
                     .c_str());
    try {
      const ExactScan engine(library, space());
      FAIL();
    } catch (const Error& e) {
      EXPECT_EQ(e.code(), ErrorCode::corrupt);
      EXPECT_NE(std::string(e.what()).find("track " + std::to_string(id) + " "), std::string::npos) << e.what();
    }
  }
}

// Numbers that are none come last, and hide nothing.
TEST_F(ExactScanTest, NotANumber) {
  std::mt19937 random(12);
  add_all(kKinds[0].make(8, random));
  db().execute("DELETE FROM window_digests");  // as of another program
  db().execute("UPDATE windows SET vectors = CAST(x'007E' || substr(vectors, 3) AS BLOB) WHERE embedding_id = 5");
  db().execute("UPDATE windows SET vectors = CAST(x'007C00FC' || substr(vectors, 5) AS BLOB) WHERE embedding_id = 6");
  const ExactScan engine(library, space());
  const Vector query = unit_vector(8, random);
  const auto hits = engine.nearest_windows(query, 1000)[0];
  ASSERT_EQ(hits.size(), brute_windows(query, 1000, {}).size());
  for (std::size_t i = 1; i < hits.size(); ++i) EXPECT_FALSE(hits[i - 1].score < hits[i].score);
  EXPECT_TRUE(std::isnan(hits.back().score));
  for (const TrackRank rank : {TrackRank::best, TrackRank::top3})
    EXPECT_EQ(engine.best_tracks(query, 100, rank).best.size(), 70U);
}

}  // namespace
}  // namespace hearken::search
