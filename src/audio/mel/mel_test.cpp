// The front end against the definition, computed the long way in double.
#include "audio/mel/mel.h"

#include <gtest/gtest.h>
#include <malloc.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numbers>
#include <thread>

#include "core/testing/targets.h"
#include "hearken/error.h"

namespace hearken::audio {
namespace {

// A Hann window, and triangles of growing width over the bins; the first two filters share a bin, one filter is empty.
MelConfig config(int n_fft, int hop, int mel_bins) {
  MelConfig out;
  out.n_fft = n_fft;
  out.hop = hop;
  out.mel_bins = mel_bins;
  for (int i = 0; i < n_fft; ++i) {
    out.window.push_back(static_cast<float>(0.5 - 0.5 * std::cos(2 * std::numbers::pi * i / n_fft)));
  }
  const int bins = n_fft / 2 + 1;
  for (int m = 0; m < mel_bins; ++m) {
    const double centre = static_cast<double>(bins - 1) * (m + 1) * (m + 1) / ((mel_bins + 1) * (mel_bins + 1));
    const double width = 1 + centre / 8;
    for (int k = 0; k < bins; ++k) {
      const double weight = m == 3 ? 0 : std::fmax(0.0, 1 - std::fabs(k - centre) / width) / width;
      out.filters.push_back(static_cast<float>(weight));
    }
  }
  return out;
}

// Filters that let each bin through by itself: the power spectrum in decibels.
MelConfig spectrum(int n_fft, int hop) {
  MelConfig out = config(n_fft, hop, 1);
  out.mel_bins = n_fft / 2 + 1;
  const auto bins = static_cast<std::size_t>(out.mel_bins);
  out.filters.assign(bins * bins, 0);
  for (std::size_t k = 0; k < bins; ++k) out.filters[k * bins + k] = 1;
  return out;
}

std::vector<double> by_definition(const MelConfig& c, const std::vector<float>& samples) {
  const auto n = static_cast<std::ptrdiff_t>(samples.size());
  std::vector<double> cosine, sine;
  for (int i = 0; i < c.n_fft; ++i) {
    cosine.push_back(std::cos(2 * std::numbers::pi * i / c.n_fft));
    sine.push_back(std::sin(2 * std::numbers::pi * i / c.n_fft));
  }
  const std::size_t frames = 1 + samples.size() / static_cast<std::size_t>(c.hop),
                    bins = static_cast<std::size_t>(c.n_fft / 2 + 1);
  std::vector<double> out(static_cast<std::size_t>(c.mel_bins) * frames), power(bins);
  for (std::size_t t = 0; t < frames; ++t) {
    for (std::size_t k = 0; k < bins; ++k) {
      double real = 0, imaginary = 0;
      for (int i = 0; i < c.n_fft; ++i) {
        std::ptrdiff_t at = static_cast<std::ptrdiff_t>(t) * c.hop + i - c.n_fft / 2;
        if (at < 0) at = -at;
        if (at >= n) at = 2 * (n - 1) - at;
        const double value =
            static_cast<double>(samples[static_cast<std::size_t>(at)]) * c.window[static_cast<std::size_t>(i)];
        const std::size_t phase = (k * static_cast<std::size_t>(i)) % static_cast<std::size_t>(c.n_fft);
        real += value * cosine[phase];
        imaginary -= value * sine[phase];
      }
      power[k] = real * real + imaginary * imaginary;
    }
    for (std::size_t m = 0; m < static_cast<std::size_t>(c.mel_bins); ++m) {
      double sum = 0;
      for (std::size_t k = 0; k < bins; ++k) sum += power[k] * c.filters[m * bins + k];
      out[m * frames + t] = 10 * std::log10(std::fmax(sum, c.power_floor));
    }
  }
  return out;
}

// A loud tone over faint noise: bins 100 dB apart in one frame, so that rounding in the transform would show.
std::vector<float> tone_over_noise(std::size_t count) {
  std::vector<float> out(count);
  std::uint32_t state = 1;
  for (std::size_t i = 0; i < count; ++i) {
    state = state * 1664525U + 1013904223U;
    const double noise = 1e-5 * (static_cast<double>(state >> 8) / 0x1p23 - 1);
    out[i] = static_cast<float>(0.5 * std::sin(0.3 * static_cast<double>(i)) + noise);
  }
  return out;
}

TEST(Mel, IsTheDefinitionToTheLastDigits) {
  const struct {
    int n_fft, hop, mel_bins;
    std::size_t samples;
  } kCases[] = {{512, 160, 64, 4000}, {512, 160, 64, 257}, {1024, 480, 64, 5001}, {64, 64, 8, 640}, {32, 50, 5, 333}};
  for (const auto& [n_fft, hop, mel_bins, samples] : kCases) {
    const MelConfig c = config(n_fft, hop, mel_bins);
    const std::vector<float> input = tone_over_noise(samples);
    const MelFrontEnd front_end(c);
    ASSERT_EQ(front_end.frames(samples), 1 + samples / static_cast<std::size_t>(hop));
    ASSERT_EQ(front_end.mel_bins(), mel_bins);
    std::vector<float> out(static_cast<std::size_t>(mel_bins) * front_end.frames(samples));
    front_end.compute(input, out);
    const std::vector<double> expected = by_definition(c, input);
    for (std::size_t i = 0; i < out.size(); ++i)
      ASSERT_NEAR(out[i], expected[i], 1e-4) << n_fft << ' ' << samples << ' ' << i;
  }
}

TEST(Mel, EverySpectrumIsTheDefinitionOnEveryInstructionSet) {
  for (int n_fft = 16; n_fft <= 4096; n_fft *= 2) {
    const MelConfig c = spectrum(n_fft, n_fft / 3);
    const MelFrontEnd front_end(c);
    const std::vector<float> input = tone_over_noise(static_cast<std::size_t>(n_fft));  // 4 frames
    const std::vector<double> expected = by_definition(c, input);
    on_every_target([&] {
      std::vector<float> out(expected.size());
      front_end.compute(input, out);
      // Half of the last digit of a float beyond 64.
      for (std::size_t i = 0; i < out.size(); ++i) ASSERT_NEAR(out[i], expected[i], 4e-6) << n_fft << ' ' << i;
    });
  }
}

// As amplitudes, of the loudest bin: a bin 60 dB below it is within 0.01 dB.
TEST(Mel, FastIsWithinAMillionthOfTheLoudest) {
  for (int n_fft = 16; n_fft <= 4096; n_fft *= 2) {
    MelConfig c = spectrum(n_fft, n_fft / 3);
    c.precision = MelPrecision::fast;
    const MelFrontEnd front_end(c);
    const std::vector<float> input = tone_over_noise(static_cast<std::size_t>(n_fft));
    const std::vector<double> expected = by_definition(c, input);
    const double loudest = *std::max_element(expected.begin(), expected.end());
    on_every_target([&] {
      std::vector<float> out(expected.size());
      front_end.compute(input, out);
      for (std::size_t i = 0; i < out.size(); ++i) {
        const double amplitude = std::pow(10.0, (static_cast<double>(out[i]) - loudest) / 20);
        ASSERT_NEAR(amplitude, std::pow(10.0, (expected[i] - loudest) / 20), 1e-6) << n_fft << ' ' << i;
      }
    });
  }
}

TEST(Mel, AFrameIsTheSameBitsWhateverStandsBesideIt) {
  constexpr std::size_t kHop = 32, kBands = 12, kFrames = 41;
  const MelFrontEnd front_end(config(128, kHop, kBands));
  const std::vector<float> input = tone_over_noise((kFrames - 1) * kHop);
  on_every_target([&] {
    std::vector<float> all(kBands * kFrames);
    front_end.compute(input, all);
    for (std::size_t frames = 4; frames < kFrames; ++frames) {
      // The last frames see the end of their samples; the first ones see what `all` saw, some in another lane.
      for (const std::size_t skip : {0, 1, 3}) {
        if (frames < skip + 6) continue;
        const std::size_t count = frames - skip;
        std::vector<float> out(kBands * count);
        front_end.compute(std::span(input).subspan(skip * kHop, (count - 1) * kHop), out);
        for (std::size_t m = 0; m < kBands; ++m) {
          for (std::size_t t = skip == 0 ? 0 : 2; t + 3 < count; ++t)
            ASSERT_EQ(out[m * count + t], all[m * kFrames + skip + t]) << frames << ' ' << skip << ' ' << m << ' ' << t;
        }
      }
    }
  });
}

TEST(Mel, WritesNoFurtherThanItsFrames) {
  const MelFrontEnd front_end(config(64, 16, 8));
  on_every_target([&] {
    for (std::size_t frames = 4; frames < 20; ++frames) {
      const std::vector<float> input = tone_over_noise((frames - 1) * 16);
      std::vector<float> out(8 * frames + 16, 77.0F);
      front_end.compute(input, std::span(out).first(8 * frames));
      for (std::size_t i = 0; i < 8 * frames; ++i) ASSERT_NE(out[i], 77.0F);
      for (std::size_t i = 8 * frames; i < out.size(); ++i) ASSERT_EQ(out[i], 77.0F);
    }
  });
}

// So that whoever embeds them can tell: a logarithm made for numbers would give one.
TEST(Mel, WhatIsNoNumberStaysNone) {
  const MelFrontEnd front_end(spectrum(64, 64));
  std::vector<float> input = tone_over_noise(640), out(33 * 11);
  input[320] = std::numeric_limits<float>::quiet_NaN();
  input[448] = std::numeric_limits<float>::infinity();
  on_every_target([&] {
    front_end.compute(input, out);
    for (std::size_t k = 0; k < 33; ++k) {
      for (std::size_t t = 0; t < 11; ++t) EXPECT_EQ(std::isfinite(out[k * 11 + t]), t != 5 && t != 7) << k << ' ' << t;
    }
  });
}

TEST(Mel, FiltersThatAreAllEmptyGiveTheFloor) {
  MelConfig c = config(16, 4, 3);
  std::fill(c.filters.begin(), c.filters.end(), 0.0F);
  const MelFrontEnd front_end(c);
  std::vector<float> out(3 * front_end.frames(100));
  on_every_target([&] {
    front_end.compute(tone_over_noise(100), out);
    for (const float value : out) ASSERT_FLOAT_EQ(value, -100);
  });
}

TEST(Mel, SilenceIsTheFloorWhateverWasInMemory) {
  const MelFrontEnd front_end(config(512, 160, 64));
  std::vector<float> out(64 * front_end.frames(1600));
  mallopt(M_PERTURB, 0xBF);  // fresh memory reads as 32.5
  front_end.compute(std::vector<float>(1600), out);
  mallopt(M_PERTURB, 0);
  for (const float value : out) ASSERT_FLOAT_EQ(value, -100);
}

TEST(Mel, ThreadsGiveTheSameBits) {
  const MelFrontEnd front_end(config(512, 160, 64));
  const std::vector<float> input = tone_over_noise(16000);
  std::vector<std::vector<float>> outs(4, std::vector<float>(64 * front_end.frames(input.size())));
  {
    std::vector<std::jthread> threads;
    for (auto& out : outs) threads.emplace_back([&] { front_end.compute(input, out); });
  }
  for (const auto& out : outs) EXPECT_EQ(out, outs[0]);
}

TEST(Mel, SizesThatDoNotFitAreRefused) {
  const auto refused = [](auto change) {
    MelConfig c = config(512, 160, 64);
    change(c);
    EXPECT_THROW(MelFrontEnd{c}, Error);
  };
  refused([](MelConfig& c) { c.window.pop_back(); });
  refused([](MelConfig& c) { c.filters.pop_back(); });
  refused([](MelConfig& c) { c.n_fft = 500; });
  refused([](MelConfig& c) { c.n_fft = 0; });
  refused([](MelConfig& c) { c.hop = 0; });
  refused([](MelConfig& c) { c.mel_bins = -1; });
  refused([](MelConfig& c) { c.power_floor = 0; });
  const MelFrontEnd front_end(config(512, 160, 64));
  std::vector<float> out(64 * 3);
  EXPECT_THROW(front_end.compute(std::vector<float>(256), out), Error);
  EXPECT_THROW(front_end.compute(std::vector<float>(1000), out), Error);
}

}  // namespace
}  // namespace hearken::audio
