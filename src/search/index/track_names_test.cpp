// Which names are tracks, and what is said about tracks that cannot be used.
#include "search/index/track_names.h"

#include "hearken/like.h"
#include "library/test_support.h"

namespace hearken::search {
namespace {

TEST(TrackNames, AreNumbersBehindId) {
  EXPECT_EQ(track_number("id:42"), 42);
  EXPECT_EQ(track_number("id:9223372036854775807"), INT64_MAX);
  for (const char* path : {"song.ogg", "./id:42", "ID:42", "/m/id:42", "42", "id", ""})
    EXPECT_EQ(track_number(path), std::nullopt) << path;
  for (const char* neither : {"id:", "id:0", "id:-1", "id:+1", "id:4x", "id: 4", "id:9223372036854775808"}) {
    try {
      track_number(neither);
      ADD_FAILURE() << neither;
    } catch (const Error& e) {
      EXPECT_EQ(e.code(), ErrorCode::invalid_argument);
      EXPECT_NE(std::string(e.what()).find("./" + std::string(neither)), std::string::npos) << e.what();
    }
  }
}

TEST(TrackNames, SayWhyATrackCannotBeUsed) {
  TempFolder dir;
  const Library library = Library::open(dir / "l.db", OpenMode::create);
  library::Database& db = impl_of(library).db();
  library::Embedded e;
  e.tags.title = "Title";
  e.duration_seconds = 1.5;
  e.starts_seconds = {0};
  e.vectors.assign(library::kToyDimension, 0x3000);
  const auto add = [&](const std::string& path, const std::string& fingerprint) {
    e.content[0] = static_cast<std::uint8_t>(e.content[0] + 1);
    library::Store store(db, library::toy_entry(fingerprint));
    library::Transaction transaction(db, library::Transaction::Kind::write);
    store.put(path, e);
    transaction.commit();
  };
  add("/m/one", "a");
  add("/m/two", "b");
  add("/m/three", "a");
  db.execute("UPDATE tracks SET missing = 1 WHERE id = 3");
  const Space space = spaces(library).at(0);
  const Track track = searchable_track(library, space, 1);
  EXPECT_EQ(track.path, "/m/one");
  EXPECT_EQ(track.title, "Title");
  EXPECT_EQ(track.duration_seconds, 1.5);
  EXPECT_FALSE(library::track(library, 4).has_value());
  EXPECT_EQ(library::track(library, 3)->path, "/m/three");
  const auto error = [&](std::int64_t id, ErrorCode code, const char* part) {
    try {
      searchable_track(library, space, id);
      ADD_FAILURE() << id;
    } catch (const Error& caught) {
      EXPECT_EQ(to_string(caught.code()), to_string(code));
      const std::string text = caught.what();
      for (const std::string& wanted : {(dir / "l.db").native(), "id:" + std::to_string(id), std::string(part)})
        EXPECT_NE(text.find(wanted), std::string::npos) << text;
    }
  };
  error(4, ErrorCode::not_found, "is not there");
  error(3, ErrorCode::not_found, "/m/three");
  error(2, ErrorCode::mismatch, "1 s every 0.5 s");
}

TEST(TrackNames, AreNumbersPathsAndFileNames) {
  TempFolder dir;
  const Library library = Library::open(dir / "l.db", OpenMode::create);
  library::Database& db = impl_of(library).db();
  library::Embedded e;
  e.starts_seconds = {0};
  e.vectors.assign(library::kToyDimension, 0x3000);
  library::Store store(db, library::toy_entry("a"));
  library::Transaction transaction(db, library::Transaction::Kind::write);
  for (const char* path : {"/m/one/song.ogg", "/m/two/song.ogg", "/m/two/other song.ogg", "/m/id:7"}) {
    e.content[0] = static_cast<std::uint8_t>(e.content[0] + 1);
    store.put(path, e);
  }
  transaction.commit();
  const auto code = [&](const char* name) {
    try {
      track_named(library, name);
    } catch (const Error& error) {
      return error.code();
    }
    return ErrorCode::internal;
  };
  EXPECT_EQ(track_named(library, "id:2"), 2);
  EXPECT_EQ(track_named(library, "/m/two/song.ogg"), 2);
  EXPECT_EQ(track_named(library, "/m/one/../two/./song.ogg"), 2);
  EXPECT_EQ(track_named(library, "other song.ogg"), 3);
  EXPECT_EQ(code("song.ogg"), ErrorCode::invalid_argument);
  for (const char* nobody : {"id:99", "ong.ogg", "/m/three/song.ogg", "two/song.ogg"})
    EXPECT_EQ(code(nobody), ErrorCode::not_found) << nobody;
  EXPECT_EQ(code("id:x"), ErrorCode::invalid_argument);
  EXPECT_EQ(code(""), ErrorCode::invalid_argument);
  db.execute("UPDATE tracks SET missing = 1 WHERE id IN (1, 3)");
  EXPECT_EQ(track_named(library, "song.ogg"), 2);
  EXPECT_EQ(track_named(library, "other song.ogg"), 3);
  EXPECT_EQ(track_named(library, "/m/one/song.ogg"), 1);
}

}  // namespace
}  // namespace hearken::search
