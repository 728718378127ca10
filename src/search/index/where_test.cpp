// The filter language: what it says of tracks, what its trees print, and where its errors point.
#include "search/index/where.h"

#include <gtest/gtest.h>

#include "text/tokenizer/fold.h"

namespace hearken::search {
namespace {

TrackFields track() {
  TrackFields t;
  t.folded = {"/music/miles davis/so what.flac", "so what", "miles davis", "", "jazz; modal", "d minor"};
  t.duration_seconds = 562.5;
  t.added_at = 1709208000;  // 2024-02-29 12:00 UTC
  t.id = 42;
  t.loudness = -14.5;
  t.tempo = 136;
  return t;  // its brightness is not known
}

bool holds(const std::string& text) { return matches(parse_where(text), track()); }

TEST(Where, ComparesText) {
  for (const char* text :
       {"title = 'So What'", "TITLE = \"SO WHAT\"", "genre ~ 'Jazz'", "genre != 'jazz'", "path ~ 'Miles'",
        "artist in ('Bach', 'MILES DAVIS')", "artist not in ('Bach')", "album is empty", "title is not empty",
        "artist < 'n'", "artist >= 'Miles'", "title ~ ''", "album = ''", "album ~ ''"})
    EXPECT_TRUE(holds(text)) << text;
  for (const char* text : {"title = 'what'", "title != 'so what'", "genre = 'jazz'", "genre ~ 'blues'", "album ~ 'a'",
                           "title is empty", "album is not empty", "artist in ('Bach')", "artist > 'n'"})
    EXPECT_FALSE(holds(text)) << text;
}

TEST(Where, TextIsFolded) {
  TrackFields t = track();
  t.folded[2] = text::fold_case("BJÖRK & die Straße");
  EXPECT_TRUE(matches(parse_where("artist ~ 'björk'"), t));
  EXPECT_TRUE(matches(parse_where("artist ~ 'STRASSE'"), t));
  EXPECT_TRUE(matches(parse_where("artist ~ 'Bjo\u0308rk'"), t));
  EXPECT_FALSE(matches(parse_where("artist ~ 'Bjork'"), t));
}

TEST(Where, ComparesNumbers) {
  for (const char* text : {"duration = 562.5", "duration > 562.4", "duration >= 562.5", "duration <= 562.5",
                           "duration < 1e3", "id = 42", "id != 41", "id in (1, 42)", "id not in (-1)", "id > -5"})
    EXPECT_TRUE(holds(text)) << text;
  for (const char* text : {"duration > 562.5", "duration < 562.5", "id = 41", "id in (1, 2)", "duration != 562.5"})
    EXPECT_FALSE(holds(text)) << text;
}

TEST(Where, ATrackHasSeveralTags) {
  TrackFields t = track();
  t.tags = {"dog", "bark", "domestic animals, pets"};
  for (const char* text : {"tag = 'Dog'", "tag = 'bark'", "tag ~ 'animals'", "tag in ('cat', 'dog')", "tag != 'cat'",
                           "tag is not empty", "tag ~ 'dog' and tag ~ 'bark'", "not tag = 'cat'", "tag not in ('cat')"})
    EXPECT_TRUE(matches(parse_where(text), t)) << text;
  for (const char* text : {"tag = 'animals'", "tag != 'dog'", "tag is empty", "tag in ('cat')", "tag not in ('dog')"})
    EXPECT_FALSE(matches(parse_where(text), t)) << text;
  EXPECT_TRUE(holds("tag is empty"));
  EXPECT_TRUE(holds("tag != 'dog'"));
  EXPECT_FALSE(holds("tag ~ ''"));
  EXPECT_EQ(to_string(parse_where("TAG in ('a', 'b')")), "tag in ('a', 'b')");
}

TEST(Where, ComparesWhatWasMeasured) {
  for (const char* text :
       {"loudness = -14.5", "loudness < -14", "loudness > -15", "tempo >= 136", "tempo in (120, 136)", "tempo != 120",
        "key = 'D minor'", "key ~ 'minor'", "key != 'D major'", "brightness is empty", "tempo is not empty",
        "key is not empty", "not brightness > 0"})
    EXPECT_TRUE(holds(text)) << text;
  // Of what is empty no comparison holds.
  for (const char* text : {"brightness = 0", "brightness != 0", "brightness < 1e9", "brightness >= 0",
                           "brightness in (0)", "tempo is empty", "loudness > -14", "key = 'D'", "key is empty"})
    EXPECT_FALSE(holds(text)) << text;
  TrackFields t = track();
  t.folded[5].clear();
  for (const char* text : {"key = ''", "key != 'D minor'", "key ~ ''", "key < 'z'", "key is not empty"})
    EXPECT_FALSE(matches(parse_where(text), t)) << text;
  EXPECT_TRUE(matches(parse_where("key is empty and not key = 'D minor'"), t));
}

TEST(Where, ADateIsASpan) {
  for (const char* text : {"added = '2024'", "added = '2024-02'", "added = '2024-02-29'", "added >= '2024-02-29'",
                           "added <= '2024-02-29'", "added <= '2024'", "added > '2023'", "added > '2024-02-28'",
                           "added < '2024-03'", "added < '2024-03-01'", "added in ('2023', '2024')", "added != '2023'"})
    EXPECT_TRUE(holds(text)) << text;
  for (const char* text : {"added > '2024'", "added < '2024-02-29'", "added > '2024-02'", "added = '2024-03'",
                           "added != '2024-02'", "added in ('2023', '2025')", "added >= '2024-03'"})
    EXPECT_FALSE(holds(text)) << text;
  // The last second of a day, and the first of the next.
  TrackFields t = track();
  t.added_at = 1704067199;
  EXPECT_TRUE(matches(parse_where("added = '2023-12-31' and added = '2023'"), t));
  ++t.added_at;
  EXPECT_TRUE(matches(parse_where("added = '2024-01-01' and added > '2023'"), t));
}

TEST(Where, AndBindsTighterThanOrAndNotTighterStill) {
  const std::string yes = "id = 42", no = "id = 0";
  EXPECT_TRUE(holds(yes + " or " + no + " and " + no));
  EXPECT_FALSE(holds("(" + yes + " or " + no + ") and " + no));
  EXPECT_FALSE(holds("not " + yes + " and " + no));
  EXPECT_TRUE(holds("not (" + yes + " and " + no + ")"));
  EXPECT_TRUE(holds("not " + no + " or " + yes));
  EXPECT_TRUE(holds("not not " + yes));
  EXPECT_FALSE(holds("not id in (42)"));
}

TEST(Where, PrintsWhatParsesToTheSame) {
  const auto printed = [](const char* text) {
    const Where where = parse_where(text);
    const std::string out = to_string(where);
    EXPECT_EQ(parse_where(out), where) << out;
    return out;
  };
  EXPECT_EQ(printed("GENRE=\"Jazz\"AND(duration<300)"), "genre = 'Jazz' and duration < 300");
  EXPECT_EQ(printed("title = 'it\\'s' or title = \"a \\\\ b\""), "title = \"it's\" or title = 'a \\\\ b'");
  EXPECT_EQ(printed("id not in (1,2.5) and album is not empty"), "not id in (1, 2.5) and not album is empty");
  EXPECT_EQ(printed("(id=1 or id=2) and (id=3 and id=4)"), "(id = 1 or id = 2) and (id = 3 and id = 4)");
  EXPECT_EQ(printed("(id=1 and id=2) or (id=3 or id=4)"), "id = 1 and id = 2 or (id = 3 or id = 4)");
  EXPECT_EQ(printed("not (not (id=1))"), "not not id = 1");
  EXPECT_EQ(printed("added = '2024-05'"), "added = '2024-05'");
  EXPECT_NE(parse_where("id = 1 and id = 2"), parse_where("id = 2 and id = 1"));
}

TEST(Where, KnowsWhichColumnsItUses) {
  const Where where = parse_where("not (title ~ 'a' or id = 1)");
  EXPECT_TRUE(uses(where, Column::title));
  EXPECT_TRUE(uses(where, Column::id));
  EXPECT_FALSE(uses(where, Column::genre));
}

std::string error_of(const std::string& text) {
  try {
    parse_where(text);
  } catch (const WhereError& error) {
    EXPECT_EQ(error.code(), ErrorCode::invalid_argument);
    EXPECT_EQ(error.what(), "where: " + error.reason());
    return error.reason();
  }
  ADD_FAILURE() << "no error: " << text;
  return {};
}

TEST(Where, ErrorsNameTheirPlace) {
  EXPECT_EQ(error_of("genre = and"), "at 9: expected a value in quotes, found 'and'");
  EXPECT_EQ(error_of("genre = Jazz"), "at 9: expected a value in quotes, found 'Jazz'");
  EXPECT_EQ(error_of("genre ="), "at 8: expected a value in quotes, found the end");
  EXPECT_EQ(error_of("duration < '300'"), "at 12: expected a number, found '300'");
  EXPECT_EQ(error_of("duration < 4:30"), "at 12: expected a number, found '4:30'");
  EXPECT_EQ(error_of("duration ~ 3"), "at 10: expected =, !=, <, <=, >, >= or 'in' after duration, found '~'");
  EXPECT_EQ(error_of("genre like 'a'"),
            "at 7: expected =, !=, <, <=, >, >=, ~, 'is' or 'in' after genre, found 'like'");
  EXPECT_EQ(error_of("genres = 'a'"),
            "at 1: expected a column (path, title, artist, album, genre, key, duration, added, id, loudness, tempo, "
            "brightness, tag), 'not' or '(', found 'genres'");
  EXPECT_EQ(error_of("tempo ~ 3"), "at 7: expected =, !=, <, <=, >, >=, 'is' or 'in' after tempo, found '~'");
  EXPECT_EQ(error_of("key = 3"), "at 7: expected a value in quotes, found '3'");
  EXPECT_EQ(error_of("duration is empty"), "at 10: expected =, !=, <, <=, >, >= or 'in' after duration, found 'is'");
  EXPECT_EQ(error_of("artist = 'Björk' x"), "at 18: expected 'and', 'or' or the end, found 'x'");  // characters
  EXPECT_EQ(error_of("(id = 1"), "at 8: expected 'and', 'or' or ')', found the end");
  EXPECT_EQ(error_of("id in (1 2)"), "at 10: expected ',' or ')', found '2'");
  EXPECT_EQ(error_of("genre is jazz"), "at 10: expected 'empty' or 'not empty', found 'jazz'");
  EXPECT_EQ(error_of("id = 1 and title = 'open"), "at 20: the quote that opens here is not closed");
  EXPECT_EQ(error_of("title = 'a\\n'"), "at 11: expected \\\\, \\' or \\\", found \\ before something else");
  EXPECT_EQ(error_of("added > 2024-05-01"),
            "at 9: expected a date in quotes such as '2024', '2024-05' or '2024-05-31', found '2024-05-01'");
  EXPECT_EQ(error_of("added > '2023-02-29'").substr(0, 27), "at 9: expected a date in qu");
  EXPECT_EQ(error_of("id = 1e999"), "at 6: '1e999' is out of range");
  EXPECT_EQ(error_of("id = 1; DROP TABLE tracks"), "at 7: expected 'and', 'or' or the end, found ';'");
  EXPECT_EQ(error_of("id = " + std::string(60, 'x')), "at 6: expected a number, found '" + std::string(40, 'x') + "…'");
  EXPECT_EQ(error_of("id = \x1b[31m"), "at 6: expected a number, found '\\x1b'");
}

TEST(Where, HasLimits) {
  const auto nested = [](int depth) { return std::string(depth, '(') + "id = 1" + std::string(depth, ')'); };
  EXPECT_NO_THROW(parse_where(nested(kDeepestWhere)));
  EXPECT_EQ(error_of(nested(kDeepestWhere + 1)), "at 65: more than 64 levels of 'not' and '('");
  EXPECT_NO_THROW(parse_where("id = 1" + std::string(kLongestWhere - 6, ' ')));
  EXPECT_EQ(error_of("id = 1" + std::string(kLongestWhere - 5, ' ')), "16385 bytes, 16384 are the most");
}

}  // namespace
}  // namespace hearken::search
