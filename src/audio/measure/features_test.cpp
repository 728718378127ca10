// What is measured of sounds whose truth is known: reference tones, clicks and drums at a tempo, chords in a key,
// sines.
#include "audio/measure/features.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <random>

#include "audio/measure/key.h"
#include "audio/measure/loudness.h"
#include "audio/testing.h"

namespace hearken::audio {
namespace {

using namespace testing;

constexpr int kFeatureRate = 22050;
using Sound = std::vector<float>;

std::size_t frames(double seconds, int rate_hz = kFeatureRate) {
  return static_cast<std::size_t>(std::lround(seconds * rate_hz));
}

// The same on all channels.
Features measured(const Sound& mono, int channels = 1, int rate_hz = kFeatureRate) {
  Sound interleaved;
  for (const float x : mono) interleaved.insert(interleaved.end(), static_cast<std::size_t>(channels), x);
  FeatureSink listener;
  listener.consume(interleaved, channels, rate_hz);
  return listener.finish();
}

Sound feature_tone(double hz, double amplitude, double seconds, int rate_hz = kFeatureRate) {
  const std::vector<double> samples = sine(hz, amplitude, rate_hz, frames(seconds, rate_hz));
  return {samples.begin(), samples.end()};
}

Sound joined(std::initializer_list<Sound> parts) {
  Sound out;
  for (const Sound& part : parts) out.insert(out.end(), part.begin(), part.end());
  return out;
}

void add(Sound& to, double at_seconds, double gain, const Sound& what) {
  const std::size_t at = frames(at_seconds);
  for (std::size_t i = 0; i < what.size() && at + i < to.size(); ++i) to[at + i] += static_cast<float>(gain) * what[i];
}

Sound noise(double seconds, unsigned seed = 1) {
  std::mt19937 random(seed);
  Sound out(frames(seconds));
  for (float& x : out) x = static_cast<float>(random()) / 2147483648.0F - 1;
  return out;
}

Sound fading(Sound sound, double seconds) {
  for (std::size_t i = 0; i < sound.size(); ++i)
    sound[i] *= static_cast<float>(std::exp(-static_cast<double>(i) / (seconds * kFeatureRate)));
  return sound;
}

// ── loudness ──

double decibels(double level) { return std::pow(10.0, level / 20); }

// EBU Tech 3341, table 1: minimum requirements test signals, stereo sines of 1 kHz at these peak levels.
TEST(Loudness, MeetsTheTestSignalsOfTheEbu) {
  const auto part = [](double level, double seconds) { return feature_tone(1000, decibels(level), seconds, 48000); };
  const auto loudness = [](const Sound& sound) { return measured(sound, 2, 48000).loudness_lufs.value(); };
  EXPECT_NEAR(loudness(part(-23, 20)), -23, 0.1);
  EXPECT_NEAR(loudness(part(-33, 20)), -33, 0.1);
  EXPECT_NEAR(loudness(joined({part(-36, 10), part(-23, 60), part(-36, 10)})), -23, 0.1);
  EXPECT_NEAR(loudness(joined({part(-72, 10), part(-36, 10), part(-23, 60), part(-36, 10), part(-72, 10)})), -23, 0.1);
  EXPECT_NEAR(loudness(joined({part(-26, 20), part(-20, 20.1), part(-26, 20)})), -23, 0.1);
}

// The sixth of them: five channels at 1 kHz, -28 dB left and right, -24 in the middle, -30 behind.
TEST(Loudness, WeighsTheChannelsOfSurroundSound) {
  constexpr std::array<double, 6> kLevels = {-28, -28, -24, -200, -30, -30};
  const Sound one = feature_tone(1000, 1, 20, 48000);
  Sound interleaved;
  for (const float x : one)
    for (const double level : kLevels) interleaved.push_back(x * static_cast<float>(decibels(level)));
  Loudness loudness;
  loudness.consume(interleaved, 6, 48000);
  EXPECT_NEAR(loudness.integrated().value(), -23, 0.1);
}

// Two channels at the same level are 3 LU louder than one, and those at the sides of 7.1 count 1.5 dB more.
TEST(Loudness, KnowsThePlacesOfEightChannels) {
  const Sound one = feature_tone(1000, 0.1, 5, 48000);
  const auto of_channel = [&](std::size_t which) {
    Sound interleaved(one.size() * 8);
    for (std::size_t i = 0; i < one.size(); ++i) interleaved[i * 8 + which] = one[i];
    Loudness loudness;
    loudness.consume(interleaved, 8, 48000);
    return loudness.integrated();
  };
  const double front = of_channel(0).value();
  EXPECT_NEAR(of_channel(2).value(), front, 0.01);
  EXPECT_FALSE(of_channel(3));  // effects
  EXPECT_NEAR(of_channel(4).value(), front, 0.01);
  EXPECT_NEAR(of_channel(7).value(), front + 1.5, 0.02);
}

TEST(Loudness, GoesOnWhereTheFormatChanges) {
  Loudness loudness;
  loudness.consume(feature_tone(1000, decibels(-20), 10, 48000), 1, 48000);
  loudness.consume(feature_tone(1000, decibels(-20), 10, 44100), 1, 44100);
  EXPECT_NEAR(loudness.integrated().value(), -23, 0.1);
}

TEST(Loudness, SilenceAndWhatIsTooShortHaveNone) {
  EXPECT_FALSE(measured(Sound(frames(3), 0.0F)).loudness_lufs);
  EXPECT_FALSE(measured(feature_tone(1000, 0.5, 0.39)).loudness_lufs);
  EXPECT_TRUE(measured(feature_tone(1000, 0.5, 0.41)).loudness_lufs);
  EXPECT_FALSE(FeatureSink().finish().loudness_lufs);
}

TEST(Loudness, OfRatesThatItCannotBeMeasuredAtIsNone) {
  for (const int rate_hz : {1000, 3999, 6'000'000})
    EXPECT_FALSE(measured(feature_tone(100, 0.5, 2, rate_hz), 1, rate_hz).loudness_lufs) << rate_hz;
  for (const int rate_hz : {4000, 8000, 192000})
    EXPECT_NEAR(measured(feature_tone(100, 0.5, 2, rate_hz), 1, rate_hz).loudness_lufs.value(), -10, 2.5) << rate_hz;
}

// ── tempo ──

Sound clicks(double tempo, double seconds = 20) {
  Sound out(frames(seconds));
  const Sound click = fading(feature_tone(1500, 0.8, 0.03), 0.006);
  for (double at = 0.05; at < seconds; at += 60 / tempo) add(out, at, 1, click);
  return out;
}

// Bass drum on 1 and 3, snare on 2 and 4, hi-hat on every half.
Sound drums(double tempo, double seconds = 20) {
  Sound out(frames(seconds));
  const Sound bass = fading(feature_tone(60, 0.8, 0.2), 0.07), snare = fading(noise(0.2), 0.06),
              hat = fading(noise(0.1), 0.02);
  int half = 0;
  for (double at = 0.1; at < seconds; at += 30 / tempo, ++half) {
    add(out, at, half % 2 == 0 ? 0.12 : 0.08, hat);
    if (half % 4 == 0) add(out, at, 0.8, bass);
    if (half % 4 == 2) add(out, at, 0.4, snare);
  }
  return out;
}

// The tempo as a multiple of the true one.
double ratio(const Sound& sound, double tempo) { return measured(sound).tempo_bpm.value_or(0) / tempo; }

// How many of 25 tempi are right; the others are an octave away.
template <class Make>
int right_tempi(Make make) {
  int right = 0;
  for (int tempo = 60; tempo <= 180; tempo += 5) {
    const double r = ratio(make(tempo), tempo);
    right += std::abs(r - 1) < 0.02 ? 1 : 0;
    EXPECT_TRUE(std::abs(r - 1) < 0.02 || std::abs(r - 2) < 0.04 || std::abs(r - 0.5) < 0.01) << tempo << ": " << r;
  }
  return right;
}

TEST(Tempo, OfClicksIsRightOrAnOctaveAway) {
  EXPECT_GE(right_tempi([](int tempo) { return clicks(tempo); }), 22);
}

TEST(Tempo, OfDrumsIsRight) {
  EXPECT_GE(right_tempi([](int tempo) { return drums(tempo); }), 20);
}

TEST(Tempo, DoesNotDependOnTheLevelTheRateOrTheChannels) {
  Sound quiet = drums(126);
  for (float& x : quiet) x *= 0.01F;
  EXPECT_NEAR(ratio(quiet, 126), 1, 0.005);
  EXPECT_NEAR(ratio(drums(126), 126), 1, 0.005);
  EXPECT_NEAR(measured(drums(126), 3).tempo_bpm.value(), 126, 0.6);
}

TEST(Tempo, NothingSteadyHasNone) {
  EXPECT_FALSE(measured(noise(20)).tempo_bpm);
  EXPECT_FALSE(measured(noise(5, 7)).tempo_bpm);
  EXPECT_FALSE(measured(feature_tone(440, 0.5, 20)).tempo_bpm);
  EXPECT_FALSE(measured(Sound(frames(20), 0.0F)).tempo_bpm);
  EXPECT_FALSE(measured(drums(120, 2)).tempo_bpm);  // too short to tell
  std::mt19937 random(5);
  Sound rain(frames(20));
  const Sound drop = fading(feature_tone(1500, 0.8, 0.03), 0.006);
  for (int i = 0; i < 100; ++i) add(rain, static_cast<double>(random()) / 4294967296.0 * 20, 1, drop);
  EXPECT_FALSE(measured(rain).tempo_bpm);
}

// ── key ──

Sound note(int midi, double seconds) {
  Sound out(frames(seconds));
  const double hz = 440 * std::exp2((midi - 69) / 12.0);
  for (int harmonic = 1; harmonic <= 5; ++harmonic)
    add(out, 0, 0.2 / harmonic, feature_tone(hz * harmonic, 1, seconds));
  return fading(out, 0.8);
}

// I IV V I, or i iv V i.
Sound cadence(int tonic, bool minor, double detuned = 0) {
  const int third = minor ? 3 : 4;
  const std::vector<std::vector<int>> chords = {{0, third, 7}, {5, 5 + third, 12}, {7, 11, 14}, {0, third, 7}};
  Sound out(frames(8));
  for (std::size_t c = 0; c < chords.size(); ++c) {
    for (const int step : chords[c]) add(out, 2.0 * static_cast<double>(c), 0.3, note(60 + tonic + step, 2));
    add(out, 2.0 * static_cast<double>(c), 0.3, note(48 + tonic + chords[c][0], 2));
  }
  if (detuned == 0) return out;
  Sound other;  // played a little faster
  for (double at = 0; at + 1 < static_cast<double>(out.size()); at += std::exp2(detuned / 12)) {
    const auto i = static_cast<std::size_t>(at);
    other.push_back(out[i] + static_cast<float>(at - static_cast<double>(i)) * (out[i + 1] - out[i]));
  }
  return other;
}

constexpr std::array<const char*, 12> kNames = {"C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B"};

TEST(Key, OfCadencesInAllKeysIsRight) {
  for (const bool minor : {false, true}) {
    for (int tonic = 0; tonic < 12; ++tonic) {
      const std::string expected = std::string(kNames[static_cast<std::size_t>(tonic)]) + (minor ? " minor" : " major");
      EXPECT_EQ(measured(cadence(tonic, minor)).key.value_or("none"), expected);
    }
  }
}

TEST(Key, AnInstrumentOutOfTuneIsHeardAsTheNearestKey) {
  EXPECT_EQ(measured(cadence(0, false, 0.3)).key.value_or("none"), "C major");
  EXPECT_EQ(measured(cadence(9, true, -0.3)).key.value_or("none"), "A minor");
}

TEST(Key, WhatHasNoPitchesOrOneHasNone) {
  EXPECT_FALSE(measured(noise(20)).key);
  EXPECT_FALSE(measured(feature_tone(440, 0.5, 20)).key);
  EXPECT_FALSE(measured(Sound(frames(20), 0.0F)).key);
  EXPECT_FALSE(measured(drums(120)).key);
  EXPECT_FALSE(estimate_key({}));
  EXPECT_FALSE(estimate_key({1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}));
}

// ── brightness ──

TEST(Brightness, OfSinesIsTheirFrequency) {
  for (const int rate_hz : {8000, 16000, 22050, 44100, 48000, 96000}) {
    for (const double hz : {250.0, 1000.0, 3000.0, 10000.0}) {
      if (hz > 0.4 * rate_hz) continue;
      EXPECT_NEAR(measured(feature_tone(hz, 0.5, 2, rate_hz), 1, rate_hz).brightness_hz.value(), hz, 0.02 * hz + 10)
          << rate_hz << " Hz";
    }
  }
}

TEST(Brightness, IsWeightedByEnergy) {
  Sound both = feature_tone(1000, 0.4, 3);
  add(both, 0, 1, feature_tone(4000, 0.2, 3));
  EXPECT_NEAR(measured(both).brightness_hz.value(), (4 * 1000 + 4000) / 5.0, 50);
  EXPECT_NEAR(measured(noise(5)).brightness_hz.value(), kFeatureRate / 4.0, 0.05 * kFeatureRate / 4);
  EXPECT_FALSE(measured(Sound(frames(3), 0.0F)).brightness_hz);
  EXPECT_NEAR(measured(feature_tone(1000, 0.5, 0.02)).brightness_hz.value(), 1000, 150);  // shorter than a spectrum
}

// ── all ──

TEST(Features, AreTheSameHoweverTheSoundComes) {
  Sound sound = cadence(2, true);
  add(sound, 0, 0.5, drums(100, 8));
  const Features whole = measured(sound);
  EXPECT_TRUE(whole.loudness_lufs && whole.tempo_bpm && whole.key && whole.brightness_hz);
  for (const std::size_t piece : {1U, 1152U, 40'000U}) {
    FeatureSink listener;
    for (std::size_t at = 0; at < sound.size(); at += piece)
      listener.consume(std::span(sound).subspan(at, std::min(piece, sound.size() - at)), 1, kFeatureRate);
    EXPECT_EQ(listener.finish(), whole) << piece;
  }
}

TEST(Features, RatesAndChannelsMayChangeOnTheWay) {
  FeatureSink listener;
  listener.consume(feature_tone(1000, 0.5, 5, 44100), 1, 44100);
  const Sound stereo = feature_tone(1000, 0.5, 4, 16000);
  listener.consume(stereo, 2, 8000);  // each sample once left and once right: near 1 kHz
  listener.consume(feature_tone(1000, 0.5, 1, 7000), 1, 7000);
  const Features f = listener.finish();
  EXPECT_NEAR(f.brightness_hz.value(), 1000, 30);
  EXPECT_NEAR(f.loudness_lufs.value(), -8, 2);
}

TEST(Features, SoundBeyondFullScaleStaysFinite) {
  Sound loud = noise(5);
  for (float& x : loud) x *= 1e6F;
  const Features f = measured(loud, 2);
  EXPECT_TRUE(std::isfinite(f.loudness_lufs.value()));
  EXPECT_NEAR(f.brightness_hz.value(), kFeatureRate / 4.0, 0.05 * kFeatureRate / 4);
}

}  // namespace
}  // namespace hearken::audio
