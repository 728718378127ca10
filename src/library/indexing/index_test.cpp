// Index runs: what is taken, what is stored, how a run ends.
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>

#include "audio/jail/confine.h"
#include "audio/jail/decoder_pool.h"
#include "library/half.h"
#include "library/indexing/index_fixture.h"

namespace hearken::library {
namespace {

TEST_F(IndexTest, TakesSoundAndPassesTheRestOver) {
  write_wav(music / "a.wav", 2.0, 100);
  write_wav(music / "sub/b.wav", 0.4, 200);
  write_wav(music / "sub/named like nothing", 0.6, 300);
  write_text(music / "cover.jpg", "\xff\xd8\xff\xe0 a picture");
  write_text(music / "notes.txt", "words");
  const IndexReport r = index();
  EXPECT_EQ(r.found, 3);
  EXPECT_EQ(r.indexed, 3);
  EXPECT_EQ(r.unchanged + r.moved + r.missing + r.pruned, 0);
  EXPECT_TRUE(r.skipped.empty());
  EXPECT_NEAR(r.audio_seconds, 3.0, 1e-3);
  EXPECT_EQ(tracks(), (Set{"a.wav", "b.wav", "named like nothing"}));
  const LibraryInfo i = info();
  EXPECT_EQ(i.windows, 3 + 1 + 1);
  EXPECT_EQ(i.sources, std::vector<fs::path>{music});
  EXPECT_NEAR(i.audio_seconds, 3.0, 1e-3);
  EXPECT_EQ(integer("SELECT count(*) FROM stages WHERE stage = 'tags' AND version = 1"), 3);
  expect_sound(file);

  const IndexReport again = index();
  EXPECT_EQ(again.unchanged, 3);
  EXPECT_EQ(again.indexed, 0);
  EXPECT_EQ(windows_embedded, 0);
}

TEST_F(IndexTest, BadFilesAreNamedAndTheRestGoesOn) {
  write_wav(music / "a.wav", 1, 100);
  write_text(music / "text.mp3", "this is a text");
  write_text(music / "empty.ogg", "");
  write_text(music / "no sound.txt", "named on the command line");
  const IndexReport r = index({music, music / "no sound.txt", dir / "nowhere"});
  EXPECT_EQ(r.found, 4);
  EXPECT_EQ(r.indexed, 1);
  ASSERT_EQ(r.skipped.size(), 4U);
  EXPECT_EQ(r.skipped[0].path, music / "empty.ogg");
  EXPECT_EQ(r.skipped[1].path, music / "no sound.txt");
  EXPECT_EQ(r.skipped[2].path, music / "text.mp3");
  EXPECT_EQ(r.skipped[3].path, dir / "nowhere");
  EXPECT_EQ(tracks(), Set{"a.wav"});
  EXPECT_THROW(index(std::vector<fs::path>{}), Error);
}

// What the hostile decoder does to each: tests/jail/hostile_decoder.cpp.
TEST_F(IndexTest, AFileThatTakesItsDecoderOverIsNamedAndTheRestGoesOn) {
  struct Jailed {
    Jailed() {
      audio::use_decoder_program(
          audio::DecoderProgram{.path = HEARKEN_HOSTILE_DECODER, .arguments = {"decoder"}, .patience = 0.01});
    }
    ~Jailed() { audio::use_decoder_program(std::nullopt); }
  } jailed;
  std::vector<std::pair<std::string, std::string>> hostile = {
      {"babble", "broke"},         {"connect", "connect: Operation not permitted"},
      {"crash", "broke"},          {"lie", "broke"},
      {"loop", "takes more than"}, {"open", "open: Operation not permitted"}};
  if (!audio::kSanitized) hostile.insert(hostile.begin(), {"allocate", "asks for more memory"});
  for (const auto& [name, reason] : hostile)
    write_wav(music / (name + ".wav"), 1, 100 + 10 * static_cast<double>(name[0]));
  for (int i = 0; i < 6; ++i) write_wav(music / numbered("good", i, ".wav"), 1, 100 + 7 * i);
  const IndexReport r = index();
  EXPECT_EQ(r.found, 6 + std::ssize(hostile));
  EXPECT_EQ(r.indexed, 6);
  ASSERT_EQ(r.skipped.size(), hostile.size());
  for (std::size_t i = 0; i < hostile.size(); ++i) {
    EXPECT_EQ(r.skipped[i].path.stem(), hostile[i].first);
    EXPECT_NE(r.skipped[i].reason.find(hostile[i].second), std::string::npos) << r.skipped[i].reason;
  }
}

TEST_F(IndexTest, VectorsAreTheSameBitsWhateverTheThreadsAndTheRun) {
  for (int i = 0; i < 12; ++i) write_wav(music / numbered("", i, ".wav"), 0.5 + i, 80 + 30 * i);
  std::string first;
  for (const int threads : {1, 3, 8}) {
    fs::remove(file);
    IndexOptions options;
    options.threads = threads;
    EXPECT_EQ(index({music}, options).indexed, 12);
    if (first.empty()) first = all_vectors();
    EXPECT_EQ(all_vectors(), first);
  }
  EXPECT_GT(first.size(), 1000U);
}

TEST_F(IndexTest, TheMeanIsThatOfTheStoredVectors) {
  write_wav(music / "a.wav", 3.2, 100);
  index();
  const Library library = Library::open(file, OpenMode::read);
  Statement row(
      impl_of(library).db(),
      "SELECT mean, mean_length, vectors, window_count FROM embeddings e JOIN windows w ON w.embedding_id = e.id");
  ASSERT_TRUE(row.step());
  ASSERT_EQ(row.integer(3), 6);
  std::vector<std::uint16_t> halves(6 * kToyDimension);
  std::vector<float> mean(kToyDimension);
  std::memcpy(halves.data(), row.bytes(2).data(), row.bytes(2).size());
  std::memcpy(mean.data(), row.bytes(0).data(), row.bytes(0).size());
  double square = 0;
  for (std::size_t i = 0; i < kToyDimension; ++i) {
    double sum = 0;
    for (std::size_t w = 0; w < 6; ++w) sum += double{float_from_half(halves[w * kToyDimension + i])};
    EXPECT_FLOAT_EQ(mean[i], static_cast<float>(sum / 6));
    square += sum / 6 * sum / 6;
  }
  EXPECT_NEAR(row.real(1), std::sqrt(square), 1e-12);
  EXPECT_LT(row.real(1), 1);
}

TEST_F(IndexTest, ModelsStandSideBySideAndAChangedFileLosesAll) {
  write_wav(music / "a.wav", 1, 100);
  write_wav(music / "b.wav", 1, 200);
  index();
  EXPECT_EQ(index({music}, {}, toy_entry("other")).indexed, 2);
  EXPECT_EQ(index().unchanged, 2);
  LibraryInfo i = info();
  ASSERT_EQ(i.models.size(), 2U);
  EXPECT_EQ(i.models[0].fingerprint, "toy");
  EXPECT_EQ(i.models[0].tracks, 2);
  EXPECT_EQ(i.models[1].tracks, 2);
  EXPECT_EQ(i.tracks, 2);

  // A copy brings both along; a change leaves only what was made from the new bytes.
  fs::copy(music / "a.wav", music / "c.wav");
  index();
  EXPECT_EQ(info().models[1].tracks, 3);
  write_wav(music / "a.wav", 2, 700);
  index();
  i = info();
  EXPECT_EQ(i.models[0].tracks, 3);
  EXPECT_EQ(i.models[1].tracks, 2);
  expect_sound(file);
}

TEST_F(IndexTest, AStoppedRunKeepsWhatIsDoneAndTheNextOneGoesOn) {
  for (int i = 0; i < 30; ++i) write_wav(music / numbered("", i, ".wav"), 1.5, 80 + 30 * i);
  std::atomic<bool> cancel{false};
  IndexOptions options;
  options.cancel = &cancel;
  options.threads = 2;
  Library library = Library::open(file, OpenMode::create);
  const WindowModel model = toy_model_until(20, cancel);
  const std::vector<fs::path> paths{music};
  const IndexReport r = run_index(impl_of(library), toy_entry(), model, paths, options);
  EXPECT_TRUE(r.cancelled);
  EXPECT_LT(r.indexed, 30);
  EXPECT_EQ(info().tracks, r.indexed);
  expect_sound(file);
  const IndexReport rest = index();
  EXPECT_EQ(rest.unchanged, r.indexed);
  EXPECT_EQ(rest.indexed, 30 - r.indexed);
}

TEST_F(IndexTest, ProgressCountsUpToTheEnd) {
  for (int i = 0; i < 6; ++i) write_wav(music / numbered("", i, ".wav"), 1, 80 + 30 * i);
  write_text(music / "bad.mp3", "bad");
  IndexOptions options;
  std::vector<IndexProgress> seen;
  options.progress = [&](const IndexProgress& p) { seen.push_back(p); };
  const IndexReport r = index({music}, options);
  ASSERT_FALSE(seen.empty());
  EXPECT_EQ(seen.back().files_done, 7);
  EXPECT_EQ(seen.back().files_total, 7);
  EXPECT_EQ(seen.back().skipped, 1);
  EXPECT_DOUBLE_EQ(seen.back().audio_seconds_done, r.audio_seconds);
  EXPECT_DOUBLE_EQ(seen.back().audio_seconds_total, r.audio_seconds);
  EXPECT_DOUBLE_EQ(seen.back().part_done, 1);
  EXPECT_EQ(seen.back().files_open, 0);
  for (std::size_t i = 1; i < seen.size(); ++i) EXPECT_GE(seen[i].files_done, seen[i - 1].files_done);
}

TEST_F(IndexTest, TwoRunsAtOnceAreOneTooMany) {
  write_wav(music / "a.wav", 1, 100);
  IndexOptions options;
  int refused = 0;
  options.progress = [&](const IndexProgress&) {
    try {
      Library other = Library::open(file, OpenMode::create);
      const std::vector<fs::path> paths{music};
      run_index(impl_of(other), toy_entry(), toy_model(), paths, {});
    } catch (const Error& e) {
      refused += e.code() == ErrorCode::busy ? 1 : 0;
    }
  };
  EXPECT_EQ(index({music}, options).indexed, 1);
  EXPECT_GE(refused, 1);
}

TEST_F(IndexTest, ALibraryOpenedForReadingIsNotWritten) {
  index();
  Library reader = Library::open(file, OpenMode::read);
  const std::vector<fs::path> paths{music};
  EXPECT_THROW(run_index(impl_of(reader), toy_entry(), toy_model(), paths, {}), Error);
}

TEST_F(IndexTest, PathsAreBytes) {
  write_wav(music / "caf\xe9 \xff.wav", 1, 100);  // Latin-1, not UTF-8
  write_wav(music / "a%_'\"\n.wav", 1, 200);
  EXPECT_EQ(index().indexed, 2);
  EXPECT_EQ(tracks(), (Set{"caf\xe9 \xff.wav", "a%_'\"\n.wav"}));
  EXPECT_EQ(index().unchanged, 2);
}

// Closing a descriptor of a file drops this process's locks on it, SQLite's among them.
TEST_F(IndexTest, TheLibraryItselfIsNotOpened) {
  write_wav(music / "a.wav", 1, 100);
  file = music / "l.db";
  Library library = Library::open(file, OpenMode::create);
  library.info();
  const auto locked = [&] {
    const pid_t child = ::fork();
    if (child == 0) {
      // https://sqlite.org/src/file/src/os.h: the bytes that every connection holds a shared lock on.
      struct flock lock{};
      lock.l_type = F_WRLCK;
      lock.l_whence = SEEK_SET;
      lock.l_start = 0x40000002;
      lock.l_len = 510;
      const int descriptor = ::open(file.c_str(), O_RDWR);
      ::_exit(::fcntl(descriptor, F_GETLK, &lock) == 0 && lock.l_type == F_RDLCK ? 1 : 0);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WEXITSTATUS(status) == 1;
  };
  ASSERT_TRUE(locked());
  const std::vector<fs::path> paths{music, file};
  const IndexReport r = run_index(impl_of(library), toy_entry(), toy_model(), paths, {});
  EXPECT_TRUE(locked());
  EXPECT_EQ(r.found, 1);
  ASSERT_EQ(r.skipped.size(), 1U);
  EXPECT_EQ(r.skipped[0].reason, "is the library itself");
}

// ── quick passes ──

class QuickTest : public IndexTest {
 protected:
  QuickTest() {
    write_wav(music / "long.wav", 20, 200);
    write_wav(music / "longer.wav", 40, 300);
    write_wav(music / "short.wav", 1.8, 400);
  }
  IndexReport quick() {
    IndexOptions options;
    options.quick = true;
    options.windowing = {1, 0.5};
    return index({music}, options);
  }
  std::int64_t marked() { return integer("SELECT count(*) FROM quick_passes"); }
};

TEST_F(QuickTest, ThreeWindowsOfEachTrackAndThenTheWhole) {
  const IndexReport first = quick();
  EXPECT_EQ(first.indexed, 3);
  EXPECT_EQ(first.quick, 2);
  EXPECT_NEAR(first.audio_seconds, 3 + 3 + 1.8, 1e-3);
  EXPECT_EQ(windows_embedded, 3 + 3 + 3);
  EXPECT_EQ(tracks(), (Set{"long.wav", "longer.wav", "short.wav"}));
  EXPECT_EQ(info().quick_tracks, 2);
  EXPECT_EQ(info().models[0].quick_tracks, 2);
  EXPECT_EQ(info().measured, 0);
  EXPECT_NEAR(info().audio_seconds, 61.8, 1e-3);
  EXPECT_EQ(text("SELECT hex(w.starts) FROM windows w JOIN embeddings e ON e.id = w.embedding_id JOIN tracks t ON "
                 "t.id = e.track_id WHERE CAST(t.path AS TEXT) LIKE '%/long.wav'"),
            "0000000000000440"
            "0000000000002340"
            "0000000000803040");  // 2.5, 9.5 and 16.5
  EXPECT_EQ(quick().unchanged, 3);
  EXPECT_EQ(windows_embedded, 0);

  const IndexReport second = index();
  EXPECT_EQ(second.indexed, 2);
  EXPECT_EQ(second.completed, 2);
  EXPECT_EQ(second.quick, 0);
  EXPECT_EQ(second.listened, 1);  // the short one, which had all its windows
  EXPECT_EQ(info().quick_tracks, 0);
  EXPECT_EQ(info().measured, 3);
  EXPECT_EQ(marked(), 0);
  const std::string whole = all_vectors();
  file = dir / "other.db";
  index();
  EXPECT_EQ(all_vectors(), whole);
  // What has the whole needs no quick pass.
  EXPECT_EQ(quick().unchanged, 3);
  expect_sound(file);
}

TEST_F(QuickTest, TracksStayWhatTheyAreThroughBoth) {
  quick();
  const std::string ids = text("SELECT group_concat(id || path) FROM (SELECT id, path FROM tracks ORDER BY id)");
  index();
  EXPECT_EQ(text("SELECT group_concat(id || path) FROM (SELECT id, path FROM tracks ORDER BY id)"), ids);
}

TEST_F(QuickTest, AMovedFileIsTheSameTrack) {
  quick();
  const std::int64_t id = integer("SELECT id FROM tracks WHERE CAST(path AS TEXT) LIKE '%/long.wav'");
  ASSERT_GT(id, 0);
  fs::rename(music / "long.wav", music / "moved.wav");
  const IndexReport report = index();
  EXPECT_EQ(report.missing, 0);
  EXPECT_EQ(integer("SELECT id FROM tracks WHERE CAST(path AS TEXT) LIKE '%/moved.wav'"), id);
  EXPECT_EQ(tracks(), (Set{"longer.wav", "moved.wav", "short.wav"}));
  EXPECT_EQ(marked(), 0);
}

TEST_F(QuickTest, CopiesGoTogether) {
  fs::copy_file(music / "long.wav", music / "copy.wav");
  const IndexReport first = quick();
  EXPECT_EQ(first.indexed, 3);
  EXPECT_EQ(first.moved, 1);
  EXPECT_EQ(marked(), 3);
  const IndexReport second = index();
  EXPECT_EQ(second.indexed, 2);
  EXPECT_EQ(second.moved, 1);
  EXPECT_EQ(marked(), 0);
  EXPECT_EQ(
      integer(
          "SELECT min(window_count) FROM embeddings e JOIN tracks t ON t.id = e.track_id WHERE CAST(path AS TEXT) LIKE "
          "'%/long.wav' OR CAST(path AS TEXT) LIKE '%/copy.wav'"),
      39);
  // A new copy takes the whole, also of a quick run.
  fs::copy_file(music / "longer.wav", music / "again.wav");
  EXPECT_EQ(quick().moved, 1);
  EXPECT_EQ(marked(), 0);
  expect_sound(file);
}

TEST_F(QuickTest, OtherBytesAtAPathGetAQuickPassOfTheirOwn) {
  index();
  write_wav(music / "long.wav", 25, 500);
  const IndexReport report = quick();
  EXPECT_EQ(report.indexed, 1);
  EXPECT_EQ(report.quick, 1);
  EXPECT_EQ(info().quick_tracks, 1);
  EXPECT_EQ(info().measured, 2);
  expect_sound(file);
}

// ── the order ──

TEST_F(IndexTest, TheNewestComeFirst) {
  const auto now = fs::file_time_type::clock::now();
  for (int i = 0; i < 5; ++i) {
    const fs::path path = music / numbered("", i, ".wav");
    write_wav(path, 1, 200 + 50 * i);
    fs::last_write_time(path, now - std::chrono::hours(24 * ((i * 3) % 5)));
  }
  IndexOptions options;
  options.threads = 1;
  index({music}, options);
  EXPECT_EQ(
      text("SELECT group_concat(substr(CAST(path AS TEXT), -5, 1), '') FROM (SELECT path FROM tracks ORDER BY id)"),
      "02413");
}

}  // namespace
}  // namespace hearken::library
