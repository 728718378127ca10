// Flags of windows: replaced whole, cleared, gone with their vectors, taken along by copies, refused when damaged.
#include "library/window_flags.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <vector>

#include "library/half.h"
#include "library/test_support.h"

namespace hearken::library {
namespace {

class WindowFlagsTest : public ::testing::Test {
 protected:
  std::int64_t add(const std::string& path, int windows, std::uint8_t content,
                   const std::optional<std::vector<std::uint8_t>>& silence = {}) {
    Embedded e;
    e.silence = silence;
    e.content[0] = content;
    e.state = {content, 1, 1};
    for (int w = 0; w < windows; ++w) {
      e.starts_seconds.push_back(w);
      const bool silent = silence && is_silent(silence->at(static_cast<std::size_t>(w)));
      for (std::size_t i = 0; i < kToyDimension; ++i)
        e.vectors.push_back(half_from_float(i == (silent ? 1 : 0) ? 1.0F : 0.0F));
    }
    e.duration_seconds = windows;
    store.put(path, e);
    return db.integer("SELECT max(id) FROM embeddings");
  }
  std::vector<EmbeddingFlags> read() { return window_flags(library, 1); }

  TempFolder dir;
  Library library = Library::open(dir / "l.db", OpenMode::create);
  Database& db = impl_of(library).db();
  Store store{db, toy_entry()};
};

TEST_F(WindowFlagsTest, AreReplacedAndCleared) {
  const std::int64_t a = add("/m/a", 3, 1), b = add("/m/b", 2, 2);
  EXPECT_TRUE(read().empty());
  const std::vector<EmbeddingFlags> rows = {{a, {0, kSilenceFlag, kClappingFlag | kSpeechFlag}}, {b, {0, 0}}};
  replace_window_flags(library, 1, rows);
  ASSERT_EQ(read().size(), 1U);  // no row means all 0
  EXPECT_EQ(read()[0].embedding, a);
  EXPECT_EQ(read()[0].flags, rows[0].flags);
  replace_window_flags(library, 1, std::vector<EmbeddingFlags>{{b, {1, 1}}});
  ASSERT_EQ(read().size(), 1U);
  EXPECT_EQ(read()[0].embedding, b);
  EXPECT_EQ(clear_window_flags(library), 2);
  EXPECT_TRUE(read().empty());
  EXPECT_EQ(clear_window_flags(library), 0);
}

TEST_F(WindowFlagsTest, OfMissingTracksStay) {
  const std::int64_t a = add("/m/a", 1, 1);
  replace_window_flags(library, 1, std::vector<EmbeddingFlags>{{a, {1}}});
  db.execute("UPDATE tracks SET missing = 1");
  replace_window_flags(library, 1, {});
  EXPECT_EQ(read().size(), 1U);
}

TEST_F(WindowFlagsTest, DoNotFitOtherVectors) {
  const std::int64_t a = add("/m/a", 3, 1);
  replace_window_flags(library, 1, std::vector<EmbeddingFlags>{{a, {1, 1}}, {a + 1, {1, 1, 1}}});
  EXPECT_TRUE(read().empty());
}

TEST_F(WindowFlagsTest, GoWithTheirVectorsAndWithCopies) {
  const std::int64_t a = add("/m/a", 2, 1);
  replace_window_flags(library, 1, std::vector<EmbeddingFlags>{{a, {0, 2}}});
  AlreadyStored known;
  known.content[0] = 1;
  known.state = {1, 1, 1};
  EXPECT_EQ(store.adopt("/m/copy", known, [](const TrackRow&) { return false; }), RelinkResult::copied);
  ASSERT_EQ(read().size(), 2U);
  EXPECT_EQ(read()[1].flags, (std::vector<std::uint8_t>{0, 2}));
  add("/m/a", 2, 9);  // other bytes
  ASSERT_EQ(read().size(), 1U);
  EXPECT_NE(read()[0].embedding, a);
}

TEST_F(WindowFlagsTest, SilenceIsKeptBesideWhatCleanFinds) {
  const std::int64_t a = add("/m/a", 3, 1, {{0, kSilentFlag, 0}}), b = add("/m/b", 2, 2, {{kSilentFlag, kSilentFlag}});
  const std::int64_t c = add("/m/c", 2, 3, {{0, 0}}), d = add("/m/d", 1, 4);
  const auto flags_of = [&](std::int64_t embedding) {
    for (const EmbeddingFlags& row : read())
      if (row.embedding == embedding) return row.flags;
    return std::vector<std::uint8_t>{};
  };
  using Flags = std::vector<std::uint8_t>;
  EXPECT_EQ(read().size(), 2U);
  EXPECT_EQ(silent_tracks(library, 1), std::vector<std::int64_t>{2});
  EXPECT_EQ(db.integer("SELECT count(*) FROM silence"), 3);
  EXPECT_EQ(db.integer("SELECT sum(windows) FROM silence"), 3);
  // What `hearken clean` finds comes and goes beside it; it cannot set or take this flag.
  replace_window_flags(library, 1, std::vector<EmbeddingFlags>{{a, {2, 1, 0}}, {c, {0, 8 | 4}}, {d, {8}}});
  EXPECT_EQ(flags_of(a), (Flags{2, 8 | 1, 0}));
  EXPECT_EQ(flags_of(b), (Flags{8, 8}));
  EXPECT_EQ(flags_of(c), (Flags{0, 4}));
  EXPECT_EQ(flags_of(d), Flags{});
  replace_window_flags(library, 1, std::vector<EmbeddingFlags>{{b, {1, 0}}});
  EXPECT_EQ(flags_of(a), (Flags{0, 8, 0}));
  EXPECT_EQ(flags_of(b), (Flags{8 | 1, 8}));
  EXPECT_EQ(clear_window_flags(library), 1);
  EXPECT_EQ(flags_of(a), (Flags{0, 8, 0}));
  EXPECT_EQ(flags_of(b), (Flags{8, 8}));
  EXPECT_EQ(clear_window_flags(library), 0);
  // Gone with the vectors.
  add("/m/b", 2, 9, {{0, 0}});
  EXPECT_TRUE(silent_tracks(library, 1).empty());
  EXPECT_EQ(read().size(), 1U);
}

TEST_F(WindowFlagsTest, SilenceIsNoPartOfTheMean) {
  add("/m/a", 3, 1, {{0, kSilentFlag, 0}});
  add("/m/b", 2, 2, {{kSilentFlag, kSilentFlag}});
  const auto first_of_mean = [&](int track) {
    Statement row(db, "SELECT mean, mean_length FROM embeddings WHERE track_id = ?");
    row.bind(track);
    EXPECT_TRUE(row.step());
    EXPECT_EQ(row.real(1), 1);
    float first = 0;
    std::memcpy(&first, row.bytes(0).data(), sizeof first);
    return first;
  };
  EXPECT_EQ(first_of_mean(1), 1);
  EXPECT_EQ(first_of_mean(2), 0);  // of nothing else: their own
}

TEST_F(WindowFlagsTest, ACopyIsAsSilent) {
  add("/m/a", 2, 1, {{kSilentFlag, kSilentFlag}});
  AlreadyStored known;
  known.content[0] = 1;
  known.state = {1, 1, 1};
  EXPECT_EQ(store.adopt("/m/copy", known, [](const TrackRow&) { return false; }), RelinkResult::copied);
  EXPECT_EQ(silent_tracks(library, 1).size(), 2U);
  const LibraryInfo info = library.info();
  EXPECT_EQ(info.silent_windows, 4);
  EXPECT_EQ(info.models.at(0).silent_tracks, 2);
}

TEST_F(WindowFlagsTest, DamagedOnesAreNamed) {
  const std::int64_t a = add("/m/a", 2, 1);
  db.execute(("INSERT INTO window_flags VALUES (" + std::to_string(a) + ", x'010101')").c_str());
  try {
    read();
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::corrupt);
    EXPECT_NE(std::string(error.what()).find("clean --undo"), std::string::npos);
  }
  EXPECT_EQ(clear_window_flags(library), 3);
}

}  // namespace
}  // namespace hearken::library
