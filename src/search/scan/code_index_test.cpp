// The cache of codes: made, used again, appended to; and whatever lies in its place, the search stays right.
#include "search/scan/code_index.h"

#include <sys/stat.h>
#include <sys/types.h>

#include <filesystem>
#include <limits>
#include <optional>
#include <string>

#include "core/numerics/vectors.h"
#include "search/search_fixture.h"

namespace hearken::search {
namespace {

namespace fs = std::filesystem;
using library::read_text;
using library::write_text;

constexpr std::size_t kSpaceDimension = 12;

class CodesTest : public SearchTest {
 protected:
  std::string cache_of_two_runs() {
    add_all(some_tracks(30));
    codes();
    add_all(some_tracks(10));
    codes();
    return read_text(cache);
  }
  std::vector<std::vector<Vector>> some_tracks(std::size_t tracks) {
    std::vector<std::vector<Vector>> out(tracks);
    for (std::size_t t = 0; t < tracks; ++t)
      for (std::size_t w = 0; w <= t % 5; ++w) out[t].push_back(unit_vector(kSpaceDimension, random));
    return out;
  }
  CodeIndex codes() { return CodeIndex(library, space(), 0); }
  std::size_t windows_stored() {
    return static_cast<std::size_t>(db().integer("SELECT sum(window_count) FROM embeddings"));
  }

  // All rows of the codes are those of the library: what is visible is what is stored, number for number.
  void expect_sound(const CodeIndex& codes) {
    const auto tracks = stored();
    std::size_t visible = 0, windows = 0;
    for (const CodeIndex::Track& track : codes.tracks()) {
      if (!track.visible) continue;
      ++visible, windows += track.windows;
      const auto own = tracks.find(track.id);
      ASSERT_NE(own, tracks.end()) << track.id;
      ASSERT_EQ(track.windows, own->second.windows.size());
      EXPECT_EQ(codes.find(track.id), &track);
      EXPECT_EQ(&codes.of_mean(track.mean), &track);
      for (std::size_t w = 0; w < track.windows; ++w) {
        EXPECT_EQ(&codes.of_window(track.first + w), &track);
        expect_coded(codes.windows(), track.first + w, own->second.windows[w], 1);
      }
      const double length = std::sqrt(numerics::dot(own->second.mean, own->second.mean));
      expect_coded(codes.means(), track.mean, own->second.mean, 1);
      expect_coded(codes.cosines(), track.mean, own->second.mean, length);
    }
    EXPECT_EQ(visible, tracks.size());
    EXPECT_EQ(windows, codes.visible_windows());
  }

  fs::path cache = dir / "l.db.codes-1";
  std::mt19937 random{1};

