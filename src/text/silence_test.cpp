// What is asked for is silence, or something that only has the word in it.
#include "text/silence.h"

#include <gtest/gtest.h>

namespace hearken::text {
namespace {

TEST(AsksForSilence, WhereItIsNamed) {
  for (const char* text :
       {"silence", "Silence.", "SILENT", "a silent track", "complete silence", "digital silence", "quiet room tone",
        "room tone", "a moment of silence", "no sound", "no sound at all", "nothing", "nothing at all", "dead air",
        "nothing is to be heard", "  silence  ", "just silence, nothing but silence", "a silent file"})
    EXPECT_TRUE(asks_for_silence(text)) << text;
}

TEST(AsksForSilence, NotWhereSomethingElseIs) {
  for (const char* text : {"",
                           " ",
                           "piano",
                           "quiet",
                           "quiet piano",
                           "silent night",
                           "silence and then thunder",
                           "music without silence",
                           "the sound of silence",
                           "silent film music",
                           "a room",
                           "tone",
                           "dead",
                           "no drums",
                           "nothing compares to you",
                           "silencer",
                           "a quiet room",
                           "Stille",
                           "no",
                           "noise",
                           "air",
                           "muted trumpet"})
    EXPECT_FALSE(asks_for_silence(text)) << text;
}

}  // namespace
}  // namespace hearken::text
