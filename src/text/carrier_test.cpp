// What a query says around what it asks for.
#include "text/carrier.h"

#include <gtest/gtest.h>

namespace hearken::text {
namespace {

TEST(Carrier, OnlyTheNameOfTheSoundIsLeft) {
  for (const std::string_view text :
       {"dog", "This is a sound of dog.", "the sound of a dog", "a recording of a dog", "sounds of the dog",
        "  An audio clip of some dog  ", "NOISE OF A dog..", "this is audio of dog"})
    EXPECT_EQ(without_carrier(text), "dog") << text;
}

TEST(Carrier, WhatIsNoCarrierStays) {
  for (const std::string_view text : {"the sound of", "soundtrack of a film", "a dog", "this is it", "sampled drums",
                                      "the noise", "of a dog", "a sound", "...", ""})
    EXPECT_EQ(without_carrier(text), text) << text;
  EXPECT_EQ(without_carrier("a dog."), "a dog");
  EXPECT_EQ(without_carrier(" "), " ");
}

}  // namespace
}  // namespace hearken::text
