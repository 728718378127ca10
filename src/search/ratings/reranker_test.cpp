// What ratings do to an order: nothing without any; towards what is like the ones rated up, whatever their number; per
// query; with measured features; and the same each time.
#include "search/ratings/reranker.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "search/index/local_index.h"
#include "search/query/like_search.h"
#include "search/search_fixture.h"
#include "search/space.h"

namespace hearken::search {
namespace {

constexpr std::size_t kRerankerDimension = 16;

class RerankerTest : public SearchTest {
 protected:
  // 120 tracks around four directions, by turns; the cone that all share, as in CLAP's spaces, is the first dimension.
  void SetUp() override {
    std::mt19937 random(4);
    std::normal_distribution<float> normal;
    std::vector<std::vector<Vector>> tracks;
    for (std::size_t t = 0; t < 120; ++t) {
      Vector v(kRerankerDimension);
      for (float& x : v) x = 0.25F * normal(random);
      v[0] += 3;
      v[1 + t % 4] += 1;
      tracks.push_back({unit_length(v)});
    }
    add_all(tracks);
  }

  static CountedRating rating(std::int64_t track, bool up, const std::string& query = {}, double weight = 1) {
    CountedRating out;
    out.rating.track = track;
    out.rating.up = up;
    out.rating.query = query;
    out.weight = weight;
    return out;
  }
  static const Model& model() {
    static const Model loaded = Model::load((std::filesystem::path(HEARKEN_SOURCE_DIR) / "models/starter").native());
    return loaded;
  }
  static bool hidden(std::int64_t track) { return (track - 1) % 4 == 2; }
  static Vector query() {
    Vector q(kRerankerDimension);
    q[0] = 0.9F, q[1] = 0.1F;
    return unit_length(q);
  }

  // What is asked for is vague: the likelihoods lie within 0.05, and all are answers.
  std::vector<ScoredTrack> by_score(const ExactScan& engine) {
    const std::vector<TrackHit> hits = engine.best_tracks(query(), 200).best;
    const double best = hits.front().score, spread = best - hits.back().score;
    std::vector<ScoredTrack> out;
    for (const TrackHit& hit : hits) out.push_back({hit.id, hit.score, 0.5 - 0.05 * (best - hit.score) / spread});
    return out;
  }

