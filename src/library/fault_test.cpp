// A disk that fills up, breaks or loses power at any write: no acknowledged track is lost, none is partial.
#include <cstring>

#include "library/fault_vfs.h"
#include "library/half.h"
#include "library/indexing/index_run.h"
#include "library/test_support.h"

namespace hearken::library {
namespace {

namespace fs = std::filesystem;

Embedded sound(int number) {
  Embedded e;
  std::memcpy(e.content.data(), &number, sizeof number);
  e.state = {1, 2, 3};
  e.duration_seconds = 1;
  for (int w = 0; w < 600; ++w) e.starts_seconds.push_back(w);  // some pages
  e.vectors.assign(600 * kToyDimension, half_from_float(0.35F));
  e.heard = SoundAnalysis{std::vector<std::byte>(9000, std::byte{7}), {-23.0, 120.0, std::nullopt, "A minor"}};
  return e;
}

// Opens the library and stores tracks one by one; `acknowledged` counts those whose transaction returned.
void store_tracks(const fs::path& file, int count, int& acknowledged) {
  const Library library = Library::Impl::open(file, OpenMode::create, FaultVfs::kName);
  Database& db = impl_of(library).db();
  db.execute("PRAGMA wal_autocheckpoint = 30");  // pages: the log is written back after some of the commits
  Store store(db, toy_entry());
  for (int i = 0; i < count; ++i) {
    Transaction transaction(db, Transaction::Kind::write);
    store.put(numbered("/", i), sound(i));
    transaction.commit();
    ++acknowledged;
  }
}

TEST(Fault, AFailingWriteAnywhereIsAnErrorAndLosesNothing) {
  constexpr int kTracks = 4;
  for (const int result : {SQLITE_FULL, SQLITE_IOERR_WRITE}) {
    bool finished = false;
    int step = 1;
    for (; !finished; ++step) {
      TempFolder dir;
      const fs::path file = dir / "l.db";
      FaultVfs disk;
      disk.fail_from(step, result);
      int acknowledged = 0;
      try {
        store_tracks(file, kTracks, acknowledged);
      } catch (const Error& e) {
        EXPECT_EQ(e.code(), ErrorCode::io) << e.what();
        EXPECT_NE(std::string(e.what()).find(file.native()), std::string::npos) << e.what();
        if (result == SQLITE_FULL) {
          EXPECT_NE(std::string(e.what()).find("disk is full"), std::string::npos) << e.what();
        }
      }
      finished = !disk.struck();
      disk.heal();
      expect_sound(file, FaultVfs::kName);
      int again = 0;
      const std::int64_t tracks = Library::Impl::open(file, OpenMode::read, FaultVfs::kName).info().tracks;
      EXPECT_GE(tracks, acknowledged) << "step " << step;
      EXPECT_LE(tracks, acknowledged + 1);
      store_tracks(file, kTracks, again);
      EXPECT_EQ(Library::Impl::open(file, OpenMode::read, FaultVfs::kName).info().tracks, kTracks);
    }
    EXPECT_GT(step, 20);
  }
}

TEST(Fault, LosingPowerAnywhereLosesNoAcknowledgedTrack) {
  constexpr int kTracks = 4;
  bool finished = false;
  int step = 1;
  for (; !finished; ++step) {
    TempFolder dir;
    const fs::path file = dir / "l.db", after = dir / "after";
    FaultVfs disk;
    int acknowledged = 0, acknowledged_then = 0;
    finished = true;
    disk.call_before(step, [&] {
      finished = false;
      acknowledged_then = acknowledged;
      for (const auto& [name, bytes] : disk.synced()) {
        write_text(after / fs::path(name).filename().native(), bytes);
      }
    });
    store_tracks(file, kTracks, acknowledged);
    if (finished) break;
    fs::create_directories(after);
    expect_sound(after / "l.db", FaultVfs::kName);
    const std::int64_t tracks = Library::Impl::open(after / "l.db", OpenMode::read, FaultVfs::kName).info().tracks;
    EXPECT_GE(tracks, acknowledged_then) << "step " << step;
    EXPECT_LE(tracks, acknowledged_then + 1);
    const Library then = Library::Impl::open(after / "l.db", OpenMode::read, FaultVfs::kName);
    EXPECT_EQ(impl_of(then).db().integer("SELECT count(*) FROM features WHERE key = 'A minor' AND brightness IS NULL"),
              tracks);
    EXPECT_EQ(impl_of(then).db().integer("SELECT count(*) FROM fingerprints"), tracks);
  }
  EXPECT_GT(step, 20);
}

TEST(Fault, AnIndexRunOnAFullDiskEndsCleanlyAndTheNextCompletes) {
  TempFolder sounds;
  constexpr int kFiles = 8;
  for (int i = 0; i < kFiles; ++i) write_wav(sounds / numbered("", i, ".wav"), 1, 90 + 40 * i);
  const std::vector<fs::path> paths{sounds.path()};
  for (int step = 8; step < 60; step += 3) {
    TempFolder dir;
    const fs::path file = dir / "l.db";
    FaultVfs disk;
    std::int64_t acknowledged = 0;
    try {
      const Library library = Library::Impl::open(file, OpenMode::create, FaultVfs::kName);
      disk.fail_from(step, SQLITE_FULL);
      IndexOptions options;
      options.threads = 2;
      // What another process sees in the middle of the run.
      options.progress = [&](const IndexProgress&) {
        acknowledged = Library::Impl::open(file, OpenMode::read, FaultVfs::kName).info().tracks;
      };
      run_index(impl_of(library), toy_entry(), toy_model(), paths, options);
      EXPECT_FALSE(disk.struck());
    } catch (const Error& e) {
      EXPECT_EQ(e.code(), ErrorCode::io) << e.what();
    }
    disk.heal();
    expect_sound(file, FaultVfs::kName);
    const Library library = Library::Impl::open(file, OpenMode::create, FaultVfs::kName);
    EXPECT_GE(library.info().tracks, acknowledged);
    const IndexReport rest = run_index(impl_of(library), toy_entry(), toy_model(), paths, {});
    EXPECT_EQ(rest.unchanged + rest.indexed, kFiles);
    EXPECT_EQ(library.info().tracks, kFiles);
  }
}

}  // namespace
}  // namespace hearken::library
