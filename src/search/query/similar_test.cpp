// All pairs, against the engine's cosines and a full sort.
#include "hearken/similar.h"

#include <algorithm>
#include <random>

#include "search/scan/exact_scan.h"
#include "search/toy_tracks.h"

namespace hearken::search {
namespace {

class SimilarTest : public ToyTracksTest {
 protected:
  void add_random(int count, const library::ModelEntry& entry = library::toy_entry()) {
    for (int t = 0; t < count; ++t) {
      std::vector<std::vector<float>> windows;
      for (int w = 0; w <= t % 4; ++w) windows.push_back(random_unit(random_));
      add(library::numbered("/m/", t), windows, entry);
    }
  }
  std::mt19937 random_{21};
};

TEST_F(SimilarTest, IsTheCosineOfTheMeans) {
  constexpr std::size_t kTracks = 300;  // more than a block of rows, and than a thread's share of columns
  add_random(kTracks);
  std::vector<std::vector<float>> matrix;
  SimilarOptions options;
  options.k = 1'000'000;
  options.row = [&](std::span<const SimilarTrack> tracks, std::size_t row, std::span<const float> cosines) {
    EXPECT_EQ(tracks.size(), kTracks);
    EXPECT_EQ(row, matrix.size());
    matrix.emplace_back(cosines.begin(), cosines.end());
  };
  const SimilarResult all = similar_tracks(library, options);
  ASSERT_EQ(matrix.size(), kTracks);
  EXPECT_EQ(all.pairs_compared, kTracks * (kTracks - 1) / 2);
  EXPECT_EQ(all.model, "toy");
  ASSERT_EQ(all.pairs.size(), all.pairs_compared);

  const ExactScan engine(library, spaces(library).at(0));
  for (std::size_t a = 0; a < kTracks; a += 37) {
    std::vector<float> mean = engine.track_means(std::vector{static_cast<std::int64_t>(a + 1)}).at(0);
    double square = 0;
    for (const float x : mean) square += static_cast<double>(x) * static_cast<double>(x);
    for (float& x : mean) x /= static_cast<float>(std::sqrt(square));
    for (const TrackHit& hit : engine.best_tracks(mean, kTracks, TrackRank::cosine).best)
      EXPECT_NEAR(matrix[a][static_cast<std::size_t>(hit.id - 1)], hit.score, 1e-6);
  }
  std::vector<SimilarPair> sorted;
  for (std::size_t a = 0; a < kTracks; ++a) {
    EXPECT_EQ(matrix[a][a], 1);
    for (std::size_t b = a + 1; b < kTracks; ++b) {
      EXPECT_EQ(matrix[a][b], matrix[b][a]);
      sorted.push_back({a, b, static_cast<double>(matrix[a][b])});
    }
  }
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const SimilarPair& x, const SimilarPair& y) { return x.similarity > y.similarity; });
  const auto expect_head = [&](const SimilarResult& result, std::size_t length) {
    ASSERT_EQ(result.pairs.size(), length);
    for (std::size_t i = 0; i < length; ++i) {
      EXPECT_EQ(result.pairs[i].a, sorted[i].a);
      EXPECT_EQ(result.pairs[i].b, sorted[i].b);
      EXPECT_EQ(result.pairs[i].similarity, sorted[i].similarity);
    }
  };
  expect_head(all, sorted.size());
  for (const std::size_t k : {std::size_t{0}, std::size_t{1}, std::size_t{50}}) {  // half the work without the matrix
    SimilarOptions few;
    few.k = k;
    few.threads = k == 1 ? 1 : 3;
    expect_head(similar_tracks(library, few), k);
  }
}

TEST_F(SimilarTest, EqualPairsGoByTrackAndNothingHasNoDirection) {
  const std::vector<float> v = random_unit(random_);
  std::vector<float> opposite = v;
  for (float& x : opposite) x = -x;
  add("/a", {v, opposite});  // a mean of 0
  for (const char* path : {"/b", "/c", "/d"}) add(path, {v});
  const SimilarResult result = similar_tracks(library);
  ASSERT_EQ(result.pairs.size(), 6U);
  const std::vector<std::pair<std::size_t, std::size_t>> order{{1, 2}, {1, 3}, {2, 3}, {0, 1}, {0, 2}, {0, 3}};
  for (std::size_t i = 0; i < order.size(); ++i) {
    EXPECT_EQ(result.pairs[i].a, order[i].first) << i;
    EXPECT_EQ(result.pairs[i].b, order[i].second) << i;
    EXPECT_NEAR(result.pairs[i].similarity, i < 3 ? 1 : 0, 1e-6);
  }
  EXPECT_EQ(result.tracks.at(1).path, "/b");
  EXPECT_EQ(result.tracks.at(1).title, "title of /b");
}

TEST_F(SimilarTest, OnlyWhatIsThereInOneSpace) {
  add_random(6);
  add("/other", {random_unit(random_)}, library::toy_entry("elsewhere"));
  impl_of(library).db().execute("UPDATE tracks SET missing = 1 WHERE id = 2");
  impl_of(library).db().execute("UPDATE models SET name = 'second' WHERE fingerprint = 'elsewhere'");
  SimilarResult result = similar_tracks(library);
  EXPECT_EQ(result.tracks.size(), 5U);
  EXPECT_EQ(result.without_vectors, 1);
  SimilarOptions options;
  options.where = "id in (6, 2, 3, 100)";
  result = similar_tracks(library, options);
  ASSERT_EQ(result.tracks.size(), 2U);
  EXPECT_EQ(result.tracks[0].id, 3);
  EXPECT_EQ(result.tracks[1].id, 6);
  EXPECT_EQ(result.pairs.size(), 1U);
  options = {};
  options.model = "second";
  result = similar_tracks(library, options);
  EXPECT_EQ(result.tracks.size(), 1U);
  EXPECT_EQ(result.pairs_compared, 0U);
  options.model = "third";
  try {
    similar_tracks(library, options);
    ADD_FAILURE() << "no error";
  } catch (const Error& e) {
    EXPECT_EQ(e.code(), ErrorCode::mismatch);
    EXPECT_NE(std::string(e.what()).find("'second'"), std::string::npos) << e.what();
  }
}

TEST_F(SimilarTest, EmptyAndDamagedLibrariesAreNamed) {
  const auto code = [&] {
    try {
      similar_tracks(library);
    } catch (const Error& e) {
      EXPECT_NE(std::string(e.what()).find(library.path().native()), std::string::npos) << e.what();
      return e.code();
    }
    return ErrorCode::internal;
  };
  EXPECT_EQ(code(), ErrorCode::not_found);
  add_random(2);
  impl_of(library).db().execute("UPDATE embeddings SET mean = x'0011' WHERE track_id = 2");
  EXPECT_EQ(code(), ErrorCode::corrupt);
}

}  // namespace
}  // namespace hearken::search
