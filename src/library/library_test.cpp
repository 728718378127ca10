// Opening library files in every state they can be in.
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <thread>

#include "core/testing/refusal.h"
#include "library/digests.h"
#include "library/half.h"
#include "library/indexing/run_lock.h"
#include "library/schema.h"
#include "library/test_support.h"

namespace hearken::library {
namespace {

namespace fs = std::filesystem;

std::size_t files_in(const fs::path& folder) {
  return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

void execute(const fs::path& file, const char* sql) {
  Database(file.native(), file, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE).execute(sql);
}

Embedded one_window(float x) {
  Embedded e;
  e.content[0] = static_cast<std::uint8_t>(x * 100);
  e.state = {100, 200, 300};
  e.duration_seconds = 1.5;
  e.starts_seconds = {0.0};
  e.vectors.assign(kToyDimension, 0);
  e.vectors[0] = half_from_float(x);
  return e;
}

void add_track(const Library& library, const std::string& path, float x = 1) {
  Database& db = impl_of(library).db();
  Store store(db, toy_entry());
  Transaction t(db, Transaction::Kind::write);
  store.put(path, one_window(x));
  t.commit();
}

TEST(Library, IsMadeWithItsFoldersAndOpensAgain) {
  TempFolder dir;
  const fs::path file = dir / "new/folder/l.db";
  {
    const Library made = Library::open(file, OpenMode::create);
    EXPECT_EQ(made.info().tracks, 0);
    EXPECT_EQ(made.path(), file);
    add_track(made, "/a");
    EXPECT_EQ(impl_of(made).db().text("PRAGMA journal_mode"), "wal");
    EXPECT_EQ(impl_of(made).db().integer("PRAGMA synchronous"), 2);  // FULL
    EXPECT_EQ(impl_of(made).db().integer("PRAGMA foreign_keys"), 1);
    // Another reader, while this one is open.
    EXPECT_EQ(Library::open(file, OpenMode::read).info().tracks, 1);
  }
  const LibraryInfo info = Library::open(file, OpenMode::read).info();
  EXPECT_EQ(info.tracks, 1);
  EXPECT_EQ(info.windows, 1);
  EXPECT_DOUBLE_EQ(info.audio_seconds, 1.5);
  EXPECT_GT(info.bytes, 0);
  ASSERT_EQ(info.models.size(), 1U);
  EXPECT_EQ(info.models[0].name, "toy");
  EXPECT_EQ(info.models[0].windowing, (Windowing{1.0, 0.5}));
  expect_sound(file);
}

TEST(Library, ThatIsNotThereIsNotFound) {
  TempFolder dir;
  const std::string text = refusal(ErrorCode::not_found, [&] { Library::open(dir / "none.db", OpenMode::read); });
  EXPECT_NE(text.find("none.db"), std::string::npos);
  EXPECT_NE(text.find("hearken index"), std::string::npos);
  EXPECT_EQ(files_in(dir.path()), 0U);
  refusal(ErrorCode::corrupt, [&] { Library::open(dir.path(), OpenMode::create); });
  refusal(ErrorCode::invalid_argument, [&] { Library::open("", OpenMode::create); });
  write_text(dir / "file", "x");
  refusal(ErrorCode::not_found, [&] { Library::open(dir / "file/l.db", OpenMode::create); });
}

TEST(Library, OtherFilesAreRefusedAndLeftAlone) {
  TempFolder dir;
  write_text(dir / "text.db", std::string(3000, 'x'));
  execute(dir / "other.db", "PRAGMA journal_mode = WAL; CREATE TABLE t (x); PRAGMA application_id = 7; ");
  execute(dir / "tables.db", "CREATE TABLE t (x)");
  write_text(dir / "short.db", "SQLite format 3");
  const std::size_t files = files_in(dir.path());
  for (const char* name : {"text.db", "other.db", "tables.db", "short.db"}) {
    const std::string before = read_text(dir / name);
    for (const OpenMode mode : {OpenMode::read, OpenMode::create}) {
      const std::string text = refusal(ErrorCode::corrupt, [&] { Library::open(dir / name, mode); });
      EXPECT_NE(text.find(name), std::string::npos) << text;
    }
    EXPECT_EQ(read_text(dir / name), before) << name;
  }
  EXPECT_EQ(files_in(dir.path()), files);
}

TEST(Library, WhoseCreationWasCutShortIsEmpty) {
  TempFolder dir;
  write_text(dir / "zero.db", "");
  execute(dir / "id.db", "PRAGMA application_id = 1213352782");
  execute(dir / "wal.db", "PRAGMA application_id = 1213352782; PRAGMA journal_mode = WAL");
  execute(dir / "bare.db", "PRAGMA journal_mode = WAL");
  ASSERT_EQ(kApplicationId, 1213352782);
  for (const char* name : {"zero.db", "id.db", "wal.db", "bare.db"}) {
    EXPECT_EQ(Library::open(dir / name, OpenMode::read).info().tracks, 0) << name;
    {
      const Library whole = Library::open(dir / name, OpenMode::create);
      add_track(whole, "/a");
    }
    EXPECT_EQ(Library::open(dir / name, OpenMode::read).info().tracks, 1) << name;
    expect_sound(dir / name);
  }
}

// Killed after the file was marked, before SQLite let its journal go: what is opened next is an empty file again.
TEST(Library, WhoseMarkIsTakenBackIsMarkedAnew) {
  TempFolder dir;
  for (const OpenMode first : {OpenMode::read, OpenMode::create}) {
    const fs::path file = dir / (first == OpenMode::read ? "read.db" : "written.db");
    execute(file, "PRAGMA application_id = 1213352782");
    // A rollback journal (https://sqlite.org/fileformat2.html, 3) of a write that began at no pages.
    std::string journal("\xd9\xd5\x05\xf9\x20\xa1\x63\xd7\0\0\0\0\0\0\0\x01\0\0\0\0\0\0\x02\0\0\0\x10\0", 28);
    journal.resize(512);
    write_text(file.string() + "-journal", journal);
    {
      const Library library = Library::open(file, first);
      EXPECT_EQ(library.info().tracks, 0);
      if (first == OpenMode::create) add_track(library, "/a");
    }
    {
      const Library library = Library::open(file, OpenMode::create);
      if (first == OpenMode::read) add_track(library, "/a");
    }
    EXPECT_EQ(Library::open(file, OpenMode::read).info().tracks, 1);
    expect_sound(file);
  }
}

TEST(Library, OfANewerProgramIsRefusedAndLeftAlone) {
  TempFolder dir;
  {
    add_track(Library::open(dir / "l.db", OpenMode::create), "/a");
  }
  execute(dir / "l.db", "PRAGMA user_version = 99");
  for (const OpenMode mode : {OpenMode::read, OpenMode::create}) {
    const std::string text = refusal(ErrorCode::mismatch, [&] { Library::open(dir / "l.db", mode); });
    EXPECT_NE(text.find("newer"), std::string::npos) << text;
  }
  execute(dir / "l.db", ("PRAGMA user_version = " + std::to_string(migrations().size())).c_str());
  EXPECT_EQ(Library::open(dir / "l.db", OpenMode::read).info().tracks, 1);
}

TEST(Library, MigratesStepByStepAndAFailedStepChangesNothing) {
  TempFolder dir;
  const Library library = Library::open(dir / "l.db", OpenMode::create);
  add_track(library, "/a");
  Database& db = impl_of(library).db();
  const std::int64_t newest = static_cast<std::int64_t>(migrations().size());
  ASSERT_EQ(db.integer("PRAGMA user_version"), newest);
  const auto followed_by = [](Migration next, Migration last) {
    std::vector<Migration> table(migrations().begin(), migrations().end());
    table.insert(table.end(), {next, last});
    return table;
  };
  const Migration good = [](Database& d) { d.execute("ALTER TABLE tracks ADD COLUMN bpm REAL"); };
  const Migration bad = [](Database& d) {
    d.execute("CREATE TABLE half (x)");
    d.execute("this is no SQL");
  };
  EXPECT_THROW(migrate(db, followed_by(good, bad)), Error);
  EXPECT_EQ(db.integer("PRAGMA user_version"), newest + 1);
  EXPECT_EQ(db.integer("SELECT count(*) FROM sqlite_master WHERE name = 'half'"), 0);
  EXPECT_EQ(db.integer("SELECT count(*) FROM tracks WHERE bpm IS NULL"), 1);
  EXPECT_THROW(migrate(db, followed_by(good, good)), Error);  // the column is there already
  EXPECT_EQ(db.integer("PRAGMA user_version"), newest + 1);
  EXPECT_FALSE(db.in_transaction());
  EXPECT_EQ(library.info().tracks, 1);
}

// A file as the program of format `version` left it: one track, two windows of two numbers.
void make_old(const fs::path& file, std::size_t version) {
  Database db(file.native(), file, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
  db.execute(("PRAGMA application_id = " + std::to_string(kApplicationId)).c_str());
  migrate(db, migrations().first(version));
  db.execute(
      "INSERT INTO tracks VALUES (1, CAST('/a' AS BLOB), 10, 1, 1, zeroblob(16), 2, '', '', '', '', 0, 1);"
      "INSERT INTO models (fingerprint, name, dimension, window_seconds, hop_seconds, precision, added_at) VALUES "
      "('toy', "
      "'toy', 2, 1, 0.5, 'fp32', 1);"
      "INSERT INTO embeddings (track_id, model_id, window_count, mean_length, mean) VALUES (1, 1, 2, 1, "
      "x'0000803F00000000');"
      "INSERT INTO windows VALUES (1, zeroblob(16), x'003C0000003C0000')");
  if (version >= 2) db.execute("INSERT INTO fingerprints (track_id, data) VALUES (1, x'0102')");
}

TEST(Library, OfEveryVersionIsBroughtUpWithItsTracksAndGetsDigests) {
  for (std::size_t version = 1; version <= migrations().size(); ++version) {
    SCOPED_TRACE(version);
    TempFolder dir;
    make_old(dir / "l.db", version);
    const Library library = Library::open(dir / "l.db", OpenMode::read);
    EXPECT_EQ(library.info().tracks, 1);
    Database& db = impl_of(library).db();
    EXPECT_EQ(db.integer("PRAGMA user_version"), static_cast<std::int64_t>(migrations().size()));
    if (version >= 6) continue;
    Statement row(db,
                  "SELECT e.mean, e.digest, w.starts, w.vectors, d.digests FROM embeddings e JOIN windows w ON "
                  "w.embedding_id = e.id JOIN window_digests d ON d.embedding_id = e.id");
    ASSERT_TRUE(row.step());
    EXPECT_EQ(row.integer(1), digest_of(row.bytes(0)));
    EXPECT_EQ(row.bytes(4).size(), 3 * sizeof(std::uint64_t));
    EXPECT_TRUE(are_whole(row.bytes(2), row.bytes(3), row, 4));
    EXPECT_EQ(db.integer("SELECT count(*) FROM fingerprints WHERE digest IS NULL"), 0);
    EXPECT_EQ(db.text("PRAGMA integrity_check"), "ok");
  }
}

TEST(Library, WithTablesTriggersOrViewsOfOthersIsRefused) {
  for (const char* hostile :
       {"CREATE VIEW v AS SELECT 1", "CREATE TABLE other (x)", "CREATE INDEX other ON tracks (title)",
        "CREATE TRIGGER t AFTER UPDATE ON tracks BEGIN DELETE FROM tracks; END", "DROP TRIGGER embeddings_added",
        "ALTER TABLE tracks ADD COLUMN more TEXT", "DROP TABLE windows"}) {
    SCOPED_TRACE(hostile);
    for (const std::size_t version : {std::size_t{3}, migrations().size()}) {
      TempFolder dir;
      make_old(dir / "l.db", version);
      execute(dir / "l.db", hostile);
      for (const OpenMode mode : {OpenMode::read, OpenMode::write})
        refusal(ErrorCode::corrupt, [&] { Library::open(dir / "l.db", mode); });
    }
  }
}

TEST(Library, AStatementWithoutEndIsGivenUp) {
  Database db(":memory:", "l.db", SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
  const char* endless = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT max(x) FROM c";
  db.set_patience(0.01);
  refusal(ErrorCode::busy, [&] { db.integer(endless); });
  EXPECT_EQ(db.integer("SELECT 7"), 7);
}

TEST(Library, NewContentTakesTheMachinesTagsAway) {
  TempFolder dir;
  const Library library = Library::open(dir / "l.db", OpenMode::create);
  add_track(library, "/a");
  Database& db = impl_of(library).db();
  db.execute(
      "INSERT INTO tags SELECT id, 'dog', 'esc50', 'm', 0.2, 0.9, 0, 0.95 FROM tracks;"
      "INSERT INTO tags SELECT id, 'mine', '', '', NULL, NULL, 1, NULL FROM tracks;"
      "UPDATE tracks SET path = CAST('/b' AS BLOB), content_hash = content_hash");
  EXPECT_EQ(db.integer("SELECT count(*) FROM tags"), 2);
  db.execute("UPDATE tracks SET content_hash = randomblob(16)");
  EXPECT_EQ(db.text("SELECT label FROM tags"), "mine");
  EXPECT_EQ(db.integer("SELECT count(*) FROM tags"), 1);
}

TEST(Library, ManyMayMakeOneAtOnce) {
  TempFolder dir;
  for (int round = 0; round < 5; ++round) {
    const fs::path file = dir / std::to_string(round);
    std::atomic<int> opened{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 6; ++i) {
      threads.emplace_back([&, i] {
        try {
          add_track(Library::open(file, OpenMode::create), numbered("/", i));
          ++opened;
        } catch (const Error& e) {
          ADD_FAILURE() << e.what();
        }
      });
    }
    for (std::thread& t : threads) t.join();
    EXPECT_EQ(opened, 6);
    EXPECT_EQ(Library::open(file, OpenMode::read).info().tracks, 6);
  }
}

TEST(Library, LockedByAnotherProgramIsBusy) {
  TempFolder dir;
  const Library library = Library::open(dir / "l.db", OpenMode::create);
  Database other((dir / "l.db").native(), dir / "l.db", SQLITE_OPEN_READWRITE);
  other.execute("BEGIN IMMEDIATE");
  sqlite3_busy_timeout(impl_of(library).db().handle(), 20);
  const std::string text = refusal(ErrorCode::busy, [&] { add_track(library, "/a"); });
  EXPECT_NE(text.find("l.db"), std::string::npos) << text;
  EXPECT_EQ(Library::open(dir / "l.db", OpenMode::read).info().tracks, 0);  // readers do not wait
  other.execute("COMMIT");
  add_track(library, "/a");
  EXPECT_EQ(library.info().tracks, 1);
}

TEST(Library, AReaderCannotWrite) {
  TempFolder dir;
  {
    Library::open(dir / "l.db", OpenMode::create);
  }
  const Library reader = Library::open(dir / "l.db", OpenMode::read);
  EXPECT_THROW(add_track(reader, "/a"), Error);
}

TEST(Library, IsReadOnAReadOnlyDisk) {
  TempFolder dir;
  fs::permissions(dir.path(), fs::perms(0755));
  const fs::path folder = dir / "read only? 100%";
  {
    add_track(Library::open(folder / "l.db", OpenMode::create), "/a");
  }
  fs::permissions(folder / "l.db", fs::perms(0444));
  fs::permissions(folder, fs::perms(0555));
  {
    const WithoutRights nobody;
    EXPECT_EQ(Library::open(folder / "l.db", OpenMode::read).info().tracks, 1);
    refusal(ErrorCode::permission_denied, [&] { Library::open(folder / "l.db", OpenMode::create); });
    refusal(ErrorCode::permission_denied, [&] { Library::open(folder / "new.db", OpenMode::create); });
  }
  fs::permissions(folder / "l.db", fs::perms(0000));
  {
    const WithoutRights nobody;
    const std::string text =
        refusal(ErrorCode::permission_denied, [&] { Library::open(folder / "l.db", OpenMode::read); });
    EXPECT_NE(text.find("l.db"), std::string::npos) << text;
  }
  fs::permissions(folder, fs::perms(0755));
  EXPECT_EQ(files_in(folder), 1U);
}

TEST(Library, OnAReadOnlyDiskWithALogBesideItSaysSo) {
  TempFolder dir;
  fs::permissions(dir.path(), fs::perms(0755));
  const fs::path folder = dir / "copy";
  fs::create_directory(folder);
  {
    const Library library = Library::open(dir / "l.db", OpenMode::create);
    add_track(library, "/a");  // stays in the log while the library is open
    fs::copy(dir / "l.db", folder / "l.db");
    fs::copy(dir / "l.db-wal", folder / "l.db-wal");
  }
  for (const char* name : {"l.db", "l.db-wal"}) fs::permissions(folder / name, fs::perms(0444));
  fs::permissions(folder, fs::perms(0555));
  {
    const WithoutRights nobody;
    const std::string text =
        refusal(ErrorCode::permission_denied, [&] { Library::open(folder / "l.db", OpenMode::read); });
    EXPECT_NE(text.find("its log"), std::string::npos) << text;
  }
  fs::permissions(folder, fs::perms(0755));
}

TEST(Library, IsWhereTheEnvironmentSays) {
  const auto set = [](const char* name, const char* value) { value ? ::setenv(name, value, 1) : ::unsetenv(name); };
  const char* names[] = {"HEARKEN_LIBRARY", "XDG_DATA_HOME", "HOME"};
  std::vector<std::pair<const char*, std::string>> before;
  for (const char* n : names) before.emplace_back(n, std::getenv(n) ? std::getenv(n) : "\1");
  set("HEARKEN_LIBRARY", nullptr), set("XDG_DATA_HOME", nullptr), set("HOME", "/home/of");
  EXPECT_EQ(default_library_path(), "/home/of/.local/share/hearken/library.db");
  set("XDG_DATA_HOME", "relative");
  EXPECT_EQ(default_library_path(), "/home/of/.local/share/hearken/library.db");
  set("XDG_DATA_HOME", "/data");
  EXPECT_EQ(default_library_path(), "/data/hearken/library.db");
  set("HEARKEN_LIBRARY", "mine.db");
  EXPECT_EQ(default_library_path(), "mine.db");
  for (const auto& [n, value] : before) set(n, value == "\1" ? nullptr : value.c_str());
}

// The page shows the tables as they are.
TEST(Library, IsAsItsPageDescribesIt) {
  TempFolder dir;
  const Library library = Library::open(dir / "l.db", OpenMode::create);
  const std::string page = read_text(fs::path(HEARKEN_SOURCE_DIR) / "docs/LIBRARY.md");
  const auto squeezed = [](const std::string& text) {
    std::string out;
    for (const char c : text) {
      if (std::isspace(static_cast<unsigned char>(c)) == 0) out += c;
    }
    return out;
  };
  const std::string page_text = squeezed(page);
  Statement rows(impl_of(library).db(),
                 "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'");
  int tables = 0;
  while (rows.step()) {
    EXPECT_NE(page_text.find(squeezed(rows.text(1)) + ";"), std::string::npos) << rows.text(0) << ":\n" << rows.text(1);
    ++tables;
  }
  EXPECT_GE(tables, 8);
}

TEST(Library, AModelsStateChangesWithItsVectorsAndOnlyThen) {
  TempFolder dir;
  const Library library = Library::open(dir / "l.db", OpenMode::create);
  Database& db = impl_of(library).db();
  std::set<std::string> states;
  const auto state = [&] { return db.text("SELECT hex(state) FROM models"); };
  add_track(library, "/a", 1);
  states.insert(state());
  add_track(library, "/b", 0.5);
  states.insert(state());
  db.execute("UPDATE tracks SET missing = 1, path = x'2f63' WHERE path = x'2f61'");
  EXPECT_TRUE(states.contains(state()));
  add_track(library, "/b", 0.25);
  states.insert(state());
  db.execute("DELETE FROM tracks WHERE path = x'2f62'");
  states.insert(state());
  EXPECT_EQ(states.size(), 4U);
  EXPECT_EQ(db.integer("SELECT count(*) FROM embeddings"), 1);
  EXPECT_EQ(db.integer("SELECT count(*) FROM windows"), 1);
}

TEST(RunLock, TheSecondIsToldWhoHasIt) {
  TempFolder dir;
  const fs::path file = dir / "l.db";
  {
    const RunLock first(file, file);
    const std::string text = refusal(ErrorCode::busy, [&] { RunLock second(file, file); });
    EXPECT_NE(text.find("l.db"), std::string::npos);
    EXPECT_NE(text.find(std::to_string(::getpid())), std::string::npos);
  }
  const RunLock again(file, file);  // and it is free afterwards
}

}  // namespace
}  // namespace hearken::library
