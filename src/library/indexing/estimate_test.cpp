// How near the guess is, and how soon.
#include "library/indexing/estimate.h"

#include <gtest/gtest.h>

#include <cmath>
#include <optional>
#include <string>

namespace hearken::library {
namespace {

constexpr double kLeast = 5;  // seconds

// 100 long MP3s of 40,000 bytes a second, and 20 short WAVs of 32,000, mixed.
TEST(SoundEstimate, IsWithinAQuarterAfterAFifth) {
  SoundEstimate estimate(kLeast, HUGE_VAL);
  const auto name = [](int i) { return "/m/" + std::to_string(i) + (i % 6 == 0 ? ".wav" : ".MP3"); };
  const auto seconds = [](int i) { return i % 6 == 0 ? 0.5 + i % 7 : 150.0 + 10 * (i % 11); };
  double sound = 0, work = 0;
  for (int i = 0; i < 120; ++i) {
    estimate.add(name(i), static_cast<std::int64_t>(seconds(i) * (i % 6 == 0 ? 32'000 : 40'000)), std::nullopt);
    sound += seconds(i);
    work += std::max(seconds(i), kLeast);
  }
  for (int i = 0; i < 24; ++i) estimate.held(name(i), seconds(i));
  EXPECT_NEAR(estimate.done().sound + estimate.left().sound, sound, sound / 4);
  EXPECT_NEAR(estimate.done().work + estimate.left().work, work, work / 4);
  for (int i = 24; i < 120; ++i) estimate.held(name(i), seconds(i));
  EXPECT_NEAR(estimate.done().sound, sound, 1e-6);
  EXPECT_NEAR(estimate.done().work, work, 1e-6);
  EXPECT_EQ(estimate.left().work, 0);
}

TEST(SoundEstimate, WhatIsNotListenedToSaysNothing) {
  SoundEstimate estimate(kLeast, HUGE_VAL);
  estimate.add("/a.ogg", 200'000, std::nullopt);
  estimate.add("/b.ogg", 200'000, std::nullopt);
  estimate.add("/c.flac", 900'000, std::nullopt);
  EXPECT_DOUBLE_EQ(estimate.left().sound, 30);  // what such files usually hold
  estimate.drop("/b.ogg");
  estimate.drop("/never.ogg");
  EXPECT_DOUBLE_EQ(estimate.left().sound, 20);
  EXPECT_EQ(estimate.done().sound, 0);
  estimate.add("/d.ogg", 400'000, std::nullopt);
  estimate.held("/a.ogg", 20);
  estimate.held("/a.ogg", 20);                  // once only
  EXPECT_DOUBLE_EQ(estimate.left().sound, 50);  // Ogg files hold twice as much here; of FLAC nothing is known
  EXPECT_DOUBLE_EQ(estimate.done().sound, 20);
}

// A header that says it is believed before any file was heard, and says nothing of files without one.
TEST(SoundEstimate, GoesByTheHeader) {
  SoundEstimate estimate(kLeast, HUGE_VAL);
  estimate.add("/drums/a.wav", 176'400, 1.0);
  estimate.add("/songs/b.wav", 8'820'000, 100.0);  // at half the usual rate
  estimate.add("/songs/c.wav", 1'764'000, std::nullopt);
  EXPECT_DOUBLE_EQ(estimate.left().sound, 111);
  estimate.held("/drums/a.wav", 1.0);
  EXPECT_DOUBLE_EQ(estimate.left().sound, 110);
}

// A quick pass listens to half a minute of each, however long it is.
TEST(SoundEstimate, OfLongFilesNoMoreThanIsListenedTo) {
  SoundEstimate estimate(kLeast, 30);
  estimate.add("/long.wav", 635'040'000, 3600.0);
  estimate.add("/short.wav", 1'764'000, 20.0);
  estimate.add("/other.ogg", 4'800'000, std::nullopt);
  EXPECT_DOUBLE_EQ(estimate.left().sound, 80);
  estimate.held("/long.wav", 30);
  EXPECT_DOUBLE_EQ(estimate.left().sound, 50);
  EXPECT_DOUBLE_EQ(estimate.done().sound, 30);
}

TEST(SoundEstimate, AShortFileCostsAWindow) {
  SoundEstimate estimate(kLeast, HUGE_VAL);
  for (const char* name : {"/a.wav", "/b.wav", "/c.wav"}) estimate.add(name, 17'640, std::nullopt);
  EXPECT_DOUBLE_EQ(estimate.left().sound, 0.3);
  EXPECT_DOUBLE_EQ(estimate.left().work, 15);
  estimate.held("/a.wav", 0.2);
  EXPECT_DOUBLE_EQ(estimate.left().sound, 0.4);
  EXPECT_DOUBLE_EQ(estimate.left().work, 10);
  EXPECT_DOUBLE_EQ(estimate.done().work, 5);
}

}  // namespace
}  // namespace hearken::library
