// Parts of files are the samples the whole file has there; samples in memory come through as they are.
#include "audio/part.h"

#include <algorithm>
#include <cmath>

#include "audio/testing.h"
#include "core/testing/refusal.h"

namespace hearken::audio {
namespace {

using namespace testing;

std::vector<float> all_of(SampleStream& stream, std::size_t block = 777) {
  std::vector<float> out;
  for (std::vector<float> buffer(block);;) {
    const std::size_t count = stream.read(buffer);
    out.insert(out.end(), buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(count));
    if (count < block) return out;
  }
}

std::string refusal_of_part(SampleStream& stream) {
  return refusal(ErrorCode::invalid_argument, [&] { all_of(stream); });
}

class PartTest : public FolderTest {};

TEST_F(PartTest, IsASliceOfTheWhole) {
  for (const char* name : {"tones.flac", "tones.mp3", "tones.ogg"}) {
    for (const int rate : {16000, 48000}) {
      const std::vector<float> whole = decode_file(fixture(name), rate).samples;
      const auto part = [&](double start, double duration) {
        return all_of(*open_part(fixture(name), rate, start, duration));
      };
      const auto slice = [&](double start, double end) {
        const auto at = [&](double s) {
          return whole.begin() + std::min(std::lround(s * rate), static_cast<long>(whole.size()));
        };
        return std::vector<float>(at(start), at(end));
      };
      EXPECT_EQ(part(0, 0), whole);
      EXPECT_EQ(part(0.25, 0), slice(0.25, 1e3));
      EXPECT_EQ(part(0.3, 0.2), slice(0.3, 0.5));
      EXPECT_EQ(part(0.1, 1e3), slice(0.1, 1e3));
      EXPECT_EQ(part(0.1, 1e300), slice(0.1, 1e3));
      EXPECT_EQ(part(0, 1e-9).size(), 1U);
    }
  }
}

TEST_F(PartTest, BeginsBeforeTheEnd) {
  const std::vector<double> second = sine(440, 0.5, 8000, 8000);
  const fs::path path = write("s.wav", wave(8000, Coding::s16, {second}));
  for (const double late : {1.0, 1.5, 1e12}) {
    const std::string text = refusal_of_part(*open_part(path, 16000, late, 0.5));
    EXPECT_NE(text.find("s.wav: there is no sound from "), std::string::npos) << text;
    EXPECT_TRUE(ends(text, "it ends at 1.000 s"));
  }
  EXPECT_EQ(all_of(*open_part(path, 16000, 15999.0 / 16000, 0)).size(), 1U);
  const fs::path empty = write("e.wav", wave_header(8000, 1, Coding::s16, 0));
  EXPECT_THROW(all_of(*open_part(empty, 8000, 0, 0)), Error);
}

TEST_F(PartTest, SamplesInMemoryAreThoseOfAFile) {
  std::vector<double> tone = sine(300, 0.5, 44100, 60000);
  for (double& x : tone) x = std::round(x * 32768) / 32768;
  const fs::path path = write("t.wav", wave(44100, Coding::s16, {tone}));
  const std::vector<float> samples = decode_file(path, 44100).samples;
  for (const int rate : {44100, 16000, 48000})
    EXPECT_EQ(all_of(*stream_samples(samples, 44100, rate, "t")), decode_file(path, rate).samples) << rate;
  EXPECT_TRUE(all_of(*stream_samples({}, 44100, 16000, "nothing")).empty());
}

TEST_F(PartTest, SamplesThatAreNoSoundAreRefused) {
  const auto refused = [](std::vector<float> samples, int rate) {
    try {
      stream_samples(samples, rate, 16000, "mic\n");
    } catch (const Error& e) {
      EXPECT_EQ(e.code(), ErrorCode::invalid_argument);
      return std::string(e.what());
    }
    return std::string();
  };
  EXPECT_EQ(refused({0, 1, NAN}, 1000), "mic\\x0a: sample 2 (at 0.002 s) is not a number");
  EXPECT_EQ(refused({0, 3e6F}, 1000), "mic\\x0a: sample 1 (at 0.001 s) is 3e+06, where full scale is 1");
  for (const int rate : {0, -1, 999, 7'000'000})
    EXPECT_EQ(refused({0}, rate), "mic\\x0a: a sample rate of " + std::to_string(rate) + " Hz");
}

}  // namespace
}  // namespace hearken::audio
