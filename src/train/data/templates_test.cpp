// Templates: what is filled in, and what goes with a missing field.
#include "train/data/templates.h"

#include <gtest/gtest.h>

#include "hearken/error.h"
#include "library/test_support.h"

namespace hearken::train {
namespace {

using library::write_text;

constexpr std::string_view kFirst = R"("{title}" by {artist}. Genre: {genre}. Tags: {tags}.)";
constexpr std::string_view kSecond = R"(A {genre} track called "{title}" by {artist}.)";

// A track of which the letters of `known` are known: t(itle), a(rtist), l: album, g(enre), k: tags.
Metadata track(std::string_view known) {
  const auto is = [&](char c) { return known.find(c) != std::string_view::npos; };
  return {is('t') ? "Blue" : "", is('a') ? "Ann" : "", is('l') ? "Sky" : "", is('g') ? "Jazz" : "",
          is('k') ? "slow, piano" : ""};
}

TEST(Templates, Filled) {
  EXPECT_EQ(filled(kFirst, track("tagk")), R"("Blue" by Ann. Genre: Jazz. Tags: slow, piano.)");
  EXPECT_EQ(filled(kSecond, track("tag")), R"(A Jazz track called "Blue" by Ann.)");
  EXPECT_EQ(filled("{title}{artist}", track("ta")), "BlueAnn");
  // What is filled in is never read as a template, nor cut as one.
  EXPECT_EQ(filled(kSecond, {"{artist}", "A. B., C", "", "{x}", ""}), R"(A {x} track called "{artist}" by A. B., C.)");
}

TEST(Templates, AMissingFieldDropsItsClause) {
  EXPECT_EQ(filled(kFirst, track("tgk")), R"("Blue". Genre: Jazz. Tags: slow, piano.)");
  EXPECT_EQ(filled(kFirst, track("ta")), R"("Blue" by Ann.)");
  EXPECT_EQ(filled(kFirst, track("agk")), "By Ann. Genre: Jazz. Tags: slow, piano.");
  EXPECT_EQ(filled(kFirst, track("k")), "Tags: slow, piano.");
  EXPECT_EQ(filled(kSecond, track("ta")), R"(A track called "Blue" by Ann.)");
  EXPECT_EQ(filled(kSecond, track("ga")), "A Jazz track by Ann.");
  EXPECT_EQ(filled(kSecond, track("tg")), R"(A Jazz track called "Blue".)");
  EXPECT_EQ(filled(kSecond, track("g")), "A Jazz track.");
  EXPECT_EQ(filled(kSecond, track("a")), "A track by Ann.");
  EXPECT_EQ(filled(kSecond, track("")), "");
  EXPECT_EQ(filled(kSecond, track("lk")), "");  // none of what it asks for
}

TEST(Templates, OtherShapes) {
  EXPECT_EQ(filled("{artist} - {title}", track("t")), "Blue");
  EXPECT_EQ(filled("{artist} - {title}", track("a")), "Ann");
  EXPECT_EQ(filled("{artist} \u2014 {title}", track("a")), "Ann");
  EXPECT_EQ(filled("{genre} and {tags} by {artist}", track("ga")), "Jazz by Ann");
  EXPECT_EQ(filled("{genre} and {tags} by {artist}", track("ak")), "slow, piano by Ann");
  EXPECT_EQ(filled("Music in the style of {genre}, tagged {tags}, by {artist}!", track("ga")),
            "Music in the style of Jazz, by Ann!");
  EXPECT_EQ(filled("A song from the album \"{album}\" (by {artist}).", track("l")), "A song from the album \"Sky\".");
  EXPECT_EQ(filled("A song from the album \"{album}\" by {artist}.", track("a")), "A song by Ann.");
  EXPECT_EQ(filled("the {genre} song {title}", track("t")), "the song Blue");
  EXPECT_EQ(filled("{genre}: {title}", track("t")), "Blue");
  EXPECT_EQ(filled("{genre}: {title}", track("g")), "Jazz");
  EXPECT_EQ(filled("This is music. {tags}.", track("k")), "This is music. slow, piano.");
  EXPECT_EQ(filled("This is music. {tags}.", track("t")), "");
}

// With whatever is missing: no empty quotation marks, no doubled spaces, no lonely "by".
TEST(Templates, TheFiveHoldForAllThatMayBeMissing) {
  ASSERT_EQ(built_in_templates().size(), 5U);
  EXPECT_EQ(built_in_templates()[0], kFirst);
  EXPECT_EQ(built_in_templates()[1], kSecond);
  for (int known = 0; known < 32; ++known) {
    std::string letters;
    for (int i = 0; i < 5; ++i)
      if ((known >> i & 1) != 0) letters += "talgk"[i];
    for (const std::string_view sentences : built_in_templates()) {
      const std::string text = filled(sentences, track(letters));
      SCOPED_TRACE(letters + ": " + text);
      if (text.empty()) continue;
      for (const char* bad : {"\"\"", "  ", " .", " ,", "by.", "by,", "called.", ",.", ":.", ":,", "{", "}", ". ."})
        EXPECT_EQ(text.find(bad), std::string::npos) << bad;
      EXPECT_TRUE(text.front() == '"' || (text.front() >= 'A' && text.front() <= 'Z'));
      EXPECT_EQ(text.back(), '.');
    }
  }
}

TEST(Templates, CaptionsAreThereOnce) {
  const std::vector<std::string> templates{"{title}", "{title} by {artist}", "{genre}", "\"{title}\" ({genre})"};
  EXPECT_EQ(captions_from(templates, track("t")), (std::vector<std::string>{"Blue", "\"Blue\""}));
  EXPECT_TRUE(captions_from(templates, track("k")).empty());
}

TEST(Templates, OfAFile) {
  const TempFolder dir;
  const auto read = [&](const std::string& text) -> std::string {
    write_text(dir / "t.txt", text);
    try {
      std::string all;
      for (const std::string& one : read_templates(dir / "t.txt")) all += one + "|";
      return all;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::corrupt) << error.what();
      return std::string(error.what()).substr((dir / "").native().size());
    }
  };
  EXPECT_EQ(read("\xEF\xBB\xBF# mine\r\n\r\n  {title} by {artist}\r\n{genre}\n"), "{title} by {artist}|{genre}|");
  EXPECT_EQ(read("{title}\n{label}.\n"),
            "t.txt: line 2, byte 1: '{label}' is no field; there are {title}, {artist}, {album}, {genre} and {tags}");
  EXPECT_NE(read("{title} by {artist\n").find("line 1, byte 12: '{artist' is no field"), std::string::npos);
  EXPECT_NE(read("title}\n").find("line 1, byte 6: '}' is no field"), std::string::npos);
  EXPECT_NE(read("{{title}}\n").find("line 1, byte 1: '{{title}' is no field"), std::string::npos);
  EXPECT_NE(read("{title}\n\nsome music\n").find("t.txt: line 3: has no field"), std::string::npos);
  EXPECT_EQ(read("{title}\n{title}\n"), "t.txt: line 2: stands there already");
  EXPECT_EQ(read("# nothing\n"), "t.txt: no template in there");
  EXPECT_NE(read("{title}\n\xFF{artist}\n").find("t.txt: line 2, byte 1"), std::string::npos);
}

}  // namespace
}  // namespace hearken::train
