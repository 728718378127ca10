// What the tests of this room share: a folder of their own, WAVE files written byte by byte, and an ear for tones.
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <numbers>
#include <string>
#include <string_view>
#include <vector>

#include "audio/decode/decode.h"
#include "core/testing/temp_folder.h"
#include "hearken/error.h"

namespace hearken::audio::testing {

namespace fs = std::filesystem;

using hearken::FolderTest;

inline fs::path fixture(std::string_view name) { return fs::path(HEARKEN_SOURCE_DIR) / "tests/data/audio" / name; }

inline std::string bytes_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

struct DecodedFile {
  std::vector<float> samples;
  std::string warning;
  Tags tags;
};

inline DecodedFile decode_file(const fs::path& path, int rate_hz, std::size_t block = 10000) {
  const auto stream = open_samples(path, rate_hz);
  DecodedFile heard;
  for (std::vector<float> buffer(block);;) {
    const std::size_t count = stream->read(buffer);
    heard.samples.insert(heard.samples.end(), buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(count));
    if (count < buffer.size()) break;
  }
  heard.warning = stream->warning();
  heard.tags = stream->tags();
  return heard;
}

/// The message of the Error that opening and reading `path` ends in, with its code in front; "" when it does not.
inline std::string complaint(const fs::path& path, int rate_hz = 16000) {
  try {
    decode_file(path, rate_hz);
  } catch (const Error& error) {
    return std::string(to_string(error.code())) + " | " + error.what();
  }
  return "";
}

inline ::testing::AssertionResult judge(bool good, const std::string& text) {
  return (good ? ::testing::AssertionSuccess() : ::testing::AssertionFailure()) << '"' << text << '"';
}
inline auto begins(const std::string& text, std::string_view head) { return judge(text.starts_with(head), text); }
inline auto ends(const std::string& text, std::string_view tail) { return judge(text.ends_with(tail), text); }
inline auto matches(const std::string& text, const char* pattern) {
  return judge(::testing::Matcher<const std::string&>(::testing::MatchesRegex(pattern)).Matches(text), text);
}

inline std::vector<double> sine(double hz, double amplitude, int rate_hz, std::size_t count) {
  std::vector<double> out(count);
  for (std::size_t i = 0; i < count; ++i) {
    out[i] = amplitude * std::sin(2 * std::numbers::pi * hz * static_cast<double>(i) / rate_hz);
  }
  return out;
}

/// The amplitude of the tone of `hz` in the middle 80 % of the samples, under a Hann window so that others do not leak
/// in.
inline double amplitude(const std::vector<float>& samples, double hz, int rate_hz) {
  const std::size_t first = samples.size() / 10, count = samples.size() * 8 / 10;
  double real = 0, imaginary = 0, weights = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const double weight = 1 - std::cos(2 * std::numbers::pi * static_cast<double>(i) / static_cast<double>(count));
    const double phase = 2 * std::numbers::pi * hz * static_cast<double>(i) / rate_hz;
    real += weight * samples[first + i] * std::cos(phase);
    imaginary += weight * samples[first + i] * std::sin(phase);
    weights += weight;
  }
  return 2 * std::hypot(real, imaginary) / weights;
}

enum class Coding { u8, s16, s24, s32, f32, f64 };

inline std::size_t bytes_per_sample(Coding coding) {
  constexpr std::size_t kBytes[] = {1, 2, 3, 4, 4, 8};
  return kBytes[static_cast<int>(coding)];
}

inline void append_little_endian(std::string& out, std::uint64_t value, std::size_t bytes) {
  for (std::size_t i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i));
}

inline std::string encode(double sample, Coding coding) {
  std::string out;
  const std::size_t bytes = bytes_per_sample(coding);
  if (coding == Coding::f32) {
    out.resize(4);
    const auto narrow = static_cast<float>(sample);
    std::memcpy(out.data(), &narrow, 4);
  } else if (coding == Coding::f64) {
    out.resize(8);
    std::memcpy(out.data(), &sample, 8);
  } else {
    const double scale = std::ldexp(1.0, static_cast<int>(8 * bytes) - 1);
    auto value = static_cast<std::int64_t>(std::llround(std::fmin(sample * scale, scale - 1)));
    if (coding == Coding::u8) value += 128;
    append_little_endian(out, static_cast<std::uint64_t>(value), bytes);
  }
  return out;
}

/// The header of a WAVE file; `data_bytes` is what it says, whatever follows.
inline std::string wave_header(int rate_hz, int channels, Coding coding, std::uint64_t data_bytes) {
  const std::size_t frame = bytes_per_sample(coding) * static_cast<std::size_t>(channels);
  std::string out = "RIFF";
  append_little_endian(out, data_bytes + 36, 4);
  out += "WAVEfmt ";
  append_little_endian(out, 16, 4);
  append_little_endian(out, coding >= Coding::f32 ? 3 : 1, 2);
  append_little_endian(out, static_cast<std::uint64_t>(channels), 2);
  append_little_endian(out, static_cast<std::uint64_t>(rate_hz), 4);
  append_little_endian(out, static_cast<std::uint64_t>(rate_hz) * frame, 4);
  append_little_endian(out, frame, 2);
  append_little_endian(out, 8 * bytes_per_sample(coding), 2);
  out += "data";
  append_little_endian(out, data_bytes, 4);
  return out;
}

/// A WAVE file of channels of equal length.
inline std::string wave(int rate_hz, Coding coding, const std::vector<std::vector<double>>& channels) {
  const std::size_t frames = channels.empty() ? 0 : channels[0].size();
  const std::size_t bytes = frames * channels.size() * bytes_per_sample(coding);
  std::string out = wave_header(rate_hz, static_cast<int>(channels.size()), coding, bytes);
  for (std::size_t i = 0; i < frames; ++i) {
    for (const auto& channel : channels) out += encode(channel[i], coding);
  }
  return out;
}

}  // namespace hearken::audio::testing
