// Windows by seeking are those of the whole file.
#include "audio/excerpts.h"

#include <algorithm>
#include <cmath>

#include "audio/decode/in_process.h"
#include "audio/jail/decoder_pool.h"
#include "audio/jail/decoder_process.h"
#include "audio/testing.h"

namespace hearken::audio {
namespace {

using namespace testing;
using Starts = std::vector<std::size_t>;

constexpr int kSoundRate = 16000;
constexpr ExcerptsWanted kWanted{kSoundRate, kSoundRate, kSoundRate / 2};  // a second every half second

TEST(Excerpts, BeginWhereWindowsDo) {
  EXPECT_EQ(excerpt_starts(240, 10, 5), (Starts{30, 115, 200}));  // middles at 36, 120 and 204
  EXPECT_EQ(excerpt_starts(21, 10, 5), (Starts{0, 5, 10}));
  // No more windows than places: the whole.
  EXPECT_EQ(excerpt_starts(20, 10, 5), Starts{});
  EXPECT_EQ(excerpt_starts(10, 10, 5), Starts{});
  EXPECT_EQ(excerpt_starts(0, 10, 5), Starts{});
  EXPECT_EQ(excerpt_starts(135, 10, 40), (Starts{0, 80, 120}));  // a hop longer than the window
}

class ExcerptsTest : public FolderTest {};

// The greatest cosine of the excerpt with the whole's samples there, up to so many to either side.
double likeness(const Window& window, const std::vector<float>& whole, long shifts) {
  double best = -1;
  for (long shift = -shifts; shift <= shifts; ++shift) {
    double both = 0, own = 0, other = 0;
    for (std::size_t i = 0; i < window.samples.size(); ++i) {
      const long at = static_cast<long>(window.start_sample + i) + shift;
      const double a = window.samples[i];
      const double b = at >= 0 && at < std::ssize(whole) ? whole[static_cast<std::size_t>(at)] : 0;
      both += a * b;
      own += a * a;
      other += b * b;
    }
    best = std::max(best, both / std::sqrt(own * other));
  }
  return best;
}

constexpr ExcerptsWanted kShort{kSoundRate, kSoundRate / 10, kSoundRate / 20};  // the fixtures are short

TEST_F(ExcerptsTest, AreWhatTheWholeHasThere) {
  for (const char* name : {"tones.flac", "tones.wv", "tones.aiff", "tones.mp3", "tones.ogg", "tones.opus", "tones.m4a",
                           "tones.aac", "tones.wma", "headers_twice.ogg"}) {
    const DecodedFile whole = decode_file(fixture(name), kSoundRate);
    const auto excerpts = read_excerpts(fixture(name), kShort);
    ASSERT_TRUE(excerpts) << name;
    EXPECT_NEAR(excerpts->length_seconds, static_cast<double>(whole.samples.size()) / kSoundRate, 0.2) << name;
    EXPECT_EQ(excerpts->tags.title, whole.tags.title) << name;
    EXPECT_GE(excerpts->windows.size(), 2U) << name;
    for (const Window& window : excerpts->windows) {
      EXPECT_EQ(window.samples.size(), kShort.window_samples);
      const long shifts = std::string_view(name).ends_with(".wma") ? 400 : 60;  // its time stamps are less exact
      EXPECT_GT(likeness(window, whole.samples, shifts), 0.99) << name << " from " << window.start_sample << " on";
    }
  }
}

TEST_F(ExcerptsTest, AreExactWithoutLoss) {
  std::vector<double> rising;
  for (int i = 0; i < 30 * 22050; ++i) rising.push_back(0.5 * std::sin(6.2831853 * (200 + 2e-3 * i) * i / 22050.0));
  const fs::path path = write("rising.wav", wave(22050, Coding::s16, {rising}));
  const std::vector<float> whole = decode_file(path, kSoundRate).samples;
  const auto excerpts = read_excerpts(path, kWanted);
  ASSERT_TRUE(excerpts);
  EXPECT_DOUBLE_EQ(excerpts->length_seconds, 30);
  ASSERT_EQ(excerpts->windows.size(), 3U);
  EXPECT_EQ(excerpts->windows[1].start_sample, 14U * kSoundRate + kSoundRate / 2);
  EXPECT_EQ(excerpts->windows[1].index, 29U);
  for (const Window& window : excerpts->windows)
    for (std::size_t i = 0; i < window.samples.size(); ++i)
      ASSERT_NEAR(window.samples[i], whole[window.start_sample + i], 1e-3) << window.start_sample << " + " << i;
}

TEST_F(ExcerptsTest, NothingElseIsDecoded) {
  std::vector<double> samples = sine(440, 0.5, 8000, std::size_t{60} * 8000);
  for (const double place : {0.30, 0.70}) samples[static_cast<std::size_t>(place * 60 * 8000)] = NAN;
  const fs::path path = write("holes.wav", wave(8000, Coding::f32, {samples}));
  EXPECT_NE(complaint(path), "");
  const auto excerpts = read_excerpts(path, kWanted);
  ASSERT_TRUE(excerpts);
  EXPECT_EQ(excerpts->windows.size(), 3U);
  // Where a window itself is bad, the whole is to say so.
  samples[30 * 8000] = NAN;
  EXPECT_FALSE(read_excerpts(write("bad.wav", wave(8000, Coding::f32, {samples})), kWanted));
}

TEST_F(ExcerptsTest, TheWholeWhereItIsShortOrEndsEarly) {
  EXPECT_FALSE(read_excerpts(write("s.wav", wave(8000, Coding::s16, {sine(440, 0.5, 8000, 16000)})), kWanted));
  // Of 60 declared seconds 24 are there: the first window is, and of the second nothing.
  const std::string cut = wave_header(8000, 1, Coding::s16, 60 * 16000) + std::string(24 * 16000, '\1');
  const auto excerpts = read_excerpts(write("cut.wav", cut), kWanted);
  ASSERT_TRUE(excerpts);
  EXPECT_EQ(excerpts->windows.size(), 1U);
  EXPECT_THROW(read_excerpts(write("text.mp3", "no sound at all"), kWanted), Error);
  EXPECT_THROW(read_excerpts(folder_ / "gone.wav", kWanted), Error);
}

TEST_F(ExcerptsTest, TheSameFromADecoderProcess) {
  DecoderPool pool({.path = HEARKEN_PROGRAM, .arguments = {"hearken", kDecoderArgument}});
  for (const char* name : {"tones.flac", "tones.mp3", "tones.opus", "headers_twice.ogg"}) {
    const auto here = excerpts_here(SoundFile::open(fixture(name)), kShort),
               there = pool.excerpts(SoundFile::open(fixture(name)), kShort);
    ASSERT_TRUE(here && there) << name;
    EXPECT_EQ(here->length_seconds, there->length_seconds);
    EXPECT_EQ(here->tags.title, there->tags.title);
    ASSERT_EQ(here->windows.size(), there->windows.size());
    for (std::size_t w = 0; w < here->windows.size(); ++w) {
      EXPECT_EQ(here->windows[w].start_sample, there->windows[w].start_sample);
      EXPECT_EQ(here->windows[w].samples, there->windows[w].samples);
    }
  }
  EXPECT_FALSE(
      pool.excerpts(SoundFile::open(write("s.wav", wave(8000, Coding::s16, {sine(440, 0.5, 8000, 9000)}))), kWanted));
}

}  // namespace
}  // namespace hearken::audio
