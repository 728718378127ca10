// The cache of decoded sound: every format once, the same samples from the disk as from the decoder, and what happens
// when there is no room, no right, or another file.
#include "train/data/samples_cache.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <thread>
#include <vector>

#include "audio/testing.h"
#include "hearken/error.h"
#include "library/test_support.h"

namespace hearken::train {
namespace {

namespace fs = std::filesystem;
using library::write_text;
using library::write_wav;

constexpr std::int64_t kPlentyOfBytes = std::int64_t{1} << 30;

std::vector<float> all_of(const SamplesCache& cache, const CachedSound& sound) {
  std::vector<float> out(static_cast<std::size_t>(sound.samples));
  cache.read(sound, 0, out);
  return out;
}

std::size_t sounds_in(const fs::path& folder) {
  return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

TEST(SamplesCache, GivesWhatTheDecoderGives) {
  const TempFolder dir;
  for (const char* name :
       {"tones.mp3", "tones.flac", "tones.opus", "tones.m4a", "tones.wma", "low.ogg", "video.webm"}) {
    SCOPED_TRACE(name);
    const fs::path path = audio::testing::fixture(name);
    SamplesCache cache(dir / "cache", 48000, kPlentyOfBytes), full(dir / "full", 48000, 10);
    const CachedSound sound = cache.add(path), unkept = full.add(path);
    const std::vector<float> decoded = audio::testing::decode_file(path, 48000).samples;
    const std::vector<float> kept = all_of(cache, sound);
    ASSERT_EQ(kept.size(), decoded.size());
    float peak = 1;
    for (const float sample : decoded) peak = std::max(peak, std::fabs(sample));
    for (std::size_t i = 0; i < kept.size(); ++i) ASSERT_NEAR(kept[i], decoded[i], peak / 65000) << i;
    // Anew from the file, and in any piece: the same bits.
    EXPECT_EQ(all_of(full, unkept), kept);
    EXPECT_EQ(full.decoded(), 2);
    EXPECT_EQ(cache.decoded(), 1);
    for (const std::size_t first : {std::size_t{0}, std::size_t{4095}, kept.size() / 2, kept.size() - 7}) {
      std::vector<float> piece(std::min<std::size_t>(5000, kept.size() - first));
      cache.read(sound, static_cast<std::int64_t>(first), piece);
      EXPECT_TRUE(std::equal(piece.begin(), piece.end(), kept.begin() + static_cast<std::ptrdiff_t>(first))) << first;
    }
  }
  EXPECT_EQ(sounds_in(dir / "full"), 0U);
}

// A 16-bit file at the cache's rate loses nothing, full scale included; one beyond full scale is not clipped.
TEST(SamplesCache, KeepsSixteenBits) {
  const TempFolder dir;
  std::vector<std::int16_t> values{-32768, 32767, 0, 1, -1, 12345};
  values.resize(10'000);
  for (std::size_t i = 6; i < values.size(); ++i) values[i] = static_cast<std::int16_t>(i * 7919);
  write_text(dir / "a.wav", audio::wave_file(values, 16000));
  SamplesCache cache(dir / "cache", 16000, kPlentyOfBytes);
  const std::vector<float> kept = all_of(cache, cache.add(dir / "a.wav"));
  ASSERT_EQ(kept.size(), values.size());
  for (std::size_t i = 0; i < kept.size(); ++i) ASSERT_EQ(kept[i], static_cast<float>(values[i]) / 32768) << i;

  write_text(dir / "loud.wav", audio::testing::wave(16000, audio::testing::Coding::f32, {{0.5, 3.75, -2.5, 1.0}}));
  const std::vector<float> loud = all_of(cache, cache.add(dir / "loud.wav"));
  EXPECT_NEAR(loud[1], 3.75, 1e-4);
  EXPECT_NEAR(loud[2], -2.5, 1e-4);
  EXPECT_NEAR(loud[0], 0.5, 1e-4);
}

TEST(SamplesCache, DecodesOnce) {
  const TempFolder dir;
  write_wav(dir / "a.wav", 1, 440);
  {
    SamplesCache cache(dir / "cache", 8000, kPlentyOfBytes);
    std::vector<std::jthread> threads;  // of which one decodes
    for (int i = 0; i < 4; ++i) threads.emplace_back([&] { EXPECT_EQ(cache.add(dir / "a.wav").samples, 8000); });
    threads.clear();
    EXPECT_EQ(cache.decoded(), 1);
    EXPECT_EQ(cache.note(), "");
  }
  SamplesCache later(dir / "cache", 8000, kPlentyOfBytes);
  EXPECT_GT(later.bytes(), 16000);
  const CachedSound sound = later.add(dir / "a.wav");
  EXPECT_EQ(all_of(later, sound).size(), 8000U);
  EXPECT_EQ(later.decoded(), 0);
  SamplesCache other(dir / "cache", 16000, kPlentyOfBytes);  // another rate is another sound
  EXPECT_EQ(other.add(dir / "a.wav").samples, 16000);
  EXPECT_EQ(other.decoded(), 1);
}

TEST(SamplesCache, SeesThatAFileChanged) {
  const TempFolder dir;
  write_wav(dir / "a.wav", 1, 440);
  SamplesCache cache(dir / "cache", 8000, kPlentyOfBytes), full(dir / "full", 8000, 10);
  const CachedSound sound = cache.add(dir / "a.wav"), unkept = full.add(dir / "a.wav");
  write_wav(dir / "a.wav", 2, 880);
  EXPECT_EQ(all_of(cache, sound).size(), 8000U);  // what was there then
  std::vector<float> out(10);
  try {
    full.read(unkept, 0, out);
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::mismatch);
    EXPECT_NE(std::string(error.what()).find("a.wav: was changed"), std::string::npos);
  }
  EXPECT_EQ(cache.add(dir / "a.wav").samples, 16000);
  EXPECT_EQ(cache.decoded(), 2);
  EXPECT_THROW(cache.read(sound, 7995, out), Error);
}

// Those used least recently go, none of this run's.
TEST(SamplesCache, HasABound) {
  const TempFolder dir;
  for (const char* name : {"a.wav", "b.wav", "c.wav", "d.wav"}) write_wav(dir / name, 1, 440);
  const std::int64_t of_one = [&] {
    SamplesCache cache(dir / "one", 8000, kPlentyOfBytes);
    cache.add(dir / "a.wav");
    return cache.bytes();
  }();
  const auto age = [&](const char* name, int seconds) {  // of the entry, as if it had been used so long ago
    SamplesCache probe(dir / "cache", 8000, kPlentyOfBytes);
    const std::string key = probe.add(dir / name).key;
    const fs::path entry = dir / ("cache/" + key + ".sound");
    fs::last_write_time(entry, fs::file_time_type::clock::now() - std::chrono::seconds(seconds));
  };
  {
    SamplesCache first(dir / "cache", 8000, 2 * of_one);
    first.add(dir / "a.wav");
    first.add(dir / "b.wav");
    first.add(dir / "c.wav");  // no room, and the others are in use
    EXPECT_EQ(sounds_in(dir / "cache"), 2U);
    EXPECT_NE(first.note().find("do not all fit"), std::string::npos);
    EXPECT_EQ(first.bytes(), 2 * of_one);
  }
  age("a.wav", 100);
  age("b.wav", 200);
  {
    SamplesCache second(dir / "cache", 8000, 2 * of_one);
    second.add(dir / "c.wav");  // b goes
    EXPECT_EQ(second.note(), "");
    EXPECT_EQ(second.bytes(), 2 * of_one);
    EXPECT_EQ(sounds_in(dir / "cache"), 2U);
    second.add(dir / "a.wav");
    EXPECT_EQ(second.decoded(), 1);
  }
}

TEST(SamplesCache, DoesWithoutADisk) {
  const TempFolder dir;
  write_wav(dir / "a.wav", 1, 440);
  SamplesCache cache(dir / "cache", 8000, kPlentyOfBytes);
  fs::permissions(dir.path(), fs::perms::all);
  fs::permissions(dir / "cache",
                  fs::perms::owner_read | fs::perms::owner_exec | fs::perms::others_exec | fs::perms::others_read);
  const library::WithoutRights as_nobody;
  const CachedSound sound = cache.add(dir / "a.wav");
  EXPECT_NE(cache.note().find("Permission denied"), std::string::npos) << cache.note();
  EXPECT_EQ(all_of(cache, sound).size(), 8000U);
  EXPECT_EQ(cache.decoded(), 2);
}

TEST(SamplesCache, RefusesWhatIsNoSoundAndForgetsIt) {
  const TempFolder dir;
  write_text(dir / "noise.mp3", std::string(5000, 'x'));
  SamplesCache cache(dir / "cache", 8000, kPlentyOfBytes);
  for (const char* name : {"noise.mp3", "gone.mp3"}) {
    try {
      cache.add(dir / name);
      ADD_FAILURE() << name;
    } catch (const Error& error) {
      EXPECT_NE(std::string(error.what()).find(name), std::string::npos) << error.what();
    }
  }
  EXPECT_EQ(sounds_in(dir / "cache"), 0U);
  EXPECT_EQ(cache.bytes(), 0);
}

// What a killed run was writing goes; what a damaged disk left is decoded anew.
TEST(SamplesCache, CleansUp) {
  const TempFolder dir;
  write_wav(dir / "a.wav", 1, 440);
  std::string key;
  {
    SamplesCache cache(dir / "cache", 8000, kPlentyOfBytes);
    key = cache.add(dir / "a.wav").key;
  }
  const std::string dead = std::to_string(std::numeric_limits<pid_t>::max()), alive = std::to_string(::getpid());
  for (const std::string& name :
       {"x.sound." + dead + ".partial", "y.sound." + alive + ".partial", std::string("notes.partial")})
    write_text(dir / ("cache/" + name), "half");
  fs::resize_file(dir / ("cache/" + key + ".sound"), 16 + 3);
  SamplesCache cache(dir / "cache", 8000, kPlentyOfBytes);
  EXPECT_EQ(sounds_in(dir / "cache"), 3U);
  EXPECT_EQ(cache.add(dir / "a.wav").samples, 8000);
  EXPECT_EQ(cache.decoded(), 1);
}

TEST(SamplesCache, HasAPlace) {
  ::setenv("XDG_CACHE_HOME", "/c", 1);
  EXPECT_EQ(default_samples_folder(), "/c/hearken/audio");
  ::unsetenv("XDG_CACHE_HOME");
  EXPECT_TRUE(default_samples_folder().native().ends_with("/.cache/hearken/audio"));
}

}  // namespace
}  // namespace hearken::train
