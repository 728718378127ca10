// Votes, means and moments over made-up vectors, against counts written out here.
#include "search/like_run.h"

#include <algorithm>
#include <map>
#include <random>

#include "search/local_index.h"
#include "search/toy_tracks.h"

namespace hearken::search {
namespace {

using Tracks = std::vector<std::vector<std::vector<float>>>;

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
    const Engine engine(library, space);
    return like_vectors(LocalIndex(library, space, engine), items, options);
  }
  // Tracks of 1 to 9 windows, numbered from 1 on.
  Tracks add_random(int count, std::mt19937& random) {
    Tracks tracks;
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

TEST_F(LikeRunTest, CountsVotesOfTheNearestWindows) {
  std::mt19937 random(11);
  const Tracks tracks = add_random(40, random);
  std::vector<std::vector<float>> query;
  for (int i = 0; i < 17; ++i) query.push_back(random_unit(random));

  LikeOptions options;
  options.k = 1000;
  options.neighbours = 7;
  const LikeResult result = search({item(query)}, options);
  EXPECT_EQ(result.windows, 17U);
  EXPECT_EQ(result.item_windows, std::vector<std::size_t>{17});

  std::map<std::int64_t, std::pair<int, double>> expected;  // votes, total
  for (const auto& q : query) {
    std::vector<std::pair<double, std::int64_t>> all;
    for (std::size_t t = 0; t < tracks.size(); ++t)
      for (const auto& w : tracks[t]) all.emplace_back(product(q, as_stored(w)), static_cast<std::int64_t>(t + 1));
    std::sort(all.rbegin(), all.rend());
    for (std::size_t i = 0; i < 7; ++i) {
      ++expected[all[i].second].first;
      expected[all[i].second].second += all[i].first;
    }
  }
  double most_votes = 0, most_total = 0;
  for (const auto& [id, e] : expected) {
    most_votes = std::max(most_votes, static_cast<double>(e.first));
    most_total = std::max(most_total, e.second);
  }
  ASSERT_EQ(result.hits.size(), expected.size());
  std::int64_t votes = 0;
  for (const LikeHit& hit : result.hits) {
    const auto& [hits, total] = expected.at(hit.id);
    EXPECT_EQ(hit.votes, hits);
    EXPECT_NEAR(hit.total_similarity, total, 1e-9);
    EXPECT_NEAR(hit.score, 0.2 * hits / most_votes + 0.8 * total / most_total, 1e-12);
    EXPECT_EQ(hit.path, library::numbered("/m/", static_cast<int>(hit.id - 1)));
    EXPECT_EQ(hit.title, "title of " + hit.path.native());
    votes += hit.votes;
  }
  EXPECT_EQ(votes, 17 * 7);  // each window casts all of its hits
  EXPECT_TRUE(std::is_sorted(result.hits.begin(), result.hits.end(),
                             [](const LikeHit& a, const LikeHit& b) { return a.score > b.score; }));

  // A shorter list is the head of the long one: the maxima are over all candidates, not over those shown.
  options.k = 3;
  const LikeResult head = search({item(query)}, options);
  ASSERT_EQ(head.hits.size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(head.hits[i].score, result.hits[i].score);

  options.votes_weight = 1;
  options.similarity_weight = 0;
  EXPECT_EQ(search({item(query)}, options).hits[0].score, 1);
}

TEST_F(LikeRunTest, ByMeanComparesDirections) {
  std::mt19937 random(12);
  const Tracks tracks = add_random(20, random);
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
  const Tracks tracks = add_random(12, random);
  std::vector<ItemVectors> items{item(tracks[4]), item(tracks[7])};
  items[0].left_out = 5;
  items[1].left_out = 8;
  items[1].negative = true;
  LikeOptions options;
  options.k = 100;
  options.neighbours = 1000;  // more than there are: all
  std::vector<std::int64_t> found = ids(search(items, options));
  EXPECT_EQ(found.size(), 10U);
  EXPECT_EQ(std::count(found.begin(), found.end(), 5) + std::count(found.begin(), found.end(), 8), 0);
  options.include_self = true;
  EXPECT_EQ(search(items, options).hits.size(), 12U);
  EXPECT_EQ(search({items[0]}, options).hits[0].id, 5);

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
  const Tracks tracks = add_random(9, random);
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
