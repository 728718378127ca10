// score() with the bundled model on sounds made here: against sums written out, the library and find(), and across
// threads, companions and orders.
#include "hearken/score.h"

#include <algorithm>
#include <clocale>
#include <cmath>
#include <cstring>
#include <map>

#include "hearken/find.h"
#include "library/half.h"
#include "library/test_support.h"

namespace hearken {
namespace {

namespace fs = std::filesystem;
using library::write_wav;

const Model& starter() {
  static const Model model = Model::load("starter", Precision::fp32);
  return model;
}

std::vector<Question> questions(const std::vector<std::string>& texts) {
  std::vector<Question> out;
  for (const std::string& text : texts) out.push_back({text, {}});
  return out;
}

const std::vector<Question> kQuestions = questions({"a rising tone", "calm piano", "a dog barking"});
const Question kVoices{"female vocals", {"female vocalist", "female voice", "woman singing"}};

class ScoreTest : public ::testing::Test {
 protected:
  ScoreTest() {
    fs::create_directories(music);
    write_wav(music / "long.wav", 23, 300);
    write_wav(music / "short.wav", 1.5, 700);
    write_wav(music / "ten.wav", 10, 500);
  }

  static ScoreResult run(const std::vector<ScoreInput>& inputs, const std::vector<Question>& asked = kQuestions,
                         int threads = 2, const Library* library = nullptr) {
    ScoreOptions options;
    options.threads = threads;
    return score(library, starter(), inputs, asked, options);
  }

  Library indexed() {
    Library library = Library::open(dir / "l.db", OpenMode::create);
    const fs::path folder = music;
    index(library, starter(), std::span(&folder, 1));
    return library;
  }

  static std::int64_t id_of(const Library& library, const fs::path& path) {
    library::Statement row(impl_of(library).db(), "SELECT id FROM tracks WHERE path = ?");
    row.bind(path);
    return row.step() ? row.integer(0) : 0;
  }

  // The rows of a song without the header.
  static std::string rows(const ScoreResult& result) {
    const std::string csv = score_csv(result);
    return csv.substr(csv.find('\n') + 1);
  }

