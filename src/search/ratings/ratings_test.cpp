// The table of ratings: what is stored, forgotten, and counts for which query; tracks by name.
#include "search/ratings/ratings.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "search/index/local_index.h"
#include "search/search_fixture.h"

namespace hearken::search {
namespace {

class RatingsTest : public SearchTest {
 protected:
  void SetUp() override {
    for (int i = 0; i < 4; ++i) add({{1, 0}});
  }
  static void expect_error(ErrorCode code, const std::string& says, const std::function<void()>& what) {
    try {
      what();
      ADD_FAILURE() << says;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), code);
      EXPECT_NE(std::string(error.what()).find(says), std::string::npos) << error.what();
    }
  }
};

using RatedTracks = std::vector<std::int64_t>;

TEST_F(RatingsTest, TheLastWordCounts) {
  rate(library, RatedTracks{2, 1}, true);
  rate(library, RatedTracks{1}, false);
  rate(library, RatedTracks{1}, true, "  calm piano ");
  const std::vector<Rating> all = ratings(library);
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[0].track, 1);
  EXPECT_FALSE(all[0].up);
  EXPECT_EQ(all[1].query, "calm piano");
  EXPECT_TRUE(all[1].up);
  EXPECT_GT(all[1].rated_at, 1'600'000'000);
  EXPECT_EQ(all[2].path, "/m/2");
  EXPECT_EQ(forget_ratings(library, RatedTracks{1}, "calm piano"), 1);
  EXPECT_EQ(forget_ratings(library, RatedTracks{1, 2, 3}), 2);
  rate(library, RatedTracks{4, 3}, true);
  EXPECT_EQ(reset_ratings(library), 2);
  EXPECT_TRUE(ratings(library).empty());
}

TEST_F(RatingsTest, AllOrNothing) {
  expect_error(ErrorCode::not_found, "id:99", [&] { rate(library, RatedTracks{1, 99}, true); });
  EXPECT_TRUE(ratings(library).empty());
}

TEST_F(RatingsTest, WhichCount) {
  const Model model = Model::load("starter", Precision::fp32);
  const OpenedSpace opened(library, space());
  rate(library, RatedTracks{1, 2}, true);
  rate(library, RatedTracks{1}, false, "calm piano");
  rate(library, RatedTracks{3}, true, "quiet piano music");
  rate(library, RatedTracks{3}, true, "a dog barking");
  const auto counted = [&](const std::string& query) {
    std::string out;
    for (const CountedRating& c : counted_ratings(opened.index(), model, query)) {
      EXPECT_GT(c.weight, 0);
      EXPECT_LE(c.weight, 1);
      out += std::to_string(c.rating.track) + (c.rating.query.empty() ? "" : ":" + c.rating.query) + ", ";
    }
    return out;
  };
  EXPECT_EQ(counted("calm piano"), "1:calm piano, 2, 3:quiet piano music, ");  // not 1 in general
  EXPECT_EQ(counted("a barking dog"), "1, 2, 3:a dog barking, ");
  EXPECT_EQ(counted("heavy metal"), "1, 2, ");
  EXPECT_EQ(general_ratings(opened.index()).size(), 2U);
  EXPECT_EQ(counted_ratings(opened.index(), model, " calm piano")[0].weight, 1);
}

TEST_F(RatingsTest, TooManyAreTheNewest) {
  db().execute(
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 600) INSERT INTO tracks (path, size, "
      "mtime_ns, device, content_hash, duration_seconds, title, artist, album, genre, added_at) SELECT "
      "CAST('/n/' || i AS BLOB), 1, 1, 1, x'00', 1, '', '', '', '', 1 FROM n");
  db().execute("INSERT INTO ratings SELECT id, '', 1, 1000000 - id FROM tracks");
  const OpenedSpace opened(library, space());
  const std::vector<CountedRating> counted = general_ratings(opened.index());
  ASSERT_EQ(counted.size(), kMostRatings);
  for (std::size_t i = 0; i < counted.size(); ++i) EXPECT_EQ(counted[i].rating.track, static_cast<std::int64_t>(i + 1));
}

}  // namespace
}  // namespace hearken::search
