// What index runs hear in files besides their vectors: made with them, made later, taken along, lost with the bytes.
#include "library/indexing/analysis.h"

#include <algorithm>
#include <cmath>
#include <random>

#include "library/indexing/index_fixture.h"

namespace hearken::library {
namespace {

class HearingTest : public IndexTest {
 protected:
  HearingTest() {
    for (int i = 0; i < 6; ++i) write_wav(music / numbered("", i, ".wav"), 1.5, 80 + 130 * i);
  }
  // Everything that was heard, by path; without when.
  std::string heard() {
    return text(
        "SELECT group_concat(h, '|') FROM (SELECT hex(t.path) || hex(p.data) || quote(f.loudness) || quote(f.tempo) || "
        "quote(f.key) || quote(f.brightness) || a.version || b.version AS h FROM tracks t "
        "JOIN fingerprints p ON p.track_id = t.id JOIN features f ON f.track_id = t.id "
        "JOIN stages a ON a.track_id = t.id AND a.stage = 'fingerprint' "
        "JOIN stages b ON b.track_id = t.id AND b.stage = 'features' ORDER BY t.path)");
  }
  std::int64_t tracks_heard() {
    return integer("SELECT count(*) FROM features f JOIN fingerprints p ON p.track_id = f.track_id");
  }
  // As a library of an older Hearken is.
  void forget(const std::string& where = "1") {
    execute(("DELETE FROM fingerprints WHERE track_id IN (SELECT id FROM tracks WHERE " + where +
             "); DELETE FROM features WHERE track_id IN (SELECT id FROM tracks WHERE " + where +
             "); DELETE FROM stages WHERE stage IN ('fingerprint', 'features') AND track_id IN "
             "(SELECT id FROM tracks WHERE " +
             where + ")")
                .c_str());
  }
};

TEST_F(HearingTest, IsDoneWhileEmbedding) {
  const IndexReport r = index();
  EXPECT_EQ(r.indexed, 6);
  EXPECT_EQ(r.listened, 0);
  EXPECT_EQ(tracks_heard(), 6);
  EXPECT_FALSE(heard().empty());
  expect_sound(file);
}

TEST_F(HearingTest, ALibraryThatLacksItIsDecodedOnceMoreAndNotEmbedded) {
  index();
  const std::string before = heard(), vectors = all_vectors();
  const std::string states = text("SELECT group_concat(hex(state)) FROM models");
  forget();
  ASSERT_EQ(tracks_heard(), 0);
  IndexOptions options;
  std::vector<IndexProgress> seen;
  options.progress = [&](const IndexProgress& p) { seen.push_back(p); };
  const IndexReport r = index({music}, options);
  EXPECT_EQ(r.listened, 6);
  EXPECT_NEAR(r.listened_seconds, 9, 1e-6);
  EXPECT_EQ(r.unchanged, 6);
  EXPECT_EQ(r.indexed, 0);
  EXPECT_EQ(r.audio_seconds, 0);
  EXPECT_EQ(windows_embedded, 0);
  EXPECT_EQ(heard(), before);
  EXPECT_EQ(all_vectors(), vectors);
  EXPECT_EQ(text("SELECT group_concat(hex(state)) FROM models"), states);  // caches of the vectors stay good
  ASSERT_FALSE(seen.empty());
  EXPECT_EQ(seen.back().files_done, 6);
  EXPECT_NEAR(seen.back().audio_seconds_done, 9, 1e-6);
  EXPECT_EQ(index().listened, 0);
  expect_sound(file);
}

TEST_F(HearingTest, OlderVersionsAreMadeAgainAndNewerOnesStay) {
  index();
  const std::string before = heard();
  execute("UPDATE stages SET version = version - 1 WHERE stage = 'features' AND track_id = 2");
  execute("UPDATE stages SET version = version - 1 WHERE stage = 'fingerprint' AND track_id = 3");
  execute("UPDATE features SET brightness = -1 WHERE track_id IN (2, 3)");
  EXPECT_EQ(index().listened, 2);
  EXPECT_EQ(heard(), before);
  execute("UPDATE stages SET version = version + 1 WHERE stage IN ('fingerprint', 'features')");
  EXPECT_EQ(index().listened, 0);
}

TEST_F(HearingTest, AnotherModelListensToNothingAgain) {
  index();
  execute("UPDATE features SET loudness = -99");
  const IndexReport r = index({music}, {}, toy_entry("other"));
  EXPECT_EQ(r.indexed, 6);
  EXPECT_EQ(r.listened, 0);
  EXPECT_EQ(integer("SELECT count(*) FROM features WHERE loudness = -99"), 6);
}

TEST_F(HearingTest, CopiesAndMovedFilesTakeItAlong) {
  index();
  execute("UPDATE features SET loudness = -99; UPDATE fingerprints SET data = x'2A'");
  fs::copy(music / "0.wav", music / "copy.wav");
  fs::rename(music / "1.wav", music / "moved.wav");
  const IndexReport r = index();
  EXPECT_EQ(r.moved, 2);
  EXPECT_EQ(r.listened, 0);
  EXPECT_EQ(integer("SELECT count(*) FROM features WHERE loudness = -99"), 7);
  EXPECT_EQ(integer("SELECT count(*) FROM fingerprints WHERE data = x'2A'"), 7);
  EXPECT_EQ(integer("SELECT count(*) FROM stages WHERE stage = 'features'"), 7);
}

TEST_F(HearingTest, CopiesAreListenedToOnce) {
  for (int i = 0; i < 5; ++i) fs::copy(music / "0.wav", music / numbered("copy ", i, ".wav"));
  index();
  ASSERT_EQ(tracks_heard(), 11);
  forget();
  IndexOptions options;
  options.threads = 4;
  IndexReport r = index({music}, options);
  EXPECT_EQ(r.listened, 6);
  EXPECT_EQ(r.unchanged, 11);
  EXPECT_EQ(tracks_heard(), 11);
  // One of them that lacks it takes it from the others.
  execute("UPDATE features SET loudness = -99");
  forget("CAST(path AS TEXT) LIKE '%copy 3.wav'");
  EXPECT_EQ(index().listened, 0);
  EXPECT_EQ(integer("SELECT count(*) FROM features WHERE loudness = -99"), 11);
  // A new copy of something that nobody has listened to.
  forget();
  fs::copy(music / "5.wav", music / "new.wav");
  r = index({music / "new.wav"});
  EXPECT_EQ(r.moved, 1);
  EXPECT_EQ(r.listened, 1);
  EXPECT_EQ(tracks_heard(), 2);
  expect_sound(file);
}

TEST_F(HearingTest, AFlagOfAWindowGoesAlongWithACopy) {
  index();
  execute(
      "INSERT INTO window_flags SELECT e.id, x'010002' FROM embeddings e JOIN tracks t ON t.id = e.track_id "
      "WHERE CAST(t.path AS TEXT) LIKE '%0.wav'");
  fs::copy(music / "0.wav", music / "copy.wav");
  index();
  EXPECT_EQ(integer("SELECT count(*) FROM window_flags WHERE flags = x'010002'"), 2);
}

// Noise of a level in dB below full scale, then nothing.
void write_noise(const fs::path& path, double level, int samples, int silent_samples, int rate_hz = 8000) {
  std::mt19937 random(7);
  std::normal_distribution<double> normal(0, 32768 * std::pow(10.0, level / 20));
  std::vector<std::int16_t> out(static_cast<std::size_t>(samples + silent_samples));
  for (int i = 0; i < samples; ++i)
    out[static_cast<std::size_t>(i)] =
        static_cast<std::int16_t>(std::clamp(std::lround(normal(random)), -32768L, 32767L));
  write_text(path, audio::wave_file(out, rate_hz));
}

TEST_F(HearingTest, SilenceIsKnownWhenIndexing) {
  write_noise(music / "zeros.wav", -20, 0, 16000);
  write_noise(music / "half.wav", -20, 8000, 16000);
  write_noise(music / "faint.wav", -66, 24000, 0);
  write_noise(music / "quiet.wav", -50, 24000, 0);
  EXPECT_EQ(index().indexed, 10);
  const LibraryInfo i = info();
  EXPECT_EQ(i.silent_windows, 3 + 3 + 5);
  EXPECT_EQ(i.models.at(0).silent_tracks, 2);
  EXPECT_EQ(i.windows, 6 * 2 + 3 + 5 + 5 + 5);
  EXPECT_EQ(text("SELECT hex(f.flags) FROM window_flags f JOIN embeddings e ON e.id = f.embedding_id JOIN tracks t ON "
                 "t.id = e.track_id WHERE CAST(t.path AS TEXT) LIKE '%half.wav'"),
            "0000080808");
  EXPECT_EQ(Library::open(file, OpenMode::read).track_at(music / "half.wav").value().silent_windows, 3);
  expect_sound(file);
}

// A library that was indexed before: what its features say is enough for tracks that are silent throughout.
TEST_F(HearingTest, SilentTracksOfAnOlderLibraryAreFlaggedWithoutListening) {
  write_noise(music / "zeros.wav", -20, 0, 16000);
  write_noise(music / "blip.wav", -20, 0, 100);  // too short to tell: a sound of a low rate has as little known of it
  write_noise(music / "hiss.wav", -75, 24000, 0);
  write_noise(music / "faint.wav", -66, 24000, 0);
  write_noise(music / "half.wav", -20, 8000, 16000);
  write_noise(music / "short.wav", -20, 1000, 0);       // has no loudness either
  write_noise(music / "slow.wav", -20, 6000, 0, 2000);  // nor has this, at its rate, and no brightness either
  EXPECT_EQ(index().indexed, 13);
  execute("DELETE FROM silence; DELETE FROM window_flags");
  execute(
      "INSERT INTO window_flags SELECT e.id, CAST(x'02' || zeroblob(e.window_count - 1) AS BLOB) FROM embeddings e "
      "JOIN "
      "tracks t ON t.id = e.track_id WHERE CAST(t.path AS TEXT) LIKE '%zeros.wav'");
  const std::string states = text("SELECT group_concat(hex(state)) FROM models"), vectors = all_vectors();
  for (int run = 0; run < 2; ++run) {
    const IndexReport r = index();
    EXPECT_EQ(r.unchanged, 13);
    EXPECT_EQ(r.listened, 0);
    EXPECT_EQ(windows_embedded, 0);
    EXPECT_EQ(text("SELECT group_concat(name) FROM (SELECT replace(CAST(t.path AS TEXT), rtrim(CAST(t.path AS TEXT), "
                   "replace(CAST(t.path AS TEXT), '/', '')), '') AS name FROM silence s JOIN embeddings e ON e.id = "
                   "s.embedding_id JOIN tracks t ON t.id = e.track_id WHERE s.windows = e.window_count ORDER BY name)"),
              "faint.wav,hiss.wav,zeros.wav");
    EXPECT_EQ(integer("SELECT count(*) FROM silence"), 3);
    EXPECT_EQ(
        text("SELECT hex(f.flags) FROM window_flags f JOIN embeddings e ON e.id = f.embedding_id JOIN tracks t ON "
             "t.id = e.track_id WHERE CAST(t.path AS TEXT) LIKE '%zeros.wav'"),
        "0A0808");
  }
  EXPECT_EQ(text("SELECT group_concat(hex(state)) FROM models"), states);  // caches of the vectors stay good
  EXPECT_EQ(all_vectors(), vectors);
  expect_sound(file);
}

TEST_F(HearingTest, OtherBytesLoseIt) {
  index();
  const Library library = Library::open(file, OpenMode::create);
  Database& db = impl_of(library).db();
  const std::string path = (music / "0.wav").native();
  Store store(db, toy_entry());
  Embedded e;
  e.content[0] = 1;
  e.starts_seconds = {0.0};
  e.vectors.assign(kToyDimension, 0);
  Transaction transaction(db, Transaction::Kind::write);
  const std::int64_t id = store.at(path)->id;
  EXPECT_TRUE(store.at(path)->heard);
  store.put(path, e);
  transaction.commit();
  EXPECT_FALSE(store.at(path)->heard);
  for (const char* table : {"features", "fingerprints", "stages"}) {
    const std::string sql = std::string("SELECT count(*) FROM ") + table + " WHERE track_id = " + std::to_string(id);
    EXPECT_EQ(db.integer(sql.c_str()), std::string(table) == "stages" ? 1 : 0) << table;  // the tags
  }
}

TEST_F(HearingTest, TracksSayWhatIsKnownOfThem) {
  index();
  execute(
      "UPDATE features SET loudness = -14.25, tempo = NULL, key = 'A minor', brightness = 950 WHERE track_id = 1; "
      "UPDATE tracks SET missing = 1 WHERE id = 2; DELETE FROM features WHERE track_id = 3");
  const Library library = Library::open(file, OpenMode::read);
  const TrackFacts t = library.track(1).value();
  EXPECT_EQ(t.id, 1);
  EXPECT_EQ(t.path.parent_path(), music);
  EXPECT_DOUBLE_EQ(t.duration_seconds, 1.5);
  EXPECT_EQ(t.windows, 2);
  EXPECT_GT(t.added_at, 1'700'000'000);
  EXPECT_TRUE(t.measured && t.fingerprinted && !t.missing);
  EXPECT_EQ(t.loudness_lufs, -14.25);
  EXPECT_FALSE(t.tempo_bpm);
  EXPECT_EQ(t.key, "A minor");
  EXPECT_EQ(t.brightness_hz, 950);
  EXPECT_EQ(library.track_at(t.path).value().id, 1);
  EXPECT_FALSE(library.track(99));
  EXPECT_FALSE(library.track_at(music / "none"));
  EXPECT_TRUE(library.track(2).value().missing);
  EXPECT_FALSE(library.track(3).value().measured || library.track(3).value().loudness_lufs);
  std::vector<std::int64_t> ids;
  for (const TrackFacts& facts : library.tracks()) ids.push_back(facts.id);
  EXPECT_EQ(ids, (std::vector<std::int64_t>{1, 3, 4, 5, 6}));
  EXPECT_EQ(library.info().measured, 4);
  EXPECT_EQ(library.info().fingerprinted, 5);
}

TEST_F(HearingTest, AStoppedRunKeepsWhatIsDoneAndTheNextOneGoesOn) {
  index();
  const std::string before = heard();
  forget();
  std::atomic<bool> cancel{false};
  IndexOptions options;
  options.threads = 1;
  options.cancel = &cancel;
  options.progress = [&](const IndexProgress& p) { cancel = p.files_done > 0; };
  const IndexReport r = index({music}, options);
  EXPECT_EQ(tracks_heard(), r.listened);
  expect_sound(file);
  EXPECT_EQ(index().listened, 6 - r.listened);
  EXPECT_EQ(heard(), before);
}

TEST_F(HearingTest, AFileThatDoesNotDecodeAnyMoreIsNamed) {
  index();
  forget();
  write_text(music / "3.wav", "no sound");
  const IndexReport r = index();
  EXPECT_EQ(r.listened, 5);
  EXPECT_EQ(r.unchanged, 5);
  ASSERT_EQ(r.skipped.size(), 1U);
  EXPECT_EQ(r.skipped[0].path, music / "3.wav");
  expect_sound(file);
}

TEST(SoundAnalyser, PiecesOfAnySizeAreTheSame) {
  std::vector<float> sound(2 * 100'000);
  for (std::size_t i = 0; i < sound.size(); ++i)
    sound[i] = 0.3F * std::sin(0.01F * static_cast<float>(i) * (1 + static_cast<float>(i % 2)));
  const auto hear = [&](std::size_t piece) {
    SoundAnalyser hearing;
    for (std::size_t at = 0; at < sound.size(); at += piece)
      hearing.consume(std::span(sound).subspan(at, std::min(piece, sound.size() - at)), 2, 44100);
    EXPECT_NEAR(hearing.seconds(), 100'000 / 44100.0, 1e-9);
    return hearing.finish();
  };
  const SoundAnalysis whole = hear(sound.size());
  for (const std::size_t piece : {2U, 1152U, 4096U, 70'000U}) {
    const SoundAnalysis again = hear(piece);
    EXPECT_EQ(again.fingerprint, whole.fingerprint) << piece;
    EXPECT_EQ(again.features, whole.features) << piece;
  }
}

}  // namespace
}  // namespace hearken::library
