// Index runs over folders that change: what is kept, moved, copied, hidden, brought back and forgotten.
#include "library/indexing/index_fixture.h"

namespace hearken::library {
namespace {

class PresenceTest : public IndexTest {
 protected:
  /// Indexes a.wav and b.wav; the id of a.wav.
  std::int64_t index_two(double b_seconds = 1) {
    write_wav(music / "a.wav", 1, 100);
    write_wav(music / "b.wav", b_seconds, 200);
    index();
    const std::int64_t id = id_of("a.wav");
    EXPECT_GT(id, 0);
    return id;
  }
  std::int64_t id_of(const std::string& name) {
    return integer("SELECT id FROM tracks WHERE CAST(path AS TEXT) LIKE '%" + name + "'");
  }
};

TEST_F(PresenceTest, WhatChangedIsEmbeddedAgainAndWhatWasOnlyTouchedIsNot) {
  index_two();
  const std::string before = all_vectors();
  touch(music / "a.wav");
  IndexReport r = index();
  EXPECT_EQ(r.unchanged, 2);
  EXPECT_EQ(windows_embedded, 0);
  EXPECT_EQ(all_vectors(), before);
  EXPECT_EQ(index().unchanged, 2);

  write_wav(music / "a.wav", 1, 900);  // the same size
  touch(music / "a.wav");
  r = index();
  EXPECT_EQ(r.indexed, 1);
  EXPECT_EQ(r.unchanged, 1);
  EXPECT_NE(all_vectors(), before);
  EXPECT_EQ(info().tracks, 2);
  expect_sound(file);
}

TEST_F(PresenceTest, AMovedFileKeepsItsNumberAndItsVectors) {
  const std::int64_t id = index_two();
  fs::create_directories(music / "new");
  fs::rename(music / "a.wav", music / "new/renamed.wav");
  const IndexReport r = index();
  EXPECT_EQ(r.moved, 1);
  EXPECT_EQ(r.unchanged, 1);
  EXPECT_EQ(r.missing, 0);
  EXPECT_EQ(windows_embedded, 0);
  EXPECT_EQ(tracks(), (Set{"renamed.wav", "b.wav"}));
  EXPECT_EQ(id_of("renamed.wav"), id);
  expect_sound(file);
}

TEST_F(PresenceTest, AMoveIsSeenEvenWhenOnlyTheNewPlaceIsIndexed) {
  write_wav(music / "a.wav", 1, 100);
  write_wav(music / "stays.wav", 1, 500);
  index();
  const fs::path other = dir / "other";
  fs::create_directories(other);
  fs::rename(music / "a.wav", other / "a.wav");
  EXPECT_EQ(index({other}).moved, 1);
  EXPECT_EQ(info().tracks, 2);
  // A file whose disk is not there is not taken for moved: the new one is a copy.
  fs::copy(other / "a.wav", music / "kept.wav");
  execute("UPDATE tracks SET device = device + 1");
  fs::rename(other / "a.wav", dir / "away");
  EXPECT_EQ(index({music / "kept.wav"}).moved, 1);
  EXPECT_EQ(info().tracks, 3);
}

TEST_F(PresenceTest, ACopyGetsTheVectorsWithoutEmbedding) {
  write_wav(music / "a.wav", 1.6, 100);
  index();
  fs::copy(music / "a.wav", music / "copy.wav");
  const IndexReport r = index();
  EXPECT_EQ(r.moved, 1);
  EXPECT_EQ(windows_embedded, 0);
  EXPECT_EQ(tracks(), (Set{"a.wav", "copy.wav"}));
  EXPECT_EQ(integer("SELECT count(DISTINCT vectors) FROM windows"), 1);
  EXPECT_EQ(integer("SELECT count(*) FROM windows"), 2);
  expect_sound(file);
}

TEST_F(PresenceTest, CopiesInOneRunAreEmbeddedOnce) {
  write_wav(music / "0.wav", 1, 100);
  for (int i = 1; i < 9; ++i) fs::copy(music / "0.wav", music / numbered("", i, ".wav"));
  write_text(music / "x.mp3", "no sound");
  fs::copy(music / "x.mp3", music / "y.mp3");
  IndexOptions options;
  options.threads = 4;
  const IndexReport r = index({music}, options);
  EXPECT_EQ(r.indexed, 1);
  EXPECT_EQ(r.moved, 8);
  EXPECT_EQ(windows_embedded, 1);
  EXPECT_EQ(r.skipped.size(), 2U);  // the second bad one is tried in its own right
  EXPECT_EQ(info().tracks, 9);
  expect_sound(file);
}

TEST_F(PresenceTest, SwappedFilesSwapVectors) {
  index_two(2);
  const auto of = [&](const std::string& name) {
    return text(
        "SELECT hex(vectors) FROM tracks t JOIN embeddings e ON e.track_id = t.id JOIN windows w ON w.embedding_id = "
        "e.id WHERE CAST(path AS TEXT) LIKE '%" +
        name + "'");
  };
  const std::string a = of("a.wav"), b = of("b.wav");
  ASSERT_GT(a.size(), 10U);
  fs::rename(music / "a.wav", music / "t");
  fs::rename(music / "b.wav", music / "a.wav");
  fs::rename(music / "t", music / "b.wav");
  index();
  EXPECT_EQ(of("a.wav"), b);
  EXPECT_EQ(of("b.wav"), a);
  EXPECT_EQ(info().tracks, 2);
  expect_sound(file);
}

TEST_F(PresenceTest, VanishedTracksAreHiddenComeBackAndAreForgottenOnRequest) {
  const std::int64_t id = index_two();
  fs::rename(music / "a.wav", dir / "kept");
  IndexReport r = index();
  EXPECT_EQ(r.missing, 1);
  EXPECT_TRUE(r.skipped.empty());
  EXPECT_EQ(tracks(), Set{"b.wav"});
  EXPECT_EQ(info().missing, 1);
  EXPECT_EQ(index().missing, 1);

  fs::rename(dir / "kept", music / "a.wav");
  r = index();
  EXPECT_EQ(r.unchanged, 2);
  EXPECT_EQ(r.missing, 0);
  EXPECT_EQ(windows_embedded, 0);
  EXPECT_EQ(tracks(), (Set{"a.wav", "b.wav"}));
  EXPECT_EQ(id_of("a.wav"), id);

  fs::remove(music / "a.wav");
  r = prune();
  EXPECT_EQ(r.missing, 1);
  EXPECT_EQ(r.pruned, 1);
  EXPECT_EQ(integer("SELECT count(*) FROM tracks"), 1);
  EXPECT_EQ(integer("SELECT count(*) FROM windows"), 1);
  EXPECT_EQ(integer("SELECT count(*) FROM stages"), 3);
  expect_sound(file);
}

TEST_F(PresenceTest, OnlyTheNamedPathsAreLookedAt) {
  write_wav(music / "one/a.wav", 1, 100);
  write_wav(music / "one two/b.wav", 1, 200);
  index();
  fs::remove(music / "one/a.wav");
  fs::remove(music / "one two/b.wav");
  EXPECT_EQ(index({music / "one"}).missing, 1);
  EXPECT_EQ(info().tracks, 1);
  IndexOptions options;
  options.prune = true;
  EXPECT_EQ(index({music / "one"}, options).pruned, 1);
  EXPECT_EQ(integer("SELECT count(*) FROM tracks"), 1);
}

TEST_F(PresenceTest, AHiddenFileThatWasNamedStaysWhenItsFolderIsIndexed) {
  write_wav(music / ".h/a.wav", 1, 100);
  index({music / ".h/a.wav"});
  EXPECT_EQ(index().missing, 0);
  EXPECT_EQ(tracks(), Set{"a.wav"});
}

TEST_F(PresenceTest, ARootThatIsNotThereOrLooksUnmountedChangesNothing) {
  write_wav(music / "a.wav", 1, 100);
  write_wav(music / "disk/b.wav", 1, 200);
  index();
  const fs::path away = dir / "away";
  fs::rename(music, away);
  IndexReport r = index();
  ASSERT_EQ(r.skipped.size(), 1U);
  EXPECT_EQ(r.skipped[0].code, ErrorCode::not_found);
  EXPECT_EQ(info().tracks, 2);

  // An empty mount point: the tracks below it lay on another device.
  fs::create_directories(music / "disk");
  execute("UPDATE tracks SET device = device + 1");
  for (const bool whole : {true, false}) {
    if (whole)
      fs::remove(music / "disk");
    else
      write_wav(music / "a.wav", 1, 100), fs::create_directories(music / "disk");
    r = prune();
    ASSERT_EQ(r.skipped.size(), 1U) << whole;
    EXPECT_NE(r.skipped[0].reason.find("unmounted"), std::string::npos) << r.skipped[0].reason;
    EXPECT_EQ(r.skipped[0].path, whole ? music : music / "disk");
    EXPECT_EQ(r.missing + r.pruned, 0);
    EXPECT_EQ(info().tracks, 2);
  }

  // Emptied on its own disk: gone.
  execute("UPDATE tracks SET device = device - 1 WHERE CAST(path AS TEXT) LIKE '%b.wav'");
  r = index();
  EXPECT_TRUE(r.skipped.empty());
  EXPECT_EQ(r.missing, 1);
  EXPECT_EQ(tracks(), Set{"a.wav"});
}

TEST_F(PresenceTest, BelowAFolderWithoutPermissionNothingIsMissing) {
  fs::permissions(dir.path(), fs::perms(0777));
  fs::permissions(music, fs::perms(0777));
  write_wav(music / "closed/a.wav", 1, 100);
  write_wav(music / "b.wav", 1, 100.5);
  const WithoutRights nobody;
  index();
  ASSERT_EQ(info().tracks, 2);
  const auto closed = [&](int mode) {
    ASSERT_EQ(::seteuid(::getuid()), 0);
    fs::permissions(music / "closed", fs::perms(mode));
    ASSERT_EQ(::seteuid(::getuid() == 0 ? 65534 : ::getuid()), 0);
  };
  closed(0);
  fs::remove(music / "b.wav");
  const IndexReport r = prune();
  closed(0755);
  ASSERT_EQ(r.skipped.size(), 1U);
  EXPECT_EQ(r.skipped[0].code, ErrorCode::permission_denied);
  EXPECT_EQ(r.pruned, 1);
  EXPECT_EQ(tracks(), Set{"a.wav"});
}

TEST_F(PresenceTest, ASingleFileThatIsGoneIsHiddenWhenItsFolderIsThere) {
  write_wav(music / "a.wav", 1, 100);
  write_wav(dir / "other/b.wav", 1, 200);
  index({music / "a.wav", dir / "other/b.wav"});
  EXPECT_TRUE(info().sources.empty());
  fs::remove(music / "a.wav");
  fs::rename(dir / "other", dir / "unmounted");
  const IndexReport r = index({music / "a.wav", dir / "other/b.wav"});
  EXPECT_EQ(r.skipped.size(), 2U);
  EXPECT_EQ(r.missing, 1);
  EXPECT_EQ(tracks(), Set{"b.wav"});
}

TEST_F(PresenceTest, AFileReplacedByOneThatFailsIsHidden) {
  write_wav(music / "a.wav", 1, 100);
  index();
  const std::string good = read_text(music / "a.wav");
  const auto time = fs::last_write_time(music / "a.wav");
  write_text(music / "a.wav", "not any more");
  const IndexReport r = index();
  EXPECT_EQ(r.skipped.size(), 1U);
  EXPECT_EQ(r.missing, 1);
  EXPECT_TRUE(tracks().empty());
  write_text(music / "a.wav", good);
  fs::last_write_time(music / "a.wav", time);
  EXPECT_EQ(index().unchanged, 1);
  EXPECT_EQ(tracks(), Set{"a.wav"});
}

}  // namespace
}  // namespace hearken::library
