// Landmarks of real sound: what changes them, what does not, and their bytes.
#include "audio/measure/landmarks.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <numbers>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "audio/measure/fingerprint.h"
#include "audio/mel/mel.h"
#include "audio/mel/mel_filters.h"
#include "audio/testing.h"

namespace hearken::audio {
namespace {

using namespace testing;

fs::path song() { return fs::path(HEARKEN_SOURCE_DIR) / "samples/music/Maxstack - Coherence.mp3"; }

Landmarks found(std::span<const float> samples, std::size_t piece = 1000) {
  LandmarkFinder finder;
  for (std::size_t i = 0; i < samples.size(); i += piece)
    finder.consume(samples.subspan(i, std::min(piece, samples.size() - i)));
  return finder.finish();
}

// The share of a's peaks that b has, one frame or bin off allowed.
double shared(const Landmarks& a, const Landmarks& b) {
  std::size_t count = 0;
  for (const Peak& p : a.peaks) {
    count += std::any_of(b.peaks.begin(), b.peaks.end(), [&](const Peak& q) {
      return std::abs(static_cast<long>(p.frame) - static_cast<long>(q.frame)) <= 1 && std::abs(p.bin - q.bin) <= 1;
    });
  }
  return static_cast<double>(count) / static_cast<double>(a.peaks.size());
}

std::string refusal_of_landmarks(std::span<const std::byte> bytes) {
  try {
    unpack(bytes, "track id:7");
  } catch (const Error& error) {
    return std::string(to_string(error.code())) + " | " + error.what();
  }
  return "";
}

std::vector<std::byte> bytes(std::initializer_list<int> values) {
  std::vector<std::byte> out;
  for (const int v : values) out.push_back(static_cast<std::byte>(v));
  return out;
}

TEST(Landmarks, OfATone) {
  std::vector<float> tone(8 * 8000);
  for (std::size_t i = 0; i < tone.size(); ++i)
    tone[i] = 0.3F * static_cast<float>(std::sin(2 * std::numbers::pi * 1000.0 * static_cast<double>(i) / 8000));
  const Landmarks of_tone = found(tone);
  EXPECT_EQ(of_tone.frames, 250U);
  EXPECT_TRUE(std::any_of(of_tone.peaks.begin(), of_tone.peaks.end(), [](Peak p) { return p.bin == 128; }));
}

TEST(Landmarks, OfMusic) {
  const std::vector<float> samples = decode_file(song(), kLandmarkRateHz).samples;
  const Landmarks all = found(samples);
  const double seconds = static_cast<double>(samples.size()) / kLandmarkRateHz;
  EXPECT_NEAR(all.seconds(), seconds, 0.05);
  EXPECT_GT(static_cast<double>(all.peaks.size()), 8 * seconds);
  EXPECT_LT(static_cast<double>(all.peaks.size()), 25 * seconds);
  EXPECT_TRUE(std::is_sorted(all.peaks.begin(), all.peaks.end()));
  for (const std::size_t piece : {1U, 100U, 5000U, 1000000U}) EXPECT_EQ(found(samples, piece), all) << piece;

  std::vector<float> quiet = samples, later(640, 0.0F);
  for (float& s : quiet) s *= 0.25F;  // a power of two: exactly 12.04 dB less
  EXPECT_GT(shared(all, found(quiet)), 0.9);
  // 80 ms later is 2.5 frames later.
  later.insert(later.end(), samples.begin(), samples.end());
  Landmarks moved = found(later);
  for (Peak& p : moved.peaks) p.frame -= std::min(p.frame, 2U);
  EXPECT_GT(shared(all, moved), 0.6);
  EXPECT_LT(shared(all, found(decode_file(song().replace_filename("mika55 - mika.mp3"), kLandmarkRateHz).samples)),
            0.4);
}

// Every cell of a spectrogram in double against all around it.
Landmarks by_definition(std::span<const float> samples) {
  constexpr int kFirst = 16, kEnd = 464;
  MelConfig config{1024, kLandmarkHop, kEnd, hann_window(1024), std::vector<float>(kEnd * 513UL, 0.0F), 1e-10F};
  for (float& w : config.window) w *= 4.0F / 1024;
  for (std::size_t b = 0; b < kEnd; ++b) config.filters[b * 513 + b] = 1;
  const MelFrontEnd front_end(std::move(config));
  const auto frames = static_cast<int>(front_end.frames(samples.size()));
  std::vector<float> cells(static_cast<std::size_t>(frames) * kEnd);
  front_end.compute(samples, cells);
  const auto cell = [&](int f, int b) { return cells[static_cast<std::size_t>(b * frames + f)]; };
  Landmarks out;
  const int last = (static_cast<int>(samples.size()) - 512) / kLandmarkHop;  // whose window the sound fills
  for (int f = 2; f <= last; ++f) {
    for (int b = kFirst; b < kEnd; ++b) {
      bool peak = cell(f, b) > -80;
      for (int g = std::max(2, f - 8); peak && g <= std::min(last, f + 8); ++g)
        for (int c = std::max(kFirst, b - 20); peak && c < std::min(kEnd, b + 21); ++c)
          peak = (g == f && c == b) || cell(g, c) < cell(f, b);
      if (peak) out.peaks.push_back({static_cast<std::uint32_t>(f), static_cast<std::uint16_t>(b)});
    }
  }
  return out;
}

TEST(Landmarks, AreThoseOfTheDefinition) {
  std::vector<float> samples = decode_file(song(), kLandmarkRateHz).samples;
  samples.resize(30 * kLandmarkRateHz);
  const Landmarks own = found(samples), expected = by_definition(samples);
  std::vector<Peak> both;
  std::set_intersection(own.peaks.begin(), own.peaks.end(), expected.peaks.begin(), expected.peaks.end(),
                        std::back_inserter(both));
  EXPECT_GT(expected.peaks.size(), 200U);
  EXPECT_GE(both.size() * 1000, expected.peaks.size() * 998);
  EXPECT_GE(both.size() * 1000, own.peaks.size() * 998);
}

TEST(Landmarks, OfLittle) {
  EXPECT_TRUE(found({}).peaks.empty());
  EXPECT_TRUE(found(std::vector<float>(100)).peaks.empty());
  EXPECT_TRUE(found(std::vector<float>(80000)).peaks.empty());  // silence
  std::vector<float> faint(80000);
  for (std::size_t i = 0; i < faint.size(); ++i) faint[i] = i % 7 < 3 ? 1e-5F : -1e-5F;
  EXPECT_TRUE(found(faint).peaks.empty());
  EXPECT_TRUE(pack(found({})).empty());
  EXPECT_EQ(unpack({}, "nothing"), Landmarks{});
}

TEST(Landmarks, BytesComeBack) {
  const Landmarks all = found(decode_file(song(), kLandmarkRateHz).samples);
  const std::vector<std::byte> packed = pack(all);
  EXPECT_EQ(unpack(packed, "song"), all);
  EXPECT_LT(static_cast<double>(packed.size()), 2.2 * static_cast<double>(all.peaks.size()));
  const Landmarks odd{4000000000U, {{0, 0}, {0, 511}, {7, 3}, {3999999999U, 511}}};
  EXPECT_EQ(unpack(pack(odd), "odd"), odd);
}

TEST(Landmarks, DamagedBytesAreRefused) {
  EXPECT_TRUE(
      begins(refusal_of_landmarks(bytes({2, 10, 5})), "mismatch | track id:7: the stored fingerprint is of version 2"));
  const auto damaged = [](std::initializer_list<int> values, std::string_view what) {
    const std::string said = refusal_of_landmarks(bytes(values));
    return judge(said.starts_with("corrupt | track id:7: the stored fingerprint is damaged: byte ") &&
                     said.find(what) != std::string::npos,
                 said);
  };
  EXPECT_TRUE(damaged({1}, "ends within a number"));
  EXPECT_TRUE(damaged({1, 10}, "no peaks"));
  EXPECT_TRUE(damaged({1, 10, 0x85}, "ends within a number"));
  EXPECT_TRUE(damaged({1, 10, 0x85, 0}, "longer than it need be"));
  EXPECT_TRUE(damaged({1, 10, 5, 5}, "out of order"));
  EXPECT_TRUE(damaged({1, 10, 5, 4}, "out of order"));
  EXPECT_TRUE(damaged({1, 1, 0x80, 4}, "behind the sound's end"));
  EXPECT_TRUE(damaged({1, 0x80, 0x80, 0x80, 0x80, 0x20, 5}, "too many frames"));
  EXPECT_TRUE(damaged({1, 10, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1}, "ends within a number"));
}

// What is decoded at any rate, in any channels, in any pieces.
TEST(Fingerprinter, HearsWhatLandmarksAre) {
  const std::vector<float> wide = decode_file(song(), 44100).samples;
  const auto of = [&](int channels, std::size_t piece) {
    Fingerprinter fingerprinter;
    std::vector<float> interleaved;
    for (std::size_t i = 0; i < wide.size(); i += piece) {
      interleaved.clear();
      for (std::size_t f = i; f < std::min(i + piece, wide.size()); ++f)
        for (int c = 0; c < channels; ++c) interleaved.push_back(wide[f] * (c == 0 ? 1.5F : c == 1 ? 0.5F : 1.0F));
      fingerprinter.consume(interleaved, channels, 44100);
    }
    return fingerprinter.finish();
  };
  Fingerprinter whole;
  whole.consume(wide, 1, 44100);
  const Landmarks mono = unpack(whole.finish(), "mono");
  EXPECT_EQ(unpack(of(2, 1000), "stereo"), mono);  // 1.5 and 0.5 average to 1, exactly
  EXPECT_EQ(of(2, 1), of(2, 4096));
  EXPECT_GT(shared(mono, unpack(of(5, 1000), "five channels")), 0.99);
  EXPECT_GT(shared(mono, found(decode_file(song(), kLandmarkRateHz).samples)), 0.95);
}

TEST(Fingerprinter, RateMayChange) {
  const std::vector<float> low = decode_file(song(), 22050).samples, high = decode_file(song(), 48000).samples;
  Fingerprinter changing;
  changing.consume(std::span(low).first(low.size() / 2), 1, 22050);
  changing.consume(std::span(high).subspan(high.size() / 2), 1, 48000);
  Fingerprinter steady;
  steady.consume(high, 1, 48000);
  EXPECT_GT(shared(unpack(steady.finish(), "steady"), unpack(changing.finish(), "changing")), 0.9);
  EXPECT_TRUE(Fingerprinter().finish().empty());
}

}  // namespace
}  // namespace hearken::audio