  TempFolder dir;
  fs::path music = dir / "music";
};

TEST_F(ScoreTest, IsWhatTheWindowsGive) {
  const ScoreResult result = run({{music / "long.wav"}});
  ASSERT_EQ(result.sounds.size(), 1U);
  const SoundScores& song = result.sounds[0];
  EXPECT_EQ(song.path, music / "long.wav");
  EXPECT_EQ(song.windows, 4);  // from 0, 5, 10 and 13 s
  EXPECT_DOUBLE_EQ(song.duration_seconds, 23);
  ASSERT_EQ(song.scores.size(), 3U);
  const FileEmbedding file = embed_file(starter(), music / "long.wav");
  double before = 2;
  for (std::size_t i = 0; i < 3; ++i) {
    const TextScore& s = song.scores[i];
    const std::vector<float> text = starter().embed_texts(std::vector{s.text}, EmbeddingForm::scored);
    std::vector<double> windows;
    for (std::size_t w = 0; w < 4; ++w) {
      double sum = 0;
      for (std::size_t d = 0; d < file.width; ++d)
        sum += static_cast<double>(text[d]) * static_cast<double>(file.vectors[w * file.width + d]);
      windows.push_back(sum);
    }
    double mean = 0, squares = 0;
    for (const double w : windows) mean += w / 4;
    for (const double w : windows) squares += (w - mean) * (w - mean) / 4;
    // Stored vectors have 11 bits; their rounding is a hundredth of this over 512 elements.
    EXPECT_NEAR(s.mean, mean, 1e-3) << s.text;
    EXPECT_NEAR(s.max, *std::max_element(windows.begin(), windows.end()), 1e-3);
    EXPECT_NEAR(s.min, *std::min_element(windows.begin(), windows.end()), 1e-3);
    EXPECT_NEAR(s.deviation, std::sqrt(squares), 1e-3);
    const auto best = static_cast<std::size_t>(std::max_element(windows.begin(), windows.end()) - windows.begin());
    EXPECT_DOUBLE_EQ(s.best_start_seconds, file.starts_seconds[best]);
    EXPECT_DOUBLE_EQ(s.best_end_seconds, file.starts_seconds[best] + 10);
    EXPECT_EQ(s.level, starter().level(s.mean));
    EXPECT_EQ(s.rank, static_cast<int>(i) + 1);
    EXPECT_LE(s.mean, before);
    before = s.mean;
  }
}

TEST_F(ScoreTest, AShortSoundEndsWhereItEnds) {
  const ScoreResult result = run({{music / "short.wav"}});
  const TextScore& s = result.sounds.at(0).scores.at(0);
  EXPECT_EQ(result.sounds[0].windows, 1);
  EXPECT_EQ(s.best_start_seconds, 0);
  EXPECT_DOUBLE_EQ(s.best_end_seconds, 1.5);
  EXPECT_EQ(s.deviation, 0);
  EXPECT_EQ(s.max, s.mean);
  EXPECT_EQ(s.min, s.mean);
}

TEST_F(ScoreTest, FilesAndTracksHaveTheSameScores) {
  const Library library = indexed();
  std::vector<ScoreInput> files, tracks;
  for (const char* name : {"long.wav", "short.wav", "ten.wav"}) {
    files.push_back({music / name});
    tracks.push_back({{}, id_of(library, music / name)});
  }
  const std::string of_files = score_csv(run(files)), of_tracks = score_csv(run(tracks, kQuestions, 2, &library));
  EXPECT_EQ(of_tracks, of_files);
  // With the files gone, the rows still answer: nothing is listened to.
  for (const char* name : {"long.wav", "short.wav", "ten.wav"}) fs::remove(music / name);
  EXPECT_EQ(score_csv(run(tracks, kQuestions, 2, &library)), of_files);
}

TEST_F(ScoreTest, BytesThatTheLibraryKnowsAreNotListenedTo) {
  const Library library = indexed();
  fs::copy_file(music / "ten.wav", dir / "copy.wav");
  const std::vector<ScoreInput> file{{dir / "copy.wav"}};
  const std::string heard = rows(run(file));
  EXPECT_EQ(rows(run(file, kQuestions, 2, &library)), heard);
  // Vectors that nobody could have heard tell where the scores come from.
  library::Database& db = impl_of(library).db();
  db.execute(
      "UPDATE windows SET vectors = zeroblob(length(vectors)) WHERE embedding_id = (SELECT e.id FROM embeddings e JOIN "
      "tracks t ON t.id = e.track_id WHERE CAST(t.path AS TEXT) LIKE '%ten.wav')");
  db.execute("DELETE FROM window_digests");  // else they would be damaged
  const ScoreResult stored = run(file, kQuestions, 2, &library);
  ASSERT_EQ(stored.sounds.size(), 1U);
  EXPECT_EQ(stored.sounds[0].path, dir / "copy.wav");
  EXPECT_EQ(stored.sounds[0].id, 0);
  EXPECT_EQ(stored.sounds[0].scores[0].mean, 0);
  EXPECT_EQ(rows(run(file)), heard);
  db.execute("UPDATE models SET precision = 'int8'");
  EXPECT_EQ(rows(run(file, kQuestions, 2, &library)), heard);
}

TEST_F(ScoreTest, TheMeanIsTheScoreOfFind) {
  const Library library = indexed();
  const FindResult found = find(library, starter(), "a rising tone");
  ASSERT_EQ(found.hits.size(), 3U);
  for (const FindHit& hit : found.hits) {
    const TextScore s = run({{{}, hit.id}}, kQuestions, 1, &library).sounds.at(0).scores.at(0);
    const auto scores = run({{{}, hit.id}}, questions({"a rising tone"}), 1, &library).sounds.at(0).scores;
    EXPECT_NEAR(scores.at(0).mean, hit.score, 1e-7);
    EXPECT_EQ(scores[0].level, hit.level);
    EXPECT_EQ(scores[0].best_start_seconds, hit.start_seconds);
    EXPECT_EQ(scores[0].best_end_seconds, hit.end_seconds);
  }
}

TEST_F(ScoreTest, TheSameBytesWithAnyThreadsAndCompany) {
  std::vector<Question> asked = kQuestions;
  asked.push_back(kVoices);
  const std::string once = score_csv(run({{music}}, asked, 1));
  EXPECT_EQ(std::count(once.begin(), once.end(), '\n'), 1 + 3 * (4 + 3));
  for (const int threads : {1, 2, 5}) EXPECT_EQ(score_csv(run({{music}}, asked, threads)), once) << threads;
  std::string singly = once.substr(0, once.find('\n') + 1);
  for (const char* name : {"long.wav", "short.wav", "ten.wav"}) singly += rows(run({{music / name}}, asked, 2));
  EXPECT_EQ(singly, once);
  // A text's numbers do not depend on the others; its rank does.
  const ScoreResult all = run({{music / "ten.wav"}});
  for (const TextScore& s : all.sounds.at(0).scores) {
    const TextScore alone = run({{music / "ten.wav"}}, questions({s.text})).sounds.at(0).scores.at(0);
    EXPECT_EQ(alone.mean, s.mean);
    EXPECT_EQ(alone.deviation, s.deviation);
    EXPECT_EQ(alone.rank, 1);
  }
}

TEST_F(ScoreTest, SongsComeInTheOrderAskedForAndOnce) {
  const ScoreResult result = run({{music / "ten.wav"}, {music}, {music / "ten.wav"}, {music / "../music/long.wav"}});
  std::vector<std::string> names;
  for (const SoundScores& song : result.sounds) names.push_back(song.path.filename());
  EXPECT_EQ(names, (std::vector<std::string>{"ten.wav", "long.wav", "short.wav"}));
  EXPECT_TRUE(result.skipped.empty());
}

TEST_F(ScoreTest, WordingsAndTheirEnsemble) {
  const ScoreResult result = run({{music / "long.wav"}}, {kVoices, kQuestions[0]});
  const auto& scores = result.sounds.at(0).scores;
  ASSERT_EQ(scores.size(), 2U);
  const auto group = std::find_if(scores.begin(), scores.end(), [](const auto& s) { return !s.wordings.empty(); });
  ASSERT_NE(group, scores.end());
  EXPECT_EQ(group->text, "female vocals");
  ASSERT_EQ(group->wordings.size(), 3U);
  // A wording scores as it does alone; best first.
  for (std::size_t i = 0; i < 3; ++i) {
    const TextScore& w = group->wordings[i];
    EXPECT_EQ(w.rank, static_cast<int>(i) + 1);
    EXPECT_EQ(w.mean, run({{music / "long.wav"}}, questions({w.text})).sounds.at(0).scores.at(0).mean);
    if (i > 0) {
      EXPECT_LE(w.mean, group->wordings[i - 1].mean);
    }
  }
  // Evidence: the ensemble is the wordings' mean, and so is its score.
  double mean = 0;
  for (const TextScore& w : group->wordings) mean += w.mean / 3;
  EXPECT_NEAR(group->mean, mean, 1e-6);
}

TEST_F(ScoreTest, AQuestionAskedTwiceIsAnsweredOnce) {
  EXPECT_EQ(run({{music / "ten.wav"}}, questions({"rain", "wind", "rain"})).sounds.at(0).scores.size(), 2U);
  // A text that is a wording too is both.
  const auto scores = run({{music / "ten.wav"}}, {{"female voice", {}}, kVoices}).sounds.at(0).scores;
  EXPECT_EQ(scores.size(), 2U);
}

std::map<std::string, std::string> by_name(const std::vector<FileNote>& notes) {
  std::map<std::string, std::string> out;
  for (const FileNote& note : notes) out[note.path.filename()] = note.reason;
  return out;
}

TEST_F(ScoreTest, WhatCannotBeReadIsNamedAndTheRestGoesOn) {
  fs::create_directories(dir / "empty/below");
  library::write_text(dir / "notes/readme.txt", "no sound");
  library::write_text(music / "broken.mp3", "this is no sound either");
  const ScoreResult result =
      run({{music}, {dir / "empty"}, {dir / "notes"}, {dir / "none.wav"}, {dir / "notes/readme.txt"}});
  EXPECT_EQ(result.sounds.size(), 3U);
  const auto skipped = by_name(result.skipped);
  EXPECT_EQ(skipped.size(), 5U);
  EXPECT_EQ(skipped.at("empty"), "no sound files in there");
  EXPECT_EQ(skipped.at("notes"), "no sound files in there");
  EXPECT_EQ(skipped.at("none.wav"), "No such file or directory");
  EXPECT_FALSE(skipped.at("broken.mp3").empty());
  EXPECT_FALSE(skipped.at("readme.txt").empty());
}

TEST_F(ScoreTest, TracksThatCannotBeScoredAreNamed) {
  const Library library = indexed();
  const std::int64_t good = id_of(library, music / "ten.wav"), gone = id_of(library, music / "long.wav"),
                     damaged = id_of(library, music / "short.wav");
  library::Database& db = impl_of(library).db();
  library::Statement(db, "UPDATE tracks SET missing = 1 WHERE id = ?").run(gone);
  library::Statement(db,
                     "UPDATE windows SET vectors = substr(vectors, 2) WHERE embedding_id = (SELECT id FROM "
                     "embeddings WHERE track_id = ?)")
      .run(damaged);
  const ScoreResult result = run({{{}, good}, {{}, gone}, {{}, damaged}, {{}, 4242}}, kQuestions, 2, &library);
  ASSERT_EQ(result.sounds.size(), 1U);
  EXPECT_EQ(result.sounds[0].id, good);
  ASSERT_EQ(result.skipped.size(), 3U);
  EXPECT_EQ(result.skipped[0].reason, "its file is not there at present: " + (music / "long.wav").native());
  EXPECT_EQ(result.skipped[1].reason, "its vectors in " + (dir / "l.db").native() + " are damaged");
  EXPECT_EQ(result.skipped[1].code, ErrorCode::corrupt);
  EXPECT_EQ(result.skipped[2].path, "id:4242");
  EXPECT_EQ(result.skipped[2].reason, "no such track in " + (dir / "l.db").native());
}

TEST_F(ScoreTest, VectorsThatAreNoNumbersAreDamaged) {
  const Library library = indexed();
  library::Database& db = impl_of(library).db();
  const std::int64_t id = id_of(library, music / "ten.wav");
  library::Statement(
      db,
      "UPDATE windows SET vectors = CAST(x'007e' || substr(vectors, 3) AS BLOB) WHERE embedding_id = (SELECT id "
      "FROM embeddings WHERE track_id = ?)")
      .run(id);  // a NaN in front
  const ScoreResult result = run({{{}, id}}, kQuestions, 1, &library);
  ASSERT_EQ(result.skipped.size(), 1U);
  EXPECT_EQ(result.skipped[0].code, ErrorCode::corrupt);
}

ErrorCode code_of(const std::function<void()>& call, std::string* what = nullptr) {
  try {
    call();
  } catch (const Error& error) {
    if (what != nullptr) *what = error.what();
    return error.code();
  }
  return ErrorCode::internal;
}

TEST_F(ScoreTest, WhatMakesNoSenseIsRefused) {
  const std::vector<ScoreInput> song{{music / "ten.wav"}};
  EXPECT_EQ(code_of([&] { run({}); }), ErrorCode::invalid_argument);
  EXPECT_EQ(code_of([&] { run(song, {}); }), ErrorCode::invalid_argument);
  EXPECT_EQ(code_of([&] { run({{{}, 1}}); }), ErrorCode::invalid_argument);  // a track of no library
  for (const char* blank : {"", " \t\n", "\xE3\x80\x80"})
    EXPECT_EQ(code_of([&] { run(song, {{blank, {}}}); }), ErrorCode::invalid_argument);
  EXPECT_EQ(code_of([&] { run(song, {{"voices", {"female voice", ""}}}); }), ErrorCode::invalid_argument);
  std::string what;
  EXPECT_EQ(code_of([&] { run(song, {{"F\xFCr Elise", {}}}); }, &what), ErrorCode::invalid_argument);
  EXPECT_EQ(what, "the text 'F\\xfcr Elise' is not UTF-8");
}

TEST_F(ScoreTest, OtherWindowsAreAMismatchThatNamesWhatThereIs) {
  const Library library = indexed();
  ScoreOptions options;
  options.windowing = {5, 1};
  const ScoreInput track{{}, 1};
  std::string what;
  EXPECT_EQ(code_of([&] { score(&library, starter(), std::span(&track, 1), kQuestions, options); }, &what),
            ErrorCode::mismatch);
  EXPECT_EQ(what, (dir / "l.db").native() +
                      ": holds no vectors of the model 'starter' with windows of 5 s every 1 s; "
                      "it holds 'starter' (10 s every 5 s)");
}

TEST_F(ScoreTest, TheLibraryFileIsNotTakenForASong) {
  const Library library = indexed();
  const ScoreResult result = run({{dir.path()}}, kQuestions, 2, &library);
  EXPECT_EQ(result.sounds.size(), 3U);
  EXPECT_TRUE(result.skipped.empty());
}

// ── CSV ──

ScoreResult made_up(const std::string& title, const std::string& text) {
  SoundScores song;
  song.path = "/m/a.mp3";
  song.title = title;
  song.artist = "Nobody";
  song.duration_seconds = 12.3456;
  song.windows = 2;
  TextScore s;
  s.text = text;
  s.rank = 1;
  s.mean = 0.1234565;
  s.max = 0.5;
  s.min = -0.0000001;
  s.deviation = 1.0 / 3;
  s.level = Level::moderate;
  s.best_start_seconds = 2.3456;
  s.best_end_seconds = 12.3456;
  song.scores.push_back(s);
  ScoreResult result;
  result.sounds.push_back(song);
  return result;
}

const std::string kScoreHeader =
    "path,title,artist,text,rank,mean,max,min,std,level,best_start,best_end,windows,duration";

TEST(ScoreCsv, ColumnsAndNumbers) {
  EXPECT_EQ(
      score_csv(made_up("A", "rain")),
      kScoreHeader + "\n/m/a.mp3,A,Nobody,rain,1,0.123456,0.500000,0.000000,0.333333,MODERATE,2.346,12.346,2,12.346\n");
  EXPECT_EQ(score_csv({}), kScoreHeader + "\n");
}

TEST(ScoreCsv, HostileCellsAreData) {
  EXPECT_NE(
      score_csv(made_up("=HYPERLINK(\"x\")", "a, b")).find("\n/m/a.mp3,\"'=HYPERLINK(\"\"x\"\")\",Nobody,\"a, b\",1,"),
      std::string::npos);
  EXPECT_NE(score_csv(made_up("-1", "two\nlines")).find("\n/m/a.mp3,-1,Nobody,\"two\nlines\",1,"), std::string::npos);
  ScoreResult odd = made_up("A", "rain");
  odd.sounds[0].path = "/m/\xFF,\n.mp3";
  EXPECT_NE(score_csv(odd).find("\n\"/m/\\xff,\\x0a.mp3\",A,"), std::string::npos);
}

TEST(ScoreCsv, WordingsFollowTheirQuestion) {
  ScoreResult result = made_up("A", "voices");
  result.sounds[0].scores[0].wordings = made_up("A", "a voice").sounds[0].scores;
  const std::string numbers = ",1,0.123456,0.500000,0.000000,0.333333,MODERATE,2.346,12.346,2,12.346,";
  EXPECT_EQ(score_csv(result), kScoreHeader + ",group\n/m/a.mp3,A,Nobody,voices" + numbers +
                                   "\n/m/a.mp3,A,Nobody,a voice" + numbers + "voices\n");
}

}  // namespace
}  // namespace hearken
