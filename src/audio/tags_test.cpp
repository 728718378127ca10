#include "audio/tags.h"

#include <gtest/gtest.h>

namespace hearken::audio {
namespace {

TEST(Tags, AreOneLineOfUtf8) {
  EXPECT_EQ(clean_tag("  Zwei Töne \n"), "Zwei Töne");
  EXPECT_EQ(clean_tag("Caf\xe9"), "Café");  // Latin-1, as old tags have it
  EXPECT_EQ(clean_tag("a\x01"
                      "b\tc\x7f"),
            "a b c");
  EXPECT_EQ(clean_tag("a\xc2\x85"
                      "b"),
            "a b");
  EXPECT_EQ(clean_tag(" \t\r\n "), "");
  EXPECT_EQ(clean_tag(""), "");
}

TEST(Tags, AreCutBetweenCharacters) {
  std::string text;
  for (int i = 0; i < 1000; ++i) text += "€";  // three bytes each
  const std::string cut = clean_tag(text);
  EXPECT_EQ(cut.size(), 498U);
  EXPECT_EQ(cut, text.substr(0, 498));
}

}  // namespace
}  // namespace hearken::audio
