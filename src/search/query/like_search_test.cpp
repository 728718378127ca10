// Votes, means and moments over made-up vectors, against counts written out here.
#include "search/query/like_search.h"

#include <algorithm>
#include <map>
#include <random>

#include "search/index/local_index.h"
#include "search/toy_tracks.h"

namespace hearken::search {
namespace {

using LikeTracks = std::vector<std::vector<std::vector<float>>>;

double product(const std::vector<float>& a, const std::vector<float>& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += static_cast<double>(a[i]) * static_cast<double>(b[i]);
  return sum;
}

class LikeRunTest : public ToyTracksTest {
 protected:
  static ItemVectors item(const std::vector<std::vector<float>>& windows) {
    ItemVectors out;
    for (const auto& w : windows) {
      out.starts_seconds.push_back(10.0 * static_cast<double>(out.starts_seconds.size()));
      out.ends_seconds.push_back(out.starts_seconds.back() + 10);
      out.vectors.insert(out.vectors.end(), w.begin(), w.end());
    }
    return out;
  }
  LikeResult search(const std::vector<ItemVectors>& items, const LikeOptions& options = {}) {
    const Space space = spaces(library).at(0);
    const ExactScan engine(library, space);
    return like_vectors(LocalIndex(library, space, engine), items, options, alike_levels());
  }
  // LikeTracks of 1 to 9 windows, numbered from 1 on.
  LikeTracks add_random(int count, std::mt19937& random) {
    LikeTracks tracks;
    for (int t = 0; t < count; ++t) {
      tracks.emplace_back();
      for (int w = 0; w <= t % 9; ++w) tracks.back().push_back(random_unit(random));
      add(library::numbered("/m/", t), tracks.back());
    }
    return tracks;
  }
  static std::vector<std::int64_t> ids(const LikeResult& result) {
    std::vector<std::int64_t> out;
    for (const LikeHit& hit : result.hits) out.push_back(hit.id);
    return out;
  }
};

// The tracks nearest a vector, nearest first, each with the cosine of its nearest window.
std::vector<std::pair<double, std::int64_t>> nearest_tracks(const LikeTracks& tracks, const std::vector<float>& query) {
  std::vector<std::pair<double, std::int64_t>> out;
  for (std::size_t t = 0; t < tracks.size(); ++t) {
    double best = -2;
    for (const auto& w : tracks[t]) best = std::max(best, product(query, as_stored(w)));
    out.emplace_back(best, static_cast<std::int64_t>(t + 1));
  }
  std::sort(out.rbegin(), out.rend());
  return out;
}

TEST_F(LikeRunTest, CountsVotesForTheNearestTracks) {
  std::mt19937 random(11);
  const LikeTracks tracks = add_random(150, random);
  std::vector<std::vector<float>> query;
  for (int i = 0; i < 9; ++i) query.push_back(random_unit(random));
  std::vector<std::vector<std::pair<double, std::int64_t>>> nearest;
  for (const auto& q : query) nearest.push_back(nearest_tracks(tracks, q));

  for (const int k : {1, 50, 60, 100, 150, 1000}) {
    const std::size_t wanted = k <= 50 ? 50 : k <= 100 ? 100 : 1000;  // of which there are not so many: then all
    std::map<std::int64_t, std::pair<int, double>> expected;          // votes, total
    for (std::size_t depth = 0; depth < tracks.size() && (depth < 4 || expected.size() < wanted); ++depth) {
      for (const auto& window : nearest) {
        ++expected[window[depth].second].first;
        expected[window[depth].second].second += window[depth].first;
      }
    }
    double most_votes = 0, most_total = 0;
    for (const auto& [id, e] : expected) {
      most_votes = std::max(most_votes, static_cast<double>(e.first));
      most_total = std::max(most_total, e.second);
    }
    LikeOptions options;
    options.k = k;
    options.neighbours = 4;
    options.inputs = 0;
    const LikeResult result = search({item(query)}, options);
    SCOPED_TRACE(k);
    EXPECT_EQ(result.windows, 9U);
    EXPECT_EQ(result.item_windows, std::vector<std::size_t>{9});
    ASSERT_EQ(result.hits.size(), std::min(expected.size(), static_cast<std::size_t>(k)));
    EXPECT_GE(result.hits.size(), static_cast<std::size_t>(std::min(k, 150)));
    for (const LikeHit& hit : result.hits) {
      const auto& [votes, total] = expected.at(hit.id);
      EXPECT_EQ(hit.votes, votes);
      EXPECT_LE(hit.votes, 9);  // one of each window, however many windows the track has
      EXPECT_NEAR(hit.total_similarity, total, 1e-9);
      EXPECT_NEAR(hit.score, 0.2 * votes / most_votes + 0.8 * std::max(0.0, total) / most_total, 1e-12);
      EXPECT_EQ(hit.path, library::numbered("/m/", static_cast<int>(hit.id - 1)));
      EXPECT_EQ(hit.title, "title of " + hit.path.native());
    }
    EXPECT_TRUE(std::is_sorted(result.hits.begin(), result.hits.end(),
                               [](const LikeHit& a, const LikeHit& b) { return a.score > b.score; }));
  }
}

TEST_F(LikeRunTest, AShorterListIsTheHeadOfALongerOne) {
  std::mt19937 random(17);
  add_random(150, random);
  std::vector<std::vector<float>> query;
  for (int i = 0; i < 9; ++i) query.push_back(random_unit(random));
  LikeOptions options;
  options.k = 50;
  options.inputs = 0;
  const LikeResult all = search({item(query)}, options);
  ASSERT_EQ(all.hits.size(), 50U);
  for (const int k : {1, 5, 23}) {
    options.k = k;
    const LikeResult head = search({item(query)}, options);
    ASSERT_EQ(head.hits.size(), static_cast<std::size_t>(k));
    for (std::size_t i = 0; i < head.hits.size(); ++i) {
      EXPECT_EQ(head.hits[i].id, all.hits[i].id);
      EXPECT_EQ(head.hits[i].score, all.hits[i].score);
    }
  }
  options.votes_weight = 1;
  options.similarity_weight = 0;
  EXPECT_EQ(search({item(query)}, options).hits[0].score, 1);
}

// Every part of a short track is found again first, however many windows like it long ones have.
TEST_F(LikeRunTest, ALongTrackHasNoMoreVotesToWin) {
  std::mt19937 random(18);
  const auto near = [&](const std::vector<float>& v, float far) {
    std::vector<float> out = random_unit(random);
    double square = 0;
    for (std::size_t i = 0; i < v.size(); ++i)
      out[i] = v[i] + far * out[i], square += static_cast<double>(out[i]) * static_cast<double>(out[i]);
    for (float& x : out) x /= static_cast<float>(std::sqrt(square));
    return out;
  };
  const std::vector<float> a = random_unit(random), b = random_unit(random);
  std::vector<std::vector<float>> longest;
  for (int w = 0; w < 300; ++w) longest.push_back(near(w % 2 == 0 ? a : b, 0.3F));
  add("/m/long", longest);
  add("/m/short", {a, b});
  for (int t = 0; t < 60; ++t) add(library::numbered("/m/other ", t), {random_unit(random), random_unit(random)});
  for (const int k : {10, 50, 62}) {
    LikeOptions options;
    options.k = k;
    const LikeResult result = search({item({near(a, 0.1F), near(b, 0.1F)})}, options);
    ASSERT_EQ(result.hits.size(), static_cast<std::size_t>(k));
    EXPECT_EQ(result.hits[0].id, 2);
    EXPECT_EQ(result.hits[1].id, 1);
    EXPECT_EQ(result.hits[1].votes, 2);
  }
}

TEST_F(LikeRunTest, ByMeanComparesDirections) {
  std::mt19937 random(12);
  const LikeTracks tracks = add_random(20, random);
  LikeOptions options;
  options.by = LikeBy::mean;
  options.k = 20;
  const std::vector<std::vector<float>> query{random_unit(random), random_unit(random)};
  const LikeResult result = search({item(query)}, options);
  ASSERT_EQ(result.hits.size(), 20U);
  std::vector<float> mean(library::kToyDimension);
  for (std::size_t i = 0; i < mean.size(); ++i) mean[i] = query[0][i] + query[1][i];
  for (const LikeHit& hit : result.hits) {
    std::vector<float> sum(library::kToyDimension);
    for (const auto& w : tracks[static_cast<std::size_t>(hit.id - 1)])
      for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += as_stored(w)[i];
    EXPECT_NEAR(hit.score, product(sum, mean) / std::sqrt(product(sum, sum) * product(mean, mean)), 1e-5);
    EXPECT_EQ(hit.votes, 0);
    EXPECT_FALSE(hit.moments.empty());
  }
}

TEST_F(LikeRunTest, TracksOfTheQueryLeaveThemselvesOut) {
  std::mt19937 random(13);
  const LikeTracks tracks = add_random(12, random);
  std::vector<ItemVectors> items{item(tracks[4]), item(tracks[7])};
  items[0].left_out = 5;
  items[1].left_out = 8;
  items[1].negative = true;
  LikeOptions options;
  options.k = 100;
  options.neighbours = 1000;  // more than there are: all
  std::vector<std::int64_t> found = ids(search(items, options));
  EXPECT_EQ(found.size(), 10U);
  const LikeResult both = search(items, options);
  ASSERT_EQ(both.self.size(), 2U);
  EXPECT_EQ(both.self[1].path, library::numbered("/m/", 7));
  EXPECT_EQ(both.hits[0].score, 1);
  EXPECT_EQ(std::count(found.begin(), found.end(), 5) + std::count(found.begin(), found.end(), 8), 0);
  options.include_self = true;
  EXPECT_EQ(search(items, options).hits.size(), 12U);
  const LikeResult itself = search({items[0]}, options);
  EXPECT_EQ(itself.hits[0].id, 5);
  EXPECT_EQ(itself.hits[0].score, 1);
  EXPECT_EQ(itself.hits[1].score, 1);  // the best of the others: they have a scale of their own
  ASSERT_EQ(itself.self.size(), 1U);
  EXPECT_EQ(itself.self[0].id, 5);
  EXPECT_EQ(itself.self[0].title, "title of " + library::numbered("/m/", 4));

  options.where = "id in (9, 5, 2, 5000)";
  found = ids(search(items, options));
  std::sort(found.begin(), found.end());
  EXPECT_EQ(found, (std::vector<std::int64_t>{2, 5, 9}));
  options.include_self = false;
  found = ids(search(items, options));
  std::sort(found.begin(), found.end());
  EXPECT_EQ(found, (std::vector<std::int64_t>{2, 9}));
  for (const LikeBy by : {LikeBy::votes, LikeBy::mean}) {
    options.by = by;
    options.where = "id = 0";
    EXPECT_TRUE(search(items, options).hits.empty());
    options.where = "id = 5";
    EXPECT_TRUE(search(items, options).hits.empty());
  }
}

TEST_F(LikeRunTest, EqualTracksGoById) {
  std::mt19937 random(14);
  const std::vector<float> v = random_unit(random);
  for (int t = 0; t < 4; ++t) add(library::numbered("/", 9 - t), {v, v});
  LikeOptions options;
  options.neighbours = 8;
  EXPECT_EQ(ids(search({item({v})}, options)), (std::vector<std::int64_t>{1, 2, 3, 4}));
  options.by = LikeBy::mean;
  EXPECT_EQ(ids(search({item({v})}, options)), (std::vector<std::int64_t>{1, 2, 3, 4}));
}

TEST_F(LikeRunTest, MomentsAreTheNearestOfBothSides) {
  std::mt19937 random(15);
  const LikeTracks tracks = add_random(9, random);
  for (const std::size_t length : {std::size_t{3}, std::size_t{200}}) {  // more than moments are kept at a time
    std::vector<std::vector<float>> query;
    while (query.size() < length) query.push_back(random_unit(random));
    LikeOptions options;
    options.inputs = 3;
    options.clips = 2;
    options.neighbours = 100;
    for (const LikeHit& hit : search({item(query)}, options).hits) {
      const auto& track = tracks[static_cast<std::size_t>(hit.id - 1)];
      std::vector<std::pair<double, std::size_t>> best;  // of each query window: its nearest
      for (std::size_t q = 0; q < query.size(); ++q) {
        double nearest = -2;
        for (const auto& w : track) nearest = std::max(nearest, product(query[q], as_stored(w)));
        best.emplace_back(-nearest, q);
      }
      std::sort(best.begin(), best.end());
      ASSERT_EQ(hit.moments.size(), 3U);
      for (std::size_t m = 0; m < 3; ++m) {
        const LikeMoment& moment = hit.moments[m];
        const std::size_t q = best[m].second;
        EXPECT_EQ(moment.item, 0U);
        EXPECT_EQ(moment.start_seconds, 10.0 * static_cast<double>(q));
        EXPECT_EQ(moment.end_seconds, moment.start_seconds + 10);
        ASSERT_EQ(moment.matches.size(), std::min<std::size_t>(2, track.size()));
        EXPECT_NEAR(moment.matches[0].distance, std::max(0.0, 1 + best[m].first), 1e-9);
        for (const LikeMatch& match : moment.matches) {
          const auto w = static_cast<std::size_t>(std::lround(match.start_seconds / 0.5));
          EXPECT_NEAR(match.distance, std::max(0.0, 1 - product(query[q], as_stored(track.at(w)))), 1e-9);
          const double duration = 0.5 * static_cast<double>(track.size() - 1) + 0.2;
          EXPECT_DOUBLE_EQ(match.end_seconds, std::min(match.start_seconds + 1, duration));
        }
      }
    }
    options.clips = 0;
    EXPECT_TRUE(search({item(query)}, options).hits[0].moments.at(2).matches.empty());
    options.inputs = 0;
    EXPECT_TRUE(search({item(query)}, options).hits[0].moments.empty());
  }
}

TEST_F(LikeRunTest, NonsenseIsRefused) {
  std::mt19937 random(16);
  add_random(3, random);
  const std::vector<ItemVectors> items{item({random_unit(random)})};
  const auto refused = [&](auto change) {
    LikeOptions options;
    change(options);
    try {
      search(items, options);
      ADD_FAILURE() << "no error";
    } catch (const Error& e) {
      EXPECT_EQ(e.code(), ErrorCode::invalid_argument) << e.what();
    }
  };
  refused([](LikeOptions& o) { o.k = 0; });
  refused([](LikeOptions& o) { o.neighbours = 0; });
  refused([](LikeOptions& o) { o.inputs = -1; });
  refused([](LikeOptions& o) { o.clips = -1; });
  refused([](LikeOptions& o) { o.votes_weight = -1; });
  refused([](LikeOptions& o) { o.votes_weight = o.similarity_weight = 0; });
}

}  // namespace
}  // namespace hearken::search
