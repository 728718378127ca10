// What a description wants, and what it does not.
#include <gtest/gtest.h>

#include "hearken/playlist.h"

namespace hearken {
namespace {

// All that they are apart by, text/wishes_test.cpp tests.
TEST(SplitWords, TakesOutWhatIsNotWanted) {
  const ListWords words = split_words("calm piano without drums or vocals");
  EXPECT_EQ(words.wanted, "calm piano");
  EXPECT_EQ(words.without, (std::vector<std::string>{"drums", "vocals"}));
  EXPECT_EQ(split_words("no, calm piano").wanted, "calm piano");
}

TEST(SplitWords, LeavesOtherTextsAsTheyAre) {
  for (const char* text : {"", "  two  spaces , kept", "no-wave guitars", "a nocturne, another knot", "techno"}) {
    EXPECT_EQ(split_words(text).wanted, text);
    EXPECT_TRUE(split_words(text).without.empty()) << text;
  }
}

}  // namespace
}  // namespace hearken
