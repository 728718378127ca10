// Ranking, against sums written out here; and what find() says when it cannot.
#include "hearken/find.h"

#include <algorithm>
#include <random>

#include "core/testing/refusal.h"
#include "hearken/index.h"
#include "library/half.h"
#include "library/test_support.h"
#include "search/index/local_index.h"
#include "search/query/vector_search.h"
#include "search/toy_tracks.h"

namespace hearken::search {
namespace {

using FindTest = ToyTracksTest;

namespace fs = std::filesystem;
using library::Database;
using library::kToyDimension;
using library::toy_entry;

TEST_F(FindTest, RanksByTheMeanScoreAndNamesTheBestWindow) {
  std::mt19937 random(1);
  std::vector<std::vector<std::vector<float>>> tracks;
  for (int t = 0; t < 60; ++t) {
    tracks.emplace_back();
    for (int w = 0; w <= t % 9; ++w) tracks.back().push_back(random_unit(random));
    add(library::numbered("/m/", t), tracks.back());
  }
  const std::vector<float> query = random_unit(random);
  struct Expected {
    double score = 0, best = -2, start = 0;
    int track = 0;
  };
  std::vector<Expected> expected;
  for (int t = 0; t < 60; ++t) {
    Expected e;
    e.track = t;
    for (std::size_t w = 0; w < tracks[t].size(); ++w) {
      double dot = 0;
      for (std::size_t i = 0; i < kToyDimension; ++i) {
        const float stored = library::float_from_half(library::half_from_float(tracks[t][w][i]));
        dot += static_cast<double>(query[i]) * static_cast<double>(stored);
      }
      e.score += dot / static_cast<double>(tracks[t].size());
      if (dot > e.best) e.best = dot, e.start = 0.5 * static_cast<double>(w);
    }
    expected.push_back(e);
  }
  std::sort(expected.begin(), expected.end(), [](const Expected& a, const Expected& b) { return a.score > b.score; });

  FindOptions options;
  options.k = 25;
  const FindResult r = find_vector(OpenedSpace(library, spaces(library).at(0)).index(), query, options);
  EXPECT_EQ(r.searched, 60);
  ASSERT_EQ(r.hits.size(), 25U);
  for (std::size_t i = 0; i < r.hits.size(); ++i) {
    const FindHit& hit = r.hits[i];
    EXPECT_EQ(hit.path, library::numbered("/m/", expected[i].track));
    EXPECT_EQ(hit.title, "title of " + hit.path.native());
    EXPECT_NEAR(hit.score, expected[i].score, 1e-6);
    EXPECT_EQ(hit.start_seconds, expected[i].start);
    const double duration = 0.5 * (expected[i].track % 9) + 0.2;
    EXPECT_DOUBLE_EQ(hit.end_seconds, std::min(hit.start_seconds + 1.0, duration));
  }
  options.k = 1000;
  EXPECT_EQ(find_vector(OpenedSpace(library, spaces(library).at(0)).index(), query, options).hits.size(), 60U);
}

TEST_F(FindTest, EqualScoresGoByNumberAndTheFirstOfEqualWindowsIsNamed) {
  std::mt19937 random(2);
  const std::vector<float> v = random_unit(random), away = random_unit(random);
  for (int t = 0; t < 5; ++t) add(library::numbered("/", 9 - t), {v, v});
  const FindResult r = find_vector(OpenedSpace(library, spaces(library).at(0)).index(), v, {});
  for (std::size_t i = 0; i < 5; ++i) {
    EXPECT_EQ(r.hits[i].id, static_cast<std::int64_t>(i + 1));
    EXPECT_EQ(r.hits[i].start_seconds, 0);
  }
  EXPECT_NEAR(r.hits[0].score, 1, 1e-3);
}

TEST_F(FindTest, OnlyBelowTheFolderAndOnlyWhatIsThere) {
  std::mt19937 random(3);
  const std::vector<float> v = random_unit(random);
  for (const char* path : {"/m/a/1", "/m/a/2", "/m/ab/3", "/m/a", "/n/4"}) add(path, {v});
  const auto found = [&](const char* under) {
    FindOptions options;
    options.under = under;
    std::vector<std::string> paths;
    const FindResult r = find_vector(OpenedSpace(library, spaces(library).at(0)).index(), v, options);
    EXPECT_EQ(r.searched, static_cast<std::int64_t>(r.hits.size()));
    for (const FindHit& hit : r.hits) paths.push_back(hit.path.native());
    return paths;
  };
  using Paths = std::vector<std::string>;
  EXPECT_EQ(found("/m/a"), (Paths{"/m/a/1", "/m/a/2", "/m/a"}));
  EXPECT_EQ(found("/m/a/"), (Paths{"/m/a/1", "/m/a/2", "/m/a"}));
  EXPECT_EQ(found("/m/x/../ab"), (Paths{"/m/ab/3"}));
  EXPECT_EQ(found("/").size(), 5U);
  EXPECT_TRUE(found("/nowhere").empty());
  impl_of(library).db().execute("UPDATE tracks SET missing = 1 WHERE id = 2");
  EXPECT_EQ(found("/m/a"), (Paths{"/m/a/1", "/m/a"}));
}

TEST_F(FindTest, VectorsOfTwoModelsNeverMeet) {
  std::mt19937 random(4);
  const std::vector<float> v = random_unit(random), w = random_unit(random);
  add("/one", {v}, toy_entry("a"));
  add("/two", {w}, toy_entry("b"));
  const auto all = spaces(library);
  ASSERT_EQ(all.size(), 2U);
  for (const Space& space : all) {
    const FindResult r = find_vector(OpenedSpace(library, space).index(), v, {});
    ASSERT_EQ(r.hits.size(), 1U);
    EXPECT_EQ(r.hits[0].path, space.fingerprint == "a" ? "/one" : "/two");
  }
  EXPECT_THROW(find_vector(OpenedSpace(library, all[0]).index(), std::vector<float>(kToyDimension + 1), {}), Error);
}

TEST_F(FindTest, DamagedVectorsAreNamed) {
  std::mt19937 random(5);
  const std::vector<float> v = random_unit(random);
  add("/one", {v, v});
  Database& db = impl_of(library).db();
  for (const char* damage : {"UPDATE windows SET vectors = x'00'", "UPDATE embeddings SET mean = x'0011'"}) {
    db.execute(damage);
    try {
      find_vector(OpenedSpace(library, spaces(library).at(0)).index(), v, {});
      ADD_FAILURE();
    } catch (const Error& e) {
      EXPECT_EQ(e.code(), ErrorCode::corrupt);
      EXPECT_NE(std::string(e.what()).find("track 1"), std::string::npos) << e.what();
    }
  }
}

// ── with the bundled model ──

class StarterTest : public FindTest {
 protected:
  static const Model& model() {
    static const Model loaded =
        Model::load((fs::path(HEARKEN_SOURCE_DIR) / "models/starter").native(), Precision::fp32);
    return loaded;
  }
  std::string error_of(ErrorCode code, const std::string& text) {
    return refusal(code, [&] { find(library, model(), text); });
  }
};

TEST_F(StarterTest, FindsRealSoundsByDescription) {
  const fs::path golden = fs::path(HEARKEN_SOURCE_DIR) / "tests/golden", sounds = dir / "sounds";
  fs::create_directories(sounds);
  for (const char* name : {"dog.flac", "rain.flac", "music.flac"}) fs::copy(golden / name, sounds / name);
  const std::vector<fs::path> paths{sounds};
  const IndexReport first = index(library, model(), paths, {});
  EXPECT_EQ(first.indexed, 3);
  EXPECT_EQ(index(library, model(), paths, {}).unchanged, 3);
  const LibraryInfo info = library.info();
  ASSERT_EQ(info.models.size(), 1U);
  EXPECT_EQ(info.models[0].fingerprint, model().fingerprint({}));
  for (const auto& [text, name] :
       {std::pair{"a dog barking", "dog.flac"}, {"the sound of rain", "rain.flac"}, {"music", "music.flac"}}) {
    const FindResult r = find(library, model(), text);
    ASSERT_EQ(r.hits.size(), 3U);
    EXPECT_EQ(r.hits[0].path, sounds / name) << text;
    EXPECT_EQ(r.hits[0].level, model().level(r.hits[0].score));
    EXPECT_EQ(r.searched, 3);
  }
  // The library's vectors are those of embed_file, rounded; its score the mean over them.
  const FileEmbedding file = embed_file(model(), sounds / "dog.flac");
  const std::string query = "a dog barking";
  const std::vector<float> text = model().embed_texts(std::span(&query, 1), EmbeddingForm::scored);
  double score = 0;
  for (std::size_t i = 0; i < file.vectors.size(); ++i) {
    score += static_cast<double>(library::float_from_half(library::half_from_float(file.vectors[i]))) *
             static_cast<double>(text[i % file.width]) / static_cast<double>(file.starts_seconds.size());
  }
  EXPECT_NEAR(find(library, model(), query).hits[0].score, score, 1e-6);

  // Other windows are another space; find() takes the one that got vectors last.
  EXPECT_EQ(find(library, model(), query).windowing, Windowing{});
  IndexOptions options;
  options.windowing = {2.0, 1.0};
  EXPECT_EQ(index(library, model(), paths, options).indexed, 3);
  EXPECT_EQ(library.info().models.size(), 2U);
  const auto searched = [&] {
    const FindResult r = find(library, model(), query);
    const LibraryInfo now = library.info();
    EXPECT_EQ(newest_made_by(model(), now)->windowing, r.windowing);
    EXPECT_EQ(r.other_windowings.size(), 1U);
    EXPECT_NE(r.other_windowings.at(0), r.windowing);
    return r.windowing;
  };
  EXPECT_EQ(searched(), options.windowing);
  EXPECT_GT(std::abs(find(library, model(), query).hits[0].score - score), 1e-4);
  fs::copy(golden / "music.flac", sounds / "more.flac");  // a copy gets both, in their order
  EXPECT_EQ(index(library, model(), paths, {}).moved, 1);
  EXPECT_EQ(searched(), options.windowing);
  fs::copy(golden / "silence.flac", sounds / "silence.flac");
  EXPECT_EQ(index(library, model(), paths, {}).indexed, 1);
  EXPECT_EQ(searched(), Windowing{});
  options.windowing.hop_seconds = 0;
  EXPECT_THROW(index(library, model(), paths, options), Error);
}

TEST_F(StarterTest, WhatATextSaysIsNotWantedIsTurnedAwayFrom) {
  const std::filesystem::path golden = std::filesystem::path(HEARKEN_SOURCE_DIR) / "tests/golden",
                              sounds = dir / "sounds";
  std::filesystem::create_directories(sounds);
  for (const char* name : {"dog.flac", "rain.flac", "music.flac"}) std::filesystem::copy(golden / name, sounds / name);
  ASSERT_EQ(index(library, model(), std::vector<std::filesystem::path>{sounds}, {}).indexed, 3);
  FindOptions options;
  options.without = {"rain"};
  const FindResult expected = find(library, model(), "music", options);
  EXPECT_EQ(expected.without, options.without);
  for (const char* text :
       {"music, no rain", "music without rain", "music -rain", "no rain, music", "music but no rain"}) {
    const FindResult found = find(library, model(), text);
    EXPECT_EQ(found.wanted, "music") << text;
    EXPECT_EQ(found.without, options.without) << text;
    ASSERT_EQ(found.hits.size(), 3U);
    for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(found.hits[i].score, expected.hits[i].score) << text;
  }
  EXPECT_EQ(find(library, model(), "hip-hop").wanted, "hip-hop");
  for (const char* text : {"no rain", "-rain", "without rain, no dogs"})
    EXPECT_NE(error_of(ErrorCode::invalid_argument, text).find("only says what is not wanted"), std::string::npos);
}

TEST_F(StarterTest, SilenceIsNoAnswerButToWhoAsksForIt) {
  const std::filesystem::path golden = std::filesystem::path(HEARKEN_SOURCE_DIR) / "tests/golden",
                              sounds = dir / "sounds";
  std::filesystem::create_directories(sounds);
  for (const char* name : {"silence.flac", "rain.flac", "music.flac"})
    std::filesystem::copy(golden / name, sounds / name);
  const std::vector<std::filesystem::path> paths{sounds};
  ASSERT_EQ(index(library, model(), paths, {}).indexed, 3);
  EXPECT_EQ(library.info().models.at(0).silent_tracks, 1);
  FindOptions options;
  for (const FindRank rank : {FindRank::mean, FindRank::best, FindRank::top3, FindRank::moments}) {
    options.rank = rank;
    for (const char* query : {"rain", "calm", "relaxing", "the sound of silence"}) {
      const FindResult found = find(library, model(), query, options);
      EXPECT_EQ(found.searched, 2) << query;
      for (const FindHit& hit : found.hits) EXPECT_NE(hit.path.filename(), "silence.flac") << query;
    }
    for (const char* query : {"silence", "quiet room tone", "no sound at all"}) {
      const FindResult found = find(library, model(), query, options);
      EXPECT_EQ(found.searched, 3) << query;
      ASSERT_GE(found.hits.size(), 3U) << query;
      EXPECT_EQ(found.hits[0].path.filename(), "silence.flac") << query;
      EXPECT_TRUE(found.hits[0].silent);
      EXPECT_EQ(found.hits[0].score, 1);
      EXPECT_EQ(found.hits[0].level, Level::high);
      EXPECT_FALSE(found.hits[1].silent);
      options.offset = 1;
      EXPECT_EQ(find(library, model(), query, options).hits.at(0).id, found.hits[1].id);
      options.offset = 0;
    }
  }
  options.rank = FindRank::mean;
  options.where = "path ~ 'rain'";
  EXPECT_EQ(find(library, model(), "silence", options).hits.size(), 1U);
}

TEST_F(StarterTest, SaysWhatToDoNext) {
  EXPECT_NE(error_of(ErrorCode::invalid_argument, " \n").find("empty"), std::string::npos);
  EXPECT_NE(error_of(ErrorCode::not_found, "rain").find("hearken index"), std::string::npos);
  add("/a", {std::vector<float>(kToyDimension, 0.35F)}, toy_entry("another"));
  const std::string text = error_of(ErrorCode::mismatch, "rain");
  EXPECT_NE(text.find("'toy'"), std::string::npos) << text;
  EXPECT_NE(text.find("--model"), std::string::npos) << text;
  impl_of(library).db().execute("UPDATE tracks SET missing = 1");
  EXPECT_NE(error_of(ErrorCode::not_found, "rain").find("there at present"), std::string::npos);
}

}  // namespace
}  // namespace hearken::search