 private:
  static void expect_coded(std::span<const RowBlock> parts, std::size_t row, const Vector& want, double length) {
    const RowBlock* part = nullptr;
    for (const RowBlock& p : parts)
      if (row >= p.first && row < p.first + p.rows) part = &p;
    ASSERT_NE(part, nullptr);
    const std::size_t r = row - part->first;
    double lost = 0;
    for (std::size_t i = 0; i < want.size(); ++i) {
      const double level = part->codes[code_at(r, i, want.size())] - kZeroCode;
      const double d = want[i] / length - level * static_cast<double>(part->numbers.scale[r]);
      lost += d * d;
    }
    EXPECT_LE(std::sqrt(lost), static_cast<double>(part->numbers.residual[r]) + 1e-7);
    EXPECT_LE(static_cast<double>(part->numbers.residual[r]), std::sqrt(lost) + 1e-6);
    EXPECT_LT(std::sqrt(lost), 0.02);
  }
};

TEST_F(CodesTest, AreMadeOnceAndUsedAgain) {
  add_all(some_tracks(100));
  {
    const CodeIndex first = codes();
    EXPECT_EQ(first.coded(), windows_stored());
    expect_sound(first);
  }
  const std::string before = read_text(cache);
  const auto time = fs::last_write_time(cache);
  const CodeIndex again = codes();
  EXPECT_EQ(again.coded(), 0U);
  expect_sound(again);
  EXPECT_EQ(fs::last_write_time(cache), time);
  EXPECT_EQ(read_text(cache), before);
}

TEST_F(CodesTest, OfASmallSpaceAreNotKept) {
  add_all(some_tracks(100));
  const CodeIndex small(library, space());
  expect_sound(small);
  EXPECT_FALSE(fs::exists(cache));
}

TEST_F(CodesTest, WhatIsAddedIsAppended) {
  add_all(some_tracks(100));
  codes();
  std::string before = read_text(cache);
  for (int round = 0; round < 4; ++round) {
    const std::size_t stored_before = windows_stored();
    add_all(some_tracks(30));
    const CodeIndex grown = codes();
    EXPECT_EQ(grown.coded(), windows_stored() - stored_before);
    expect_sound(grown);
    const std::string after = read_text(cache);
    EXPECT_GT(after.size(), before.size());
    EXPECT_EQ(after.substr(0, before.size()), before) << "what was there is not written again";
    before = after;
  }
  EXPECT_EQ(codes().coded(), 0U);
}

TEST_F(CodesTest, WhatIsRemovedIsNotFoundAndNothingIsCodedAgain) {
  add_all(some_tracks(100));
  codes();
  db().execute("DELETE FROM tracks WHERE id % 4 = 1");
  const CodeIndex fewer = codes();
  EXPECT_EQ(fewer.coded(), 0U);
  expect_sound(fewer);
  const CodeIndex again = codes();
  expect_sound(again);
  // And the other way round: added after a removal, removed after that.
  add_all(some_tracks(20));
  expect_sound(codes());
  db().execute("DELETE FROM tracks WHERE id > 110");
  expect_sound(codes());
  expect_sound(codes());
}

TEST_F(CodesTest, WhenMostIsGoneTheyAreMadeAnew) {
  add_all(some_tracks(100));
  codes();
  const auto size = fs::file_size(cache);
  db().execute("DELETE FROM tracks WHERE id > 10");
  const CodeIndex few = codes();
  EXPECT_EQ(few.coded(), windows_stored());
  expect_sound(few);
  EXPECT_LT(fs::file_size(cache), size / 2);
  EXPECT_EQ(codes().coded(), 0U);
}

TEST_F(CodesTest, ManySmallAdditionsEndInOnePiece) {
  add_all(some_tracks(100));
  codes();
  std::size_t most = 0, whole = 0;
  for (int round = 0; round < 130; ++round) {
    add_all(some_tracks(1));
    const CodeIndex grown = codes();
    most = std::max(most, grown.windows().size());
    whole += grown.coded() > 1;
    if (round % 40 == 0) expect_sound(grown);
  }
  EXPECT_LE(most, 64U);
  EXPECT_EQ(whole, 2U);
}

TEST_F(CodesTest, MissingTracksComeAndGoWithoutTheCache) {
  add_all(some_tracks(100));
  codes();
  const std::string before = read_text(cache);
  for (const char* change : {"UPDATE tracks SET missing = id % 2", "UPDATE tracks SET missing = 0"}) {
    db().execute(change);
    const CodeIndex now = codes();
    EXPECT_EQ(now.coded(), 0U);
    expect_sound(now);
    EXPECT_EQ(read_text(cache), before);
  }
}

TEST_F(CodesTest, DamageAnywhereIsFoundOutAndMended) {
  const std::string good = cache_of_two_runs();
  ASSERT_GT(good.size(), 4000U);
  for (std::size_t at = 0; at < good.size(); at += at < 128 ? 1 : 97) {
    std::string bad = good;
    bad[at] = static_cast<char>(bad[at] ^ 0x40);
    write_text(cache, bad);
    const CodeIndex mended = codes();
    ASSERT_GT(mended.coded(), 0U) << at;
    if (at % 5 == 0) expect_sound(mended);
    ASSERT_EQ(codes().coded(), 0U) << at;
  }
}

TEST_F(CodesTest, CutShortOrGrownTheyAreMended) {
  const std::string good = cache_of_two_runs();
  for (std::size_t size = 0; size < good.size(); size += 61) {
    write_text(cache, good.substr(0, size));
    const CodeIndex mended = codes();
    ASSERT_GT(mended.coded(), 0U) << size;
    if (size % 5 == 0) expect_sound(mended);
    ASSERT_EQ(codes().coded(), 0U) << size;
  }
  for (const std::string& tail : {std::string("x"), std::string(4096, '\0'), good}) {
    write_text(cache, good + tail);
    expect_sound(codes());
    add_all(some_tracks(2));
    expect_sound(codes());
    EXPECT_EQ(codes().coded(), 0U);
    write_text(cache, good);
  }
}

TEST_F(CodesTest, AnythingInTheirPlaceIsReplaced) {
  add_all(some_tracks(30));
  std::mt19937 noise(2);
  for (const std::size_t size : {0U, 1U, 111U, 112U, 5000U}) {
    std::string bytes(size, '\0');
    for (char& c : bytes) c = static_cast<char>(noise());
    write_text(cache, bytes);
    const CodeIndex made = codes();
    EXPECT_EQ(made.coded(), windows_stored());
    expect_sound(made);
    EXPECT_EQ(codes().coded(), 0U);
  }
  fs::remove(cache);
  fs::create_directory(cache);  // cannot be replaced
  expect_sound(codes());
  EXPECT_TRUE(fs::is_directory(cache));
}

// Sizes that say too much, with a right checksum.
TEST_F(CodesTest, HeadersThatLieAreRefused) {
  add_all(some_tracks(30));
  codes();
  const std::string good = read_text(cache);
  const auto refused = [&](const std::function<void(SegmentHeader&)>& lie) {
    std::vector<std::byte> bytes(good.size());
    SegmentHeader header;
    std::memcpy(&header, good.data(), sizeof header);
    lie(header);
    header.checksum = {};
    std::memcpy(bytes.data(), good.data(), good.size());
    std::memcpy(bytes.data(), &header, sizeof header);
    Hasher hasher;
    hasher.update(std::span<const std::byte>(bytes));
    header.checksum = hasher.digest();
    std::memcpy(bytes.data(), &header, sizeof header);
    return !read_segment(bytes);
  };
  EXPECT_FALSE(refused([](SegmentHeader&) {}));
  for (const std::uint64_t n : {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{1} << 20, std::uint64_t{1} << 40,
                                std::uint64_t{1} << 62, ~std::uint64_t{0}}) {
    EXPECT_TRUE(refused([n](SegmentHeader& h) { h.entries = n; }));
    EXPECT_TRUE(refused([n](SegmentHeader& h) { h.windows = n; }));
    EXPECT_TRUE(n == 0 || refused([n](SegmentHeader& h) { h.gone = n; }));
    EXPECT_TRUE(refused([n](SegmentHeader& h) { h.bytes = n; }));
    EXPECT_TRUE(refused([n](SegmentHeader& h) { h.dimension = static_cast<std::uint32_t>(n); }));
  }
  EXPECT_TRUE(refused([](SegmentHeader& h) { h.version = 2; }));
}

// The file of another library, of the same size, in its place.
TEST_F(CodesTest, OfAnotherLibraryAreNotTaken) {
  const auto tracks = some_tracks(30);
  add_all(tracks);
  codes();
  const std::string others = read_text(cache);
  db().execute("DELETE FROM models");  // and with it all vectors
  db().execute("DELETE FROM sqlite_sequence");
  db().execute("DELETE FROM tracks");
  add_all(some_tracks(30));
  write_text(cache, others);
  expect_sound(codes());
}

TEST_F(CodesTest, OfALibraryThatWasPutBackAreMadeAnew) {
  add_all(some_tracks(30));
  codes();
  add_all(some_tracks(10));
  codes();
  // As from a copy of the time before, and then indexed otherwise: the same numbers for other embeddings.
  db().execute("DELETE FROM tracks WHERE id > 30; UPDATE sqlite_sequence SET seq = 30");
  add_all(some_tracks(10));
  expect_sound(codes());
  expect_sound(codes());
  EXPECT_EQ(codes().coded(), 0U);
}

TEST_F(CodesTest, InAReadOnlyFolderAreMadeInMemory) {
  add_all(some_tracks(30));
  const Space own = space();
  fs::permissions(dir.path(),
                  fs::perms::owner_read | fs::perms::owner_exec | fs::perms::others_read | fs::perms::others_exec);
  {
    const library::WithoutRights nobody;
    const CodeIndex made(library, own, 0);
    EXPECT_EQ(made.coded(), windows_stored());
    expect_sound(made);
  }
  fs::permissions(dir.path(), fs::perms::owner_all);
  EXPECT_FALSE(fs::exists(cache));
  for (const auto& entry : fs::directory_iterator(dir.path()))
    EXPECT_EQ(entry.path().native().find("partial"), std::string::npos);
}

TEST_F(CodesTest, WhatADeadProcessLeftGoes) {
  add_all(some_tracks(30));
  const std::string dead = std::to_string(std::numeric_limits<pid_t>::max());
  const fs::path left = cache.native() + '.' + dead + ".partial", of_another = cache.native() + ".1.partial";
  for (const fs::path& path : {left, of_another}) write_text(path, "half");
  EXPECT_EQ(codes().coded(), windows_stored());
  EXPECT_FALSE(fs::exists(left));
  EXPECT_TRUE(fs::exists(of_another));
}

TEST_F(CodesTest, OneMayReadWhileAnotherAppends) {
  add_all(some_tracks(100));
  codes();
  const CodeIndex reader = codes();
  add_all(some_tracks(30));
  codes();
  EXPECT_EQ(reader.coded(), 0U);
  std::size_t windows = 0;
  for (const CodeIndex::Track& track : reader.tracks()) windows += track.windows;
  EXPECT_EQ(windows, reader.visible_windows());
}

TEST_F(CodesTest, TheEngineFindsTheSameWithAWarmCache) {
  std::vector<std::vector<Vector>> tracks(90);
  for (auto& windows : tracks)
    for (int w = 0; w < 100; ++w) windows.push_back(unit_vector(8, random));
  add_all(tracks);
  const Vector query = unit_vector(8, random);
  for (int round = 0; round < 3; ++round) {
    SCOPED_TRACE(round);
    if (round == 2) {
      db().execute("DELETE FROM tracks WHERE id IN (3, 50)");
      add_all({{query}, {query, unit_vector(8, random)}});
    }
    const ExactScan engine(library, space());
    EXPECT_TRUE(fs::exists(cache));
    const auto hits = engine.nearest_windows(query, 20)[0];
    const auto want = brute_windows(query, 20, {});
    ASSERT_EQ(hits.size(), want.size());
    for (std::size_t i = 0; i < want.size(); ++i) {
      EXPECT_EQ(hits[i].track_id, want[i].track_id);
      EXPECT_EQ(hits[i].start_seconds, want[i].start_seconds);
      EXPECT_EQ(hits[i].score, want[i].score);
    }
  }
}

}  // namespace
}  // namespace hearken::search
