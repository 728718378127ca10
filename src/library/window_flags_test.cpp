// Flags of windows: replaced whole, cleared, gone with their vectors, taken along by copies, refused when damaged.
#include "library/window_flags.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "library/half.h"
#include "library/test_support.h"

namespace hearken::library {
namespace {

class WindowFlagsTest : public ::testing::Test {
 protected:
  std::int64_t add(const std::string& path, int windows, std::uint8_t content) {
    Embedded e;
    e.content[0] = content;
    e.state = {content, 1, 1};
    for (int w = 0; w < windows; ++w) {
      e.starts_seconds.push_back(w);
      for (std::size_t i = 0; i < kToyDimension; ++i) e.vectors.push_back(half_from_float(i == 0 ? 1.0F : 0.0F));
    }
    e.duration_seconds = windows;
    store.put(path, e);
    return db.integer("SELECT max(id) FROM embeddings");
  }
  std::vector<EmbeddingFlags> read() { return window_flags(library, 1); }

  TempFolder dir;
  Library library = Library::open(dir / "l.db", OpenMode::create);
  Database& db = library.impl().db();
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
  Known known;
  known.content[0] = 1;
  known.state = {1, 1, 1};
  EXPECT_EQ(store.adopt("/m/copy", known, [](const TrackRow&) { return false; }), Adopted::copied);
  ASSERT_EQ(read().size(), 2U);
  EXPECT_EQ(read()[1].flags, (std::vector<std::uint8_t>{0, 2}));
  add("/m/a", 2, 9);  // other bytes
  ASSERT_EQ(read().size(), 1U);
  EXPECT_NE(read()[0].embedding, a);
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
