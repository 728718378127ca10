// What find() can be asked besides a text: filters, other ranks, moments, pages, what is not wanted.
#include <algorithm>
#include <cstdlib>
#include <numeric>
#include <optional>
#include <random>
#include <tuple>

#include "core/numerics/vectors.h"
#include "hearken/find.h"
#include "hearken/index.h"
#include "search/index/local_index.h"
#include "search/index/select.h"
#include "search/query/text_query.h"
#include "search/query/vector_search.h"
#include "search/query/wordings.h"
#include "search/scan/stored_rows.h"
#include "search/toy_tracks.h"

namespace hearken::search {
namespace {

using FindWordingsTest = ToyTracksTest;

namespace fs = std::filesystem;
using library::kToyDimension;
using Vectors = std::vector<std::vector<float>>;

class FindOptionsTest : public ToyTracksTest {
 protected:
  // 40 tracks of 1 to 9 windows, the ids 1 to 40.
  void add_many() {
    for (int t = 0; t < 40; ++t) {
      tracks.emplace_back();
      for (int w = 0; w <= t % 9; ++w) tracks.back().push_back(random_unit(random));
      add(library::numbered("/m/", t), tracks.back());
      for (auto& v : tracks.back()) v = as_stored(v);
    }
  }

  FindResult run(const FindOptions& options) {
    return find_vector(OpenedSpace(library, spaces(library).at(0)).index(), query, options);
  }
  std::vector<std::int64_t> ids(const FindOptions& options) {
    std::vector<std::int64_t> out;
    for (const FindHit& hit : run(options).hits) out.push_back(hit.id);
    return out;
  }
  std::vector<std::int64_t> ids_where(const std::string& where, const fs::path& under = {}) {
    FindOptions options;
    options.k = 1000;
    options.where = where;
    options.under = under;
    const FindResult result = run(options);
    EXPECT_EQ(result.searched, static_cast<std::int64_t>(result.hits.size())) << where;
    std::vector<std::int64_t> out;
    for (const FindHit& hit : result.hits) out.push_back(hit.id);
    std::sort(out.begin(), out.end());
    return out;
  }

