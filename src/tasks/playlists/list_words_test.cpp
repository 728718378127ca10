// What a description wants, and what it does not.
#include <gtest/gtest.h>

#include "hearken/playlist.h"

namespace hearken {
namespace {

struct Example {
  const char* text;
  const char* wanted;
  std::vector<std::string> without;
};

TEST(SplitWords, TakesOutWhatIsNotWanted) {
  const Example examples[] = {
      {"rainy evening, slow, no drums", "rainy evening, slow", {"drums"}},
      {"calm piano without drums or vocals", "calm piano", {"drums", "vocals"}},
      {"No drums, calm piano", "calm piano", {"drums"}},
      {"piano and no strings, but with flute", "piano, with flute", {"strings"}},
      {"guitar, not too loud; NO any singing, warm", "guitar, warm", {"too loud", "singing"}},
      {"jazz no drums nor bass but fast", "jazz fast", {"drums", "bass"}},
      {"jazz, but without a saxophone", "jazz", {"saxophone"}},
      {"no drums and vocals, rain", "rain", {"drums and vocals"}},
      {"without drums", "", {"drums"}},
      {"calm piano, no", "calm piano", {}},
      {"no, calm piano", "calm piano", {}},
  };
  for (const Example& e : examples) {
    const ListWords words = split_words(e.text);
    EXPECT_EQ(words.wanted, e.wanted) << e.text;
    EXPECT_EQ(words.without, e.without) << e.text;
  }
}

TEST(SplitWords, LeavesOtherTextsAsTheyAre) {
  for (const char* text : {"", "  two  spaces , kept", "no-wave guitars", "a nocturne, another knot", "techno"}) {
    EXPECT_EQ(split_words(text).wanted, text);
    EXPECT_TRUE(split_words(text).without.empty()) << text;
  }
}

}  // namespace
}  // namespace hearken
