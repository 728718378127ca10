// What a text wants, and what it does not.
#include "text/wishes.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace hearken::text {
namespace {

struct Example {
  const char* text;
  const char* wanted;
  std::vector<std::string> without;
};

void expect(const std::vector<Example>& examples) {
  for (const Example& e : examples) {
    const Wishes wishes = wishes_of(e.text);
    EXPECT_EQ(wishes.wanted, e.wanted) << e.text;
    EXPECT_EQ(wishes.without, e.without) << e.text;
  }
}

TEST(Wishes, NoAndItsKin) {
  expect({
      {"rainy evening, slow, no drums", "rainy evening, slow", {"drums"}},
      {"calm piano without drums or vocals", "calm piano", {"drums", "vocals"}},
      {"No drums, calm piano", "calm piano", {"drums"}},
      {"piano and no strings, but with flute", "piano, with flute", {"strings"}},
      {"guitar, not too loud; NO any singing, warm", "guitar, warm", {"too loud", "singing"}},
      {"jazz no drums nor bass but fast", "jazz fast", {"drums", "bass"}},
      {"jazz, but without a saxophone", "jazz", {"saxophone"}},
      {"jazz but no vocals", "jazz", {"vocals"}},
      {"no drums and vocals, rain", "rain", {"drums and vocals"}},
      {"music without drums", "music", {"drums"}},
      {"music with no drums and no vocals", "music", {"drums", "vocals"}},
      {"music w/o vocals", "music", {"vocals"}},
      {"strings, neither drums nor vocals", "strings", {"drums", "vocals"}},
      {"Calm piano. No drums.", "Calm piano.", {"drums"}},
      {"music without drum and bass", "music", {"drum and bass"}},
      {"ambient, no more drums", "ambient", {"drums"}},
      {"rain WITHOUT thunder", "rain", {"thunder"}},
      {"a dog, no barking", "a dog", {"barking"}},
      {"ocean with no waves", "ocean", {"waves"}},
  });
}

TEST(Wishes, WhatIsWantedGoesOnBehindIt) {
  expect({
      {"jazz without drums for studying", "jazz for studying", {"drums"}},
      {"songs without vocals from the sixties", "songs from the sixties", {"vocals"}},
      {"music without drums with soft piano", "music with soft piano", {"drums"}},
      {"piano, no drums with brushes", "piano", {"drums with brushes"}},
      {"no music for children", "", {"music for children"}},
      {"no rain on a roof, birds", "birds", {"rain on a roof"}},
  });
}

TEST(Wishes, AMinus) {
  expect({
      {"calm piano -drums", "calm piano", {"drums"}},
      {"-drums calm piano", "calm piano", {"drums"}},
      {"calm -drums piano", "calm piano", {"drums"}},
      {"calm, -drums, -\"loud vocals\", piano", "calm, piano", {"drums", "loud vocals"}},
      {"calm piano \xE2\x88\x92"
       "drums",
       "calm piano",
       {"drums"}},
      {"calm piano, no vocals -drums", "calm piano", {"vocals", "drums"}},
      {"-\xC3\xA9tude piano", "piano", {"\xC3\xA9tude"}},
      {"-drums.", "", {"drums"}},
  });
}

TEST(Wishes, NothingButNo) {
  expect({
      {"without drums", "", {"drums"}},
      {"no drums", "", {"drums"}},
      {"no drums, no vocals", "", {"drums", "vocals"}},
      {"-drums", "", {"drums"}},
      {"no", "no", {}},
      {"No!", "No!", {}},
      {"not", "not", {}},
      {"no, no, no", "no, no, no", {}},
  });
}

TEST(Wishes, ANoThatMeansNothing) {
  expect({
      {"calm piano, no", "calm piano", {}},
      {"no, calm piano", "calm piano", {}},
  });
}

TEST(Wishes, OtherTextsStayAsTheyAre) {
  for (const char* text : {"",
                           "  two  spaces , kept",
                           "no-wave guitars",
                           "no wave",
                           "New York no wave, 1979",
                           "no-input mixer",
                           "no input mixing desk",
                           "a nocturne, another knot",
                           "techno",
                           "a-ha",
                           "hip-hop",
                           "lo-fi hip-hop",
                           "drum-and-bass",
                           "rock -n- roll",
                           "Nocturne No. 2",
                           "Nocturne op. 9 no 2",
                           "symphony no. 5 in C minor",
                           "hum at -60 dB",
                           "-6 dB",
                           "a - b",
                           "calm - piano",
                           "--drums",
                           "-",
                           "\xE2\x88\x92",
                           "piano -\"\"",
                           "-\"never ended",
                           "no one",
                           "no man's land",
                           "not only piano",
                           "known",
                           "nothing",
                           "notes",
                           "nor",
                           "but",
                           "noise, nose",
                           "piano-",
                           "...",
                           "?!"}) {
    EXPECT_EQ(wishes_of(text).wanted, text);
    EXPECT_TRUE(wishes_of(text).without.empty()) << text;
  }
}

TEST(Wishes, WhatIsSaidNotToBeWanted) {
  using Texts = std::vector<std::string>;
  EXPECT_EQ(unwanted_in("drums"), Texts{"drums"});
  EXPECT_EQ(unwanted_in("no drums"), Texts{"drums"});
  EXPECT_EQ(unwanted_in("drums, without vocals"), (Texts{"drums", "vocals"}));
  EXPECT_EQ(unwanted_in("-drums"), Texts{"drums"});
  EXPECT_EQ(unwanted_in("drum and bass"), Texts{"drum and bass"});
  EXPECT_EQ(unwanted_in("no"), Texts{"no"});
  EXPECT_EQ(unwanted_in(" "), Texts{" "});
}

}  // namespace
}  // namespace hearken::text
