// What a listener hears beside the mono samples: each decoded frame once, as it is in the file.
#include "audio/decode/sample_sink.h"

#include <limits>

#include "audio/testing.h"

namespace hearken::audio {
namespace {

using namespace testing;

struct Ear final : SampleSink {
  struct Part {
    int channels, rate_hz;
    std::vector<float> samples;
  };
  std::vector<Part> parts;  // as long as channels and rate stay

  void consume(std::span<const float> interleaved, int channels, int sample_rate_hz) override {
    EXPECT_FALSE(interleaved.empty());
    EXPECT_EQ(interleaved.size() % static_cast<std::size_t>(channels), 0U);
    if (parts.empty() || parts.back().channels != channels || parts.back().rate_hz != sample_rate_hz)
      parts.push_back({channels, sample_rate_hz, {}});
    parts.back().samples.insert(parts.back().samples.end(), interleaved.begin(), interleaved.end());
  }
  std::size_t frames() const {
    std::size_t count = 0;
    for (const Part& part : parts) count += part.samples.size() / static_cast<std::size_t>(part.channels);
    return count;
  }
};

class ListenerTest : public FolderTest {
 protected:
  // Reads the file with an ear, checks that read() gives what it gives without, and that listen() hears the same.
  static Ear ear(const fs::path& path) {
    Ear ear;
    const auto stream = open_samples(path, 16000, &ear);
    std::vector<float> mono(1 << 20);
    mono.resize(stream->read(mono));
    const DecodedFile without = testing::decode_file(path, 16000);
    EXPECT_EQ(mono, without.samples);
    Ear alone;
    EXPECT_EQ(listen(path, alone), without.warning);
    EXPECT_EQ(alone.parts.size(), ear.parts.size());
    for (std::size_t i = 0; i < std::min(alone.parts.size(), ear.parts.size()); ++i)
      EXPECT_EQ(alone.parts[i].samples, ear.parts[i].samples);
    return ear;
  }
};

TEST_F(ListenerTest, HearsEveryCodingExactly) {
  // Multiples of 1/64 are exact in eight bits.
  std::vector<std::vector<double>> channels(3);
  for (int i = 0; i < 5000; ++i) {
    for (int c = 0; c < 3; ++c) channels[static_cast<std::size_t>(c)].push_back(((i * (c + 3)) % 127 - 63) / 64.0);
  }
  for (const std::size_t count : {1U, 2U, 3U}) {
    std::vector<float> expected;
    for (std::size_t i = 0; i < 5000; ++i)
      for (std::size_t c = 0; c < count; ++c) expected.push_back(static_cast<float>(channels[c][i]));
    for (const Coding coding : {Coding::u8, Coding::s16, Coding::s24, Coding::s32, Coding::f32, Coding::f64}) {
      const std::vector<std::vector<double>> some(channels.begin(), channels.begin() + static_cast<int>(count));
      const Ear heard = ear(write("a.wav", wave(22050, coding, some)));
      ASSERT_EQ(heard.parts.size(), 1U);
      EXPECT_EQ(heard.parts[0].channels, static_cast<int>(count));
      EXPECT_EQ(heard.parts[0].rate_hz, 22050);
      EXPECT_EQ(heard.parts[0].samples, expected) << count << " channels, coding " << static_cast<int>(coding);
    }
  }
}

TEST_F(ListenerTest, HearsEveryFormat) {
  for (const char* name : {"tones.mp3", "tones.ogg", "tones.opus", "tones.flac", "tones.m4a", "tones.aiff", "tones.wma",
                           "tones.wv", "video.mp4"}) {
    const Ear heard = ear(fixture(name));
    ASSERT_EQ(heard.parts.size(), 1U) << name;
    // The mean of the channels is what the mono stream has at the file's own rate.
    const auto& [channels, rate_hz, samples] = heard.parts[0];
    std::vector<float> mono(heard.frames());
    for (std::size_t i = 0; i < samples.size(); ++i)
      mono[i / static_cast<std::size_t>(channels)] += samples[i] / static_cast<float>(channels);
    const DecodedFile expected = testing::decode_file(fixture(name), rate_hz);
    ASSERT_EQ(mono.size(), expected.samples.size()) << name;
    for (std::size_t i = 0; i < mono.size(); ++i) ASSERT_NEAR(mono[i], expected.samples[i], 1e-6) << name << " " << i;
    EXPECT_NEAR(amplitude(mono, 440, rate_hz), 0.25, 0.02) << name;
  }
}

TEST_F(ListenerTest, HearsAStreamThatChangesOnItsWay) {
  const fs::path path = write("chained.ogg", bytes_of(fixture("tones.ogg")) + bytes_of(fixture("low.ogg")));
  const Ear heard = ear(path);
  ASSERT_EQ(heard.parts.size(), 2U);
  EXPECT_NE(heard.parts[0].rate_hz, heard.parts[1].rate_hz);
}

TEST_F(ListenerTest, ADamagedPacketIsSilence) {
  std::string bytes = bytes_of(fixture("tones.m4a"));
  for (std::size_t i = 0; i < 20; ++i) bytes[bytes.size() / 2 + i] = static_cast<char>(37 * i + 11);
  const Ear heard = ear(write("damaged.m4a", bytes));
  for (const Ear::Part& part : heard.parts)
    for (const float sample : part.samples) ASSERT_LE(std::abs(sample), 1e6F);
}

TEST_F(ListenerTest, ChannelsThatCancelOutAreNotLetThrough) {
  std::vector<double> left(1000, 0.25), right(1000, 0.25);
  left[500] = 1e30;
  right[500] = -1e30;
  const Ear heard = ear(write("a.wav", wave(8000, Coding::f32, {left, right})));
  for (const Ear::Part& part : heard.parts)
    for (const float sample : part.samples) ASSERT_LE(std::abs(sample), 1.0F);
  EXPECT_EQ(heard.frames(), 1000U);
}

TEST_F(ListenerTest, WhatCannotBeReadIsNotHeard) {
  std::vector<double> samples(9000, 0.5);
  samples[8500] = std::numeric_limits<double>::quiet_NaN();
  const fs::path path = write("a.wav", wave(8000, Coding::f32, {samples}));
  Ear heard;
  EXPECT_THROW(listen(path, heard), Error);
  for (const Ear::Part& part : heard.parts)
    for (const float sample : part.samples) EXPECT_EQ(sample, 0.5F);
  EXPECT_THROW(listen(write("b.wav", "nothing"), heard), Error);
}

TEST_F(ListenerTest, StopsWhenAsked) {
  Ear heard;
  int frames = 0;
  EXPECT_FALSE(listen(fixture("tones.mp3"), heard, [&] { return ++frames == 3; }));
  EXPECT_GT(heard.frames(), 0U);
  EXPECT_LT(heard.frames(), 10'000U);
}

}  // namespace
}  // namespace hearken::audio