  std::mt19937 random{7};
  std::vector<Vectors> tracks;
  std::vector<float> query = random_unit(random);
};

TEST_F(FindOptionsTest, RanksByTheBestWindowsToo) {
  add_many();
  for (const auto& [rank, windows] : {std::pair{FindRank::best, 1U}, {FindRank::top3, 3U}}) {
    std::vector<std::pair<double, std::int64_t>> expected;
    for (std::size_t t = 0; t < tracks.size(); ++t) {
      std::vector<double> scores;
      for (const auto& v : tracks[t]) scores.push_back(numerics::dot(query, v));
      std::sort(scores.rbegin(), scores.rend());
      scores.resize(std::min<std::size_t>(scores.size(), windows));
      const double sum = std::accumulate(scores.begin(), scores.end(), 0.0);
      expected.emplace_back(sum / static_cast<double>(scores.size()), static_cast<std::int64_t>(t + 1));
    }
    std::sort(expected.rbegin(), expected.rend());
    FindOptions options;
    options.rank = rank;
    const FindResult result = run(options);
    ASSERT_EQ(result.hits.size(), 10U);
    for (std::size_t i = 0; i < 10; ++i) {
      EXPECT_EQ(result.hits[i].id, expected[i].second);
      EXPECT_NEAR(result.hits[i].score, expected[i].first, 1e-9);
    }
  }
}

TEST_F(FindOptionsTest, MomentsAreTheBestWindowsThatDoNotOverlap) {
  add_many();
  // Greedily by hand: of all windows, best first, those that start a window's length from each one kept of their track.
  std::vector<std::tuple<double, std::int64_t, double>> all, expected;  // score, track, start
  for (std::size_t t = 0; t < tracks.size(); ++t)
    for (std::size_t w = 0; w < tracks[t].size(); ++w)
      all.emplace_back(numerics::dot(query, tracks[t][w]), t + 1, 0.5 * static_cast<double>(w));
  std::sort(all.rbegin(), all.rend());
  for (const auto& one : all) {
    const bool repeats = std::any_of(expected.begin(), expected.end(), [&](const auto& kept) {
      return std::get<1>(kept) == std::get<1>(one) && std::abs(std::get<2>(kept) - std::get<2>(one)) < 1.0;
    });
    if (!repeats) expected.push_back(one);
  }
  ASSERT_LT(expected.size(), all.size());
  FindOptions options;
  options.rank = FindRank::moments;
  for (const int k : {1, 10, 1000}) {
    options.k = k;
    const FindResult result = run(options);
    EXPECT_EQ(result.searched, 40);
    ASSERT_EQ(result.hits.size(), std::min<std::size_t>(expected.size(), static_cast<std::size_t>(k)));
    for (std::size_t i = 0; i < result.hits.size(); ++i) {
      const FindHit& hit = result.hits[i];
      EXPECT_EQ(hit.id, std::get<1>(expected[i]));
      EXPECT_EQ(hit.start_seconds, std::get<2>(expected[i]));
      EXPECT_NEAR(hit.score, std::get<0>(expected[i]), 1e-9);
      const double duration = 0.5 * static_cast<double>((hit.id - 1) % 9) + 0.2;
      EXPECT_DOUBLE_EQ(hit.end_seconds, std::min(hit.start_seconds + 1.0, duration));
    }
  }
}

TEST_F(FindOptionsTest, MomentsOfOneLongTrackAreAsManyAsThereAre) {
  add("/long", Vectors(100, query));  // all equal: every second one, from the first on
  FindOptions options;
  options.rank = FindRank::moments;
  options.k = 50;
  const FindResult result = run(options);
  ASSERT_EQ(result.hits.size(), 50U);
  for (std::size_t i = 0; i < 50; ++i) EXPECT_EQ(result.hits[i].start_seconds, static_cast<double>(i));
}

TEST_F(FindOptionsTest, PagesAreTheWholeInPieces) {
  add_many();
  for (const FindRank rank : {FindRank::mean, FindRank::best, FindRank::top3, FindRank::moments}) {
    FindOptions options;
    options.rank = rank;
    options.k = 25;
    const FindResult whole = run(options);
    options.k = 10;
    std::size_t seen = 0;
    for (options.offset = 0; options.offset < 25; options.offset += 10) {
      for (const FindHit& hit : run(options).hits) {
        if (seen == 25) break;
        EXPECT_EQ(hit.id, whole.hits[seen].id);
        EXPECT_EQ(hit.score, whole.hits[seen].score);
        EXPECT_EQ(hit.start_seconds, whole.hits[seen].start_seconds);
        ++seen;
      }
    }
    EXPECT_EQ(seen, 25U) << to_string(rank);
  }
  FindOptions options;
  options.offset = 40;
  EXPECT_TRUE(run(options).hits.empty());
  EXPECT_EQ(run(options).searched, 40);
  options.offset = -1;
  EXPECT_THROW(run(options), Error);
  options.offset = 0;
  options.k = 0;
  EXPECT_THROW(run(options), Error);
}

TEST_F(FindOptionsTest, WhereAndUnderPickTracks) {
  const auto tagged = [&](const char* path, const char* title, const char* genre, int windows) {
    add(path, Vectors(static_cast<std::size_t>(windows), query), library::toy_entry(), {title, "Björk", "", genre});
  };
  tagged("/m/a/1.ogg", "One", "Jazz", 1);
  tagged("/m/a/2.ogg", "Two", "jazz; Blues", 5);
  tagged("/m/b/3.ogg", "Three", "", 9);
  tagged("/m/B\xff/4.ogg", "Four", "JAZZ", 3);
  using Ids = std::vector<std::int64_t>;
  EXPECT_EQ(ids_where(""), (Ids{1, 2, 3, 4}));
  EXPECT_EQ(ids_where("genre = 'jazz'"), (Ids{1, 4}));
  EXPECT_EQ(ids_where("genre ~ 'JAZZ'"), (Ids{1, 2, 4}));
  EXPECT_EQ(ids_where("genre is empty or duration < 1"), (Ids{1, 3}));  // 0.2, 2.2, 4.2, 1.2 s
  EXPECT_EQ(ids_where("duration >= 1.2 and duration <= 2.3"), (Ids{2, 4}));
  EXPECT_EQ(ids_where("artist = 'BJÖRK' and album is empty"), (Ids{1, 2, 3, 4}));
  EXPECT_EQ(ids_where("path ~ '/M/B/'"), (Ids{3}));
  EXPECT_EQ(ids_where("path ~ '/b\xff/'"), (Ids{4}));
  EXPECT_EQ(ids_where("id in (2, 3, 99)"), (Ids{2, 3}));
  EXPECT_EQ(ids_where("added > '2020' and added < '2100'"), (Ids{1, 2, 3, 4}));
  EXPECT_EQ(ids_where("added < '2020'"), Ids{});
  EXPECT_EQ(ids_where("genre ~ 'jazz'", "/m/a"), (Ids{1, 2}));
  EXPECT_EQ(ids_where("genre ~ 'jazz'", "/m/a/2.ogg"), (Ids{2}));
  EXPECT_EQ(ids_where("genre ~ 'jazz'", "/"), (Ids{1, 2, 4}));
  EXPECT_EQ(ids_where("title = 'two\\'; DROP TABLE tracks'"), Ids{});
  // What was measured; of the third nothing was found, of the fourth nothing looked for.
  impl_of(library).db().execute(
      "INSERT INTO features (track_id, loudness, tempo, key, brightness) VALUES (1, -9.5, 120, 'A minor', 800), "
      "(2, -23, NULL, 'C# major', 2500), (3, NULL, NULL, NULL, NULL)");
  EXPECT_EQ(ids_where("loudness > -20"), (Ids{1}));
  EXPECT_EQ(ids_where("tempo is empty"), (Ids{2, 3, 4}));
  EXPECT_EQ(ids_where("tempo != 1"), (Ids{1}));
  EXPECT_EQ(ids_where("key ~ 'MAJOR' or brightness < 1000"), (Ids{1, 2}));
  EXPECT_EQ(ids_where("not key = 'a minor' and duration > 1"), (Ids{2, 3, 4}));
  EXPECT_EQ(ids_where("brightness >= 0 and genre ~ 'jazz'", "/m/a/2.ogg"), (Ids{2}));
}

TEST_F(FindOptionsTest, AConditionThatIsNoneIsRefused) {
  add("/a", {query});
  FindOptions options;
  options.where = "genre = and";
  try {
    run(options);
    ADD_FAILURE();
  } catch (const Error& e) {
    EXPECT_EQ(e.code(), ErrorCode::invalid_argument);
    EXPECT_STREQ(e.what(), "where: at 9: expected a value in quotes, found 'and'");
  }
}

TEST_F(FindOptionsTest, MissingTracksAreNeverPicked) {
  add("/a", {query});
  add("/b", {query});
  impl_of(library).db().execute("UPDATE tracks SET missing = 1 WHERE id = 1");
  EXPECT_EQ(ids_where("id > 0"), (std::vector<std::int64_t>{2}));
}

TEST_F(FindOptionsTest, TracksWithOtherVectorsOnlyAreCountedAsTheyAreSelected) {
  add("/m/1", {query}, library::toy_entry("a"));
  for (const char* path : {"/m/2", "/m/3", "/n/4"}) add(path, {query}, library::toy_entry("b"));
  impl_of(library).db().execute(
      "INSERT INTO tracks SELECT 9, CAST('/m/none' AS BLOB), size, mtime_ns, device, content_hash, 1, '', '', "
      "'', '', 0, added_at FROM tracks WHERE id = 1");  // with no vectors at all
  const auto count = [&](std::size_t space, const char* where, const char* under) {
    Selection selection;
    selection.under = under;
    if (*where != '\0') selection.where = parse_where(where);
    return count_without(library, spaces(library).at(space), selection);
  };
  EXPECT_EQ(count(0, "", ""), 3);
  EXPECT_EQ(count(1, "", ""), 1);
  EXPECT_EQ(count(0, "", "/m"), 2);
  EXPECT_EQ(count(1, "", "/n"), 0);
  EXPECT_EQ(count(0, "title ~ '/2' or title ~ '/4'", ""), 2);
  EXPECT_EQ(count(0, "title ~ '/2' or title ~ '/4'", "/n"), 1);
  impl_of(library).db().execute("UPDATE tracks SET missing = 1 WHERE id = 2");
  EXPECT_EQ(count(0, "", "/m"), 1);
}

TEST_F(FindOptionsTest, MomentsRespectFilters) {
  add_many();
  FindOptions options;
  options.rank = FindRank::moments;
  options.k = 1000;
  options.where = "id = 9";
  const FindResult result = run(options);
  EXPECT_EQ(result.searched, 1);
  EXPECT_GE(result.hits.size(), 3U);
  for (const FindHit& hit : result.hits) EXPECT_EQ(hit.id, 9);
}

// ── texts, with the bundled model ──

const Model& options_starter() {
  static const Model loaded = Model::load((fs::path(HEARKEN_SOURCE_DIR) / "models/starter").native(), Precision::fp32);
  return loaded;
}

std::vector<float> embedded(const Model& model, const std::string& text) {
  return model.embed_texts(std::span(&text, 1), EmbeddingForm::scored);
}
std::vector<float> embedded(const std::string& text) { return embedded(options_starter(), text); }

// The sum of factor · row in float64; `unit`: at length 1.
std::vector<float> combined(const std::vector<std::pair<double, std::vector<float>>>& rows, bool unit = false) {
  std::vector<double> sum(rows.at(0).second.size());
  for (const auto& [factor, row] : rows)
    for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += factor * static_cast<double>(row[i]);
  double square = 0;
  for (const double x : sum) square += x * x;
  std::vector<float> out;
  for (const double x : sum) out.push_back(static_cast<float>(unit ? x / std::sqrt(square) : x));
  return out;
}

void expect_near(std::span<const float> a, std::span<const float> b) {
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i) EXPECT_NEAR(a[i], b[i], 1e-6) << i;
}

std::vector<float> query_of(const std::vector<std::string>& texts, const std::vector<std::string>& without,
                            bool ensemble) {
  return text_queries(options_starter(), texts, without, ensemble, 1);
}

TEST(TextQuery, IsTheModelsVectorOfOneText) { EXPECT_EQ(query_of({"rain"}, {}, false), embedded("rain")); }

TEST(TextQuery, TurnsAwayFromTheMeanOfWhatIsNotWanted) {
  expect_near(query_of({"piano"}, {"drums"}, false), combined({{1, embedded("piano")}, {-0.5, embedded("drums")}}));
  expect_near(query_of({"piano"}, {"drums", "singing"}, false),
              combined({{1, embedded("piano")}, {-0.25, embedded("drums")}, {-0.25, embedded("singing")}}));
}

TEST(TextQuery, EnsembleIsTheMeanOfTheSentences) {
  const auto expected = [](const char* text) {
    std::vector<std::pair<double, std::vector<float>>> rows;
    for (const std::string& sentence : in_templates(text))
      rows.emplace_back(1.0 / static_cast<double>(kTemplates.size()), embedded(sentence));
    return combined(rows);
  };
  const std::vector<float> both = query_of({"rain", "a dog"}, {}, true);
  const std::size_t width = both.size() / 2;
  expect_near(std::span(both).first(width), expected("rain"));
  expect_near(std::span(both).subspan(width), expected("a dog"));
  expect_near(query_of({"rain"}, {"a dog"}, true), combined({{1, expected("rain")}, {-0.5, expected("a dog")}}));
}

TEST(TextQuery, OfATextWithoutItselfHalfIsLeft) {
  expect_near(query_of({"rain"}, {"rain"}, false), combined({{0.5, embedded("rain")}}));
}

// Of a model whose scores are cosines, every query has length 1.
TEST(TextQuery, OfCosinesHasLengthOne) {
  const Model clap =
      Model::load((fs::path(HEARKEN_SOURCE_DIR) / "tests/golden/clap/unfused").native(), Precision::fp32);
  ASSERT_FALSE(clap.info().evidence);
  ASSERT_TRUE(options_starter().info().evidence);
  const std::vector<std::string> rain{"rain"}, dog{"a dog"};
  expect_near(text_queries(clap, rain, dog, false, 1),
              combined({{1, embedded(clap, "rain")}, {-0.5, embedded(clap, "a dog")}}, true));
  expect_near(text_queries(clap, rain, rain, false, 1), embedded(clap, "rain"));
  std::vector<std::pair<double, std::vector<float>>> rows;
  for (const std::string& sentence : in_templates("rain")) rows.emplace_back(1, embedded(clap, sentence));
  expect_near(text_queries(clap, rain, {}, true, 1), combined(rows, true));
}

TEST(TextQuery, SaysNothingWhereTheModelDoesNotKnowTheText) {
  EXPECT_TRUE(says_nothing(query_of({"1,234.56"}, {}, false)));
  EXPECT_FALSE(says_nothing(query_of({"rain"}, {}, false)));
}

TEST(TextQuery, RefusesAnEmptyText) {
  EXPECT_THROW(query_of({"rain"}, {" "}, false), Error);
  EXPECT_THROW(query_of({"rain", "\n"}, {}, true), Error);
  EXPECT_THROW(query_of({""}, {"rain"}, false), Error);
}

TEST_F(FindWordingsTest, WordingsAreComparedOverTheSameTracks) {
  const fs::path golden = fs::path(HEARKEN_SOURCE_DIR) / "tests/golden", sounds = dir / "sounds";
  fs::create_directories(sounds);
  for (const char* name : {"dog.flac", "rain.flac", "music.flac"}) fs::copy(golden / name, sounds / name);
  const std::vector<fs::path> paths{sounds};
  ASSERT_EQ(index(library, options_starter(), paths, {}).indexed, 3);
  FindOptions options;
  options.other_wordings = true;
  options.k = 2;
  const FindResult result = find(library, options_starter(), "Piano", options);
  std::vector<std::string> expected = other_wordings("Piano"), texts;
  expected.emplace_back("Piano");
  ASSERT_GT(expected.size(), 3U);
  options.other_wordings = false;
  for (std::size_t i = 0; i < result.wordings.size(); ++i) {
    const FindWording& wording = result.wordings[i];
    texts.push_back(wording.text);
    const FindResult alone = find(library, options_starter(), wording.text, options);
    EXPECT_DOUBLE_EQ(wording.best, alone.hits.at(0).score) << wording.text;
    EXPECT_DOUBLE_EQ(wording.mean, (alone.hits.at(0).score + alone.hits.at(1).score) / 2);
    EXPECT_EQ(wording.level, options_starter().level(wording.best));
    EXPECT_GE(result.wordings[i == 0 ? 0 : i - 1].best, wording.best);
    EXPECT_EQ(wording.likelihood, alone.hits[0].likelihood);
    EXPECT_EQ(wording.answer, alone.answer);
    EXPECT_EQ(alone.wordings.empty(), alone.answer == Answer::clear) << wording.text;
  }
  std::sort(texts.begin(), texts.end());
  std::sort(expected.begin(), expected.end());
  EXPECT_EQ(texts, expected);

  options.other_wordings = true;
  EXPECT_TRUE(find(library, options_starter(), "xylophone", options).wordings.empty());  // none is known
  options.where = "path ~ 'DOG'";
  const FindResult dogs = find(library, options_starter(), "a dog barking", options);
  ASSERT_EQ(dogs.hits.size(), 1U);
  EXPECT_EQ(dogs.hits[0].path, sounds / "dog.flac");
  options.where = "id < 0";
  options.rank = FindRank::moments;
  const FindResult nothing = find(library, options_starter(), "piano", options);
  EXPECT_EQ(nothing.searched, 0);
  EXPECT_TRUE(nothing.hits.empty() && nothing.wordings.empty());
}

TEST(Wordings, OneAnswersMoreClearlyThatIsBetterByFarAndNoNone) {
  const auto of = [](const char* text, double likelihood) {
    return FindWording{text, likelihood, likelihood, Level::low, likelihood, answer_of(likelihood)};
  };
  const auto clearer = [&](double other, double asked) {
    std::vector<FindWording> wordings{of("asked", asked), of("other", other)};
    if (other > asked) std::swap(wordings[0], wordings[1]);
    const auto found = clearer_than("asked", wordings);
    EXPECT_TRUE(!found || found->text == "other");
    return found.has_value();
  };
  EXPECT_TRUE(clearer(0.9, 0.1));
  EXPECT_TRUE(clearer(0.65, 0.4));
  EXPECT_FALSE(clearer(0.71, 0.69));
  EXPECT_FALSE(clearer(0.35, 0.01));
  EXPECT_FALSE(clearer(0.1, 0.9));
  EXPECT_FALSE(clearer_than("asked", {}));
}

TEST_F(FindOptionsTest, OtherWordingsAreTriedWhereTheAnswerIsNotClear) {
  const std::vector<fs::path> paths{fs::path(HEARKEN_SOURCE_DIR) / "tests/golden/dog.flac",
                                    fs::path(HEARKEN_SOURCE_DIR) / "tests/golden/music.flac"};
  ASSERT_EQ(index(library, options_starter(), paths, {}).indexed, 2);
  const FindResult found = find(library, options_starter(), "doggo");
  ASSERT_NE(found.answer, Answer::clear);
  ASSERT_TRUE(found.clearer);
  EXPECT_EQ(found.clearer->answer, Answer::clear);
  EXPECT_EQ(found.clearer->text, found.wordings.front().text);
  const FindResult again = find(library, options_starter(), found.clearer->text);
  EXPECT_EQ(again.best_score, found.clearer->best);
  EXPECT_TRUE(again.wordings.empty() && !again.clearer);
  std::string long_text = "doggo";
  for (const auto& group : wording_groups()) long_text += ", " + std::string(group.front());
  EXPECT_EQ(find(library, options_starter(), long_text).wordings.size(), 17U);  // the text and sixteen others
}

}  // namespace
}  // namespace hearken::search