  // Of the tracks that nobody rated.
  static double average_precision(const std::vector<ScoredTrack>& tracks, const std::vector<std::size_t>& order,
                                  const std::vector<CountedRating>& ratings) {
    double sum = 0;
    int seen = 0, right = 0;
    for (const std::size_t place : order) {
      const std::int64_t id = tracks[place].track;
      if (std::any_of(ratings.begin(), ratings.end(), [&](const auto& r) { return r.rating.track == id; })) continue;
      ++seen;
      if (hidden(id)) sum += static_cast<double>(++right) / seen;
    }
    return sum / right;
  }
};

TEST_F(RerankerTest, LearnsAHiddenRule) {
  const Space toy = space();
  const ExactScan engine(library, toy);
  const LocalIndex index(library, toy, engine);
  const std::vector<ScoredTrack> tracks = by_score(engine);
  std::vector<std::size_t> as_scored(tracks.size());
  for (std::size_t i = 0; i < as_scored.size(); ++i) as_scored[i] = i;
  for (const std::string& asked : {std::string(), std::string("calm piano")}) {
    std::vector<CountedRating> ratings;
    for (std::int64_t id = 1; id <= 20; ++id) ratings.push_back(rating(id, hidden(id), asked));
    const std::vector<double> scores = scores_of_rated(index, ratings, query(), TrackRank::mean, 1);
    const Preferences p = learn_preferences(index, ratings, scores, tracks);
    EXPECT_EQ(p.counted, 20);
    EXPECT_LT(average_precision(tracks, as_scored, ratings), 0.5);
    EXPECT_GT(average_precision(tracks, p.order, ratings), 0.95) << asked;
    const Preferences again = learn_preferences(index, ratings, scores, tracks);
    EXPECT_EQ(p.of, again.of);  // bit for bit
    EXPECT_EQ(p.score == 1, asked.empty());
  }
}

TEST_F(RerankerTest, APreferenceReachesOnlySoFar) {
  const Space toy = space();
  const ExactScan engine(library, toy);
  const LocalIndex index(library, toy, engine);
  std::vector<ScoredTrack> tracks = by_score(engine);
  std::vector<CountedRating> ratings;
  for (std::int64_t id = 1; id <= 20; ++id) ratings.push_back(rating(id, hidden(id)));
  const auto places = [&] {  // of each candidate in the order
    const Preferences p = learn_preferences(index, ratings, {}, tracks);
    std::vector<std::size_t> out(tracks.size());
    for (std::size_t i = 0; i < out.size(); ++i) out[p.order[i]] = i;
    return out;
  };
  // Likelihoods from 0.8 to 0.1: what lies further apart than twice the reach stays as it was.
  for (std::size_t t = 0; t < tracks.size(); ++t)
    tracks[t].place = 0.8 - 0.7 * static_cast<double>(t) / static_cast<double>(tracks.size() - 1);
  const std::vector<std::size_t> apart = places();
  std::size_t moved = 0;
  for (std::size_t a = 0; a < tracks.size(); ++a) {
    for (std::size_t b = a + 1; b < tracks.size(); ++b) {
      moved += apart[a] > apart[b] ? 1U : 0U;
      if (tracks[a].place - tracks[b].place > 2 * kReach) {
        EXPECT_LT(apart[a], apart[b]) << a << " " << b;
      }
    }
  }
  EXPECT_GT(moved, 0U);
  // What is no answer is re-ordered by itself, and passes no answer, however near.
  for (std::size_t t = 0; t < tracks.size(); ++t) {
    tracks[t].place = 0.5 - 0.001 * static_cast<double>(t);
    tracks[t].answer = t % 5 != 3;
  }
  moved = 0;
  const std::vector<std::size_t> held = places();
  for (std::size_t t = 0; t < tracks.size(); ++t) {
    EXPECT_EQ(held[t] % 5 != 3, tracks[t].answer) << t;
    moved += held[t] != t ? 1U : 0U;
  }
  EXPECT_GT(moved, 0U);
}

TEST_F(RerankerTest, OneRatingIsFeltAndAWeakOneLess) {
  const Space toy = space();
  const ExactScan engine(library, toy);
  const LocalIndex index(library, toy, engine);
  const std::vector<ScoredTrack> tracks = by_score(engine);
  const auto preference_of = [&](const std::vector<CountedRating>& ratings, std::int64_t id) {
    const Preferences p = learn_preferences(index, ratings, {}, tracks);
    for (std::size_t t = 0; t < tracks.size(); ++t)
      if (tracks[t].track == id) return p.of[t];
    return 0.0;
  };
  const double up = preference_of({rating(3, true)}, 3), alike = preference_of({rating(3, true)}, 7);
  EXPECT_GT(up, alike);
  EXPECT_GT(alike, 0);
  EXPECT_LT(preference_of({rating(3, false)}, 7), 0);
  const double weak = preference_of({rating(3, true, "q", 0.1)}, 3);
  EXPECT_GT(weak, 0);
  EXPECT_LT(weak, up);
}

TEST_F(RerankerTest, RatingsOutOfSightAndNoneChangeNothing) {
  const Space toy = space();
  const ExactScan engine(library, toy);
  const LocalIndex index(library, toy, engine);
  const std::vector<ScoredTrack> tracks = by_score(engine);
  EXPECT_EQ(learn_preferences(index, {}, {}, tracks).counted, 0);
  const std::vector<CountedRating> unseen{rating(999, true)};
  std::vector<RankedTrack> ranking;
  for (const ScoredTrack& t : tracks) ranking.push_back({t.track, 0, t.score});
  const std::vector<double> unseen_scores = scores_of_rated(index, unseen, query(), TrackRank::mean, 1);
  EXPECT_EQ(prefer(index, model(), unseen, unseen_scores, ranking), 0);
  for (std::size_t i = 0; i < tracks.size(); ++i) {
    EXPECT_EQ(ranking[i].track_id, tracks[i].track);
    EXPECT_EQ(ranking[i].preference, 0);
  }
  std::vector<RankedTrack> nothing;
  const std::vector<CountedRating> one{rating(1, true)};
  EXPECT_EQ(prefer(index, model(), one, {}, nothing), 1);
}

TEST_F(RerankerTest, MeasuredFeaturesCount) {
  const Space toy = space();
  const ExactScan engine(library, toy);
  const LocalIndex index(library, toy, engine);
  // Loud ones are every other, which the vectors do not show.
  library::Statement insert(db(),
                            "INSERT INTO features (track_id, loudness, tempo, key, brightness) VALUES (?, ?, ?, ?, ?)");
  for (std::int64_t id = 1; id <= 100; ++id)
    insert.run(id, id / 4 % 2 == 0 ? -8.0 : -23.0, 120.0, id % 3 == 0 ? "A minor" : "C major",
               1500.0 + static_cast<double>(id));
  std::vector<CountedRating> ratings;
  for (std::int64_t id = 1; id <= 24; ++id) ratings.push_back(rating(id, id / 4 % 2 == 0));
  const Preferences p = learn_preferences(index, ratings, {}, by_score(engine));
  EXPECT_GT(p.features[0], 0.5);
  EXPECT_EQ(p.features[1], 0);  // all the same
  EXPECT_GT(std::abs(p.features[0]), std::abs(p.features[2]));
}

TEST_F(RerankerTest, LikeTakesGeneralRatingsAndKeepsTheQueryItselfInFront) {
  const Space searched = space();
  const ExactScan engine(library, searched);
  std::vector<std::int64_t> ups, downs;
  for (std::int64_t id = 1; id <= 20; ++id) (hidden(id) ? ups : downs).push_back(id);
  const TrackWindows own = engine.track_windows(1);  // which will be rated down
  ItemVectors item;
  item.starts_seconds = {0};
  item.ends_seconds = {1};
  item.vectors = unit_length(own.vectors);
  const std::vector<ItemVectors> items{item};
  LikeOptions options;
  options.neighbours = 120;
  options.k = 120;
  options.inputs = 0;
  const auto found = [&] {
    return like_vectors(LocalIndex(library, searched, engine), items, options, alike_levels());
  };
  const LikeResult before = found();
  EXPECT_EQ(before.ratings, 0);
  rate(library, ups, true);
  rate(library, downs, false);
  rate(library, ups, false, "something else");  // for a query: no business of like
  const LikeResult after = found();
  EXPECT_EQ(after.ratings, 20);
  EXPECT_EQ(before.hits[0].id, 1);
  EXPECT_EQ(after.hits[0].id, 1);
  const auto right = [](const LikeResult& r) {
    return std::count_if(r.hits.begin() + 1, r.hits.begin() + 21, [](const LikeHit& hit) { return hidden(hit.id); });
  };
  EXPECT_LT(right(before), 8);
  EXPECT_GT(right(after), 15);
  for (const LikeHit& hit : after.hits) {  // scores stay
    const auto same =
        std::find_if(before.hits.begin(), before.hits.end(), [&](const LikeHit& h) { return h.id == hit.id; });
    ASSERT_NE(same, before.hits.end());
    EXPECT_EQ(hit.score, same->score);
  }
  options.by = LikeBy::mean;
  options.k = 10;
  const LikeResult by_mean = found();
  EXPECT_EQ(by_mean.hits.size(), 10U);
  EXPECT_EQ(by_mean.ratings, 20);
  options.ratings = false;
  EXPECT_EQ(found().ratings, 0);
}

}  // namespace
}  // namespace hearken::search
