// find and like in an index: what they find in the library that it is of, and another model's vectors.
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "hearken/find.h"
#include "hearken/index.h"
#include "hearken/rate.h"
#include "search/index/local_index.h"
#include "search/query/like_search.h"
#include "search/query/vector_search.h"
#include "search/toy_tracks.h"

namespace hearken::search {
namespace {

namespace fs = std::filesystem;

const Model& starter() {
  static const Model loaded = Model::load((fs::path(HEARKEN_SOURCE_DIR) / "models/starter").native(), Precision::fp32);
  return loaded;
}

class FindInTest : public ToyTracksTest {
 protected:
  void SetUp() override {
    const fs::path golden = fs::path(HEARKEN_SOURCE_DIR) / "tests/golden";
    fs::create_directories(sounds);
    for (const char* name : {"dog.flac", "rain.flac", "music.flac"}) fs::copy(golden / name, sounds / name);
    const std::vector<fs::path> paths{sounds};
    ASSERT_EQ(hearken::index(library, starter(), paths, {}).indexed, 3);
  }

  const fs::path sounds = dir / "sounds";
};

TEST_F(FindInTest, FindsWhatFindFinds) {
  const Space space = spaces(library).at(0);
  const ExactScan engine(library, space);
  const LocalIndex index(library, space, engine);
  const std::vector<std::int64_t> rated{1};
  rate(library, rated, true);
  FindOptions options;
  options.other_wordings = true;
  for (const FindRank rank : {FindRank::mean, FindRank::best, FindRank::top3, FindRank::moments}) {
    options.rank = rank;
    const FindResult found = find_in(index, starter(), "piano", options);
    EXPECT_EQ(found.ratings, rank == FindRank::moments ? 0 : 1);
    const FindResult expected = find(library, starter(), "piano", options);
    EXPECT_EQ(found.ratings, expected.ratings);
    ASSERT_EQ(found.hits.size(), expected.hits.size());
    for (std::size_t i = 0; i < found.hits.size(); ++i) {
      EXPECT_EQ(found.hits[i].id, expected.hits[i].id);
      EXPECT_EQ(found.hits[i].path, expected.hits[i].path);
      EXPECT_EQ(found.hits[i].score, expected.hits[i].score);
      EXPECT_EQ(found.hits[i].level, expected.hits[i].level);
      EXPECT_EQ(found.hits[i].start_seconds, expected.hits[i].start_seconds);
      EXPECT_EQ(found.hits[i].end_seconds, expected.hits[i].end_seconds);
    }
    EXPECT_EQ(found.wordings.size(), expected.wordings.size());
    EXPECT_EQ(found.searched, expected.searched);
  }
  EXPECT_THROW(find_in(index, starter(), " "), Error);
}

TEST_F(FindInTest, IsLikeWhatLikeFinds) {
  const Space space = spaces(library).at(0);
  const ExactScan engine(library, space);
  const LocalIndex index(library, space, engine);
  for (const LikeBy by : {LikeBy::votes, LikeBy::mean}) {
    LikeOptions options;
    options.by = by;
    const std::vector<LikeItem> items{sound_named("id:1"), sound_named((sounds / "rain.flac").native())};
    const LikeResult found = like_in(index, starter(), items, options);
    const LikeResult expected = like(library, starter(), items, options);
    EXPECT_EQ(found.item_names, expected.item_names);
    EXPECT_EQ(found.item_windows, expected.item_windows);
    EXPECT_EQ(found.windows, expected.windows);
    ASSERT_EQ(found.hits.size(), expected.hits.size());
    ASSERT_FALSE(found.hits.empty());
    for (std::size_t i = 0; i < found.hits.size(); ++i) {
      EXPECT_EQ(found.hits[i].id, expected.hits[i].id);
      EXPECT_EQ(found.hits[i].path, expected.hits[i].path);
      EXPECT_EQ(found.hits[i].score, expected.hits[i].score);
      ASSERT_EQ(found.hits[i].moments.size(), expected.hits[i].moments.size());
      for (std::size_t m = 0; m < found.hits[i].moments.size(); ++m)
        EXPECT_EQ(found.hits[i].moments[m].matches.at(0).distance, expected.hits[i].moments[m].matches.at(0).distance);
    }
  }
}

TEST_F(ToyTracksTest, VectorsOfAnotherModelAreNamed) {
  std::mt19937 random(3);
  add("/m/a", {random_unit(random)});
  const Space space = spaces(library).at(0);
  const ExactScan engine(library, space);
  const LocalIndex index(library, space, engine);
  const std::vector<LikeItem> items{sound_named("id:1")};
  const auto expect_refused = [&](const auto& search) {
    try {
      search();
      ADD_FAILURE() << "nothing was thrown";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::mismatch);
      EXPECT_EQ(std::string(error.what()), index.shown() + ": holds no vectors of the model '" + starter().info().name +
                                               "', only of 'toy' (1 s every 0.5 s); search with --model toy");
    }
  };
  expect_refused([&] { find_in(index, starter(), "piano"); });
  expect_refused([&] { like_in(index, starter(), items); });
}

}  // namespace
}  // namespace hearken::search
