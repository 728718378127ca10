// What comes out of files, good and bad.
#include "audio/decode/decode.h"

#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmath>
#include <limits>
#include <optional>
#include <thread>
#include <utility>

#include "audio/testing.h"

namespace hearken::audio {
namespace {

using namespace testing;

class Decode : public FolderTest {};

TEST_F(Decode, SixteenBitsAtTheirOwnRateAreExact) {
  std::vector<double> ramp;
  for (int value = -32768; value <= 32767; value += 7) ramp.push_back(value / 32768.0);
  const DecodedFile heard = decode_file(write("ramp.wav", wave(22050, Coding::s16, {ramp})), 22050);
  ASSERT_EQ(heard.samples.size(), ramp.size());
  for (std::size_t i = 0; i < ramp.size(); ++i) ASSERT_EQ(heard.samples[i], static_cast<float>(ramp[i])) << i;
  EXPECT_EQ(heard.warning, "");
}

TEST_F(Decode, EveryWaveCodingHasTheSameLevel) {
  const auto tone = sine(440, 0.5, 16000, 8000);
  const struct {
    Coding coding;
    double error;
  } kCases[] = {{Coding::u8, 0x1p-8},   {Coding::s16, 0x1p-16}, {Coding::s24, 0x1p-24},
                {Coding::s32, 0x1p-25}, {Coding::f32, 0x1p-25}, {Coding::f64, 0x1p-25}};
  for (const auto& [coding, error] : kCases) {
    const DecodedFile heard = decode_file(write("tone.wav", wave(16000, coding, {tone})), 16000);
    ASSERT_EQ(heard.samples.size(), tone.size());
    double worst = 0;
    for (std::size_t i = 0; i < tone.size(); ++i) worst = std::fmax(worst, std::fabs(heard.samples[i] - tone[i]));
    EXPECT_LE(worst, error * 1.01) << static_cast<int>(coding);
  }
}

TEST_F(Decode, OneToEightChannelsAreAveraged) {
  for (std::size_t channels = 1; channels <= 8; ++channels) {
    std::vector<std::vector<double>> levels;
    double sum = 0;
    for (std::size_t c = 0; c < channels; ++c) {
      levels.emplace_back(100, static_cast<double>(c + 1) / 16);
      sum += levels.back()[0];
    }
    const DecodedFile heard = decode_file(write("levels.wav", wave(16000, Coding::s16, levels)), 16000);
    ASSERT_EQ(heard.samples.size(), 100U);
    for (const float sample : heard.samples) {
      ASSERT_FLOAT_EQ(sample, static_cast<float>(sum / static_cast<double>(channels))) << channels << " channels";
    }
  }
}

TEST_F(Decode, EightTo192KilohertzGiveTheSameTone) {
  for (const int rate : {8000, 11025, 16000, 22050, 44100, 48000, 96000, 192000}) {
    const auto count = static_cast<std::size_t>(rate) + 123;
    const DecodedFile heard =
        decode_file(write("tone.wav", wave(rate, Coding::f32, {sine(440, 0.5, rate, count)})), 16000);
    EXPECT_EQ(heard.samples.size(), static_cast<std::size_t>(std::llround(static_cast<double>(count) * 16000 / rate)));
    EXPECT_NEAR(amplitude(heard.samples, 440, 16000), 0.5, 1e-4) << rate;
  }
}

TEST_F(Decode, BlocksOfAnySizeGiveTheSameBits) {
  const std::vector<float> whole = decode_file(fixture("tones.ogg"), 16000, 1'000'000).samples;
  for (const std::size_t block : {1U, 37U, 4096U})
    EXPECT_EQ(decode_file(fixture("tones.ogg"), 16000, block).samples, whole);
}

TEST_F(Decode, ThreadsDoNotDisturbEachOther) {
  const std::vector<float> expected = decode_file(fixture("tones.m4a"), 16000).samples;
  std::vector<std::vector<float>> heard(4);
  {
    std::vector<std::jthread> threads;
    for (auto& samples : heard) {
      threads.emplace_back([&samples] {
        for (int i = 0; i < 3; ++i) {
          samples = decode_file(fixture("tones.m4a"), 16000).samples;
          EXPECT_NE(complaint(fixture("README.md")), "");
        }
      });
    }
  }
  for (const auto& samples : heard) EXPECT_EQ(samples, expected);
}

TEST_F(Decode, TenHoursTakeNoMoreMemoryThanTenSeconds) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "a sanitizer keeps freed memory";
#endif
  constexpr std::uint64_t kSamples = 36000ULL * 8000;
  const fs::path path = write("long.wav", wave_header(8000, 1, Coding::u8, kSamples));
  fs::resize_file(path, fs::file_size(path) + kSamples);
  const auto peak_kib = [] {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
  };
  const auto stream = open_samples(path, 8000);
  std::vector<float> buffer(80000);
  std::uint64_t total = stream->read(buffer);
  const long before = peak_kib();
  while (const std::size_t count = stream->read(buffer)) total += count;
  EXPECT_EQ(total, kSamples);
  EXPECT_LT(peak_kib() - before, 8 * 1024);
  EXPECT_EQ(stream->warning(), "");
}

// Encoded files.

struct Encoded {
  const char* name;
  double seconds, tolerance;  // codecs that do not tell their padding are longer
  bool tagged;
};

class DecodeEncoded : public ::testing::TestWithParam<Encoded> {};

TEST_P(DecodeEncoded, HoldsBothTones) {
  const auto& [name, seconds, tolerance, tagged] = GetParam();
  const DecodedFile heard = decode_file(fixture(name), 16000);
  EXPECT_NEAR(static_cast<double>(heard.samples.size()) / 16000, seconds, tolerance);
  EXPECT_NEAR(amplitude(heard.samples, 440, 16000), 0.25, 0.02);
  EXPECT_NEAR(amplitude(heard.samples, 1000, 16000), 0.125, 0.02);
  EXPECT_LT(amplitude(heard.samples, 3000, 16000), 0.005);
  EXPECT_EQ(heard.warning, "");
  EXPECT_EQ(sniff(fixture(name)), Content::audio);
  EXPECT_EQ(heard.tags.title, tagged ? "Zwei Töne" : "");
  EXPECT_EQ(heard.tags.artist, tagged ? "Hearken" : "");
  EXPECT_EQ(heard.tags.album, tagged ? "Fixtures" : "");
  EXPECT_EQ(heard.tags.genre, tagged ? "Noise" : "");
}

INSTANTIATE_TEST_SUITE_P(
    Files, DecodeEncoded,
    ::testing::Values(Encoded{"tones.mp3", 1.5, 0.001, true}, Encoded{"cover.mp3", 1.5, 0.001, true},
                      Encoded{"tones.ogg", 1.5, 0.001, true}, Encoded{"tones.opus", 1.5, 0.001, true},
                      Encoded{"headers_twice.ogg", 1.5, 0.001, true}, Encoded{"tones.flac", 0.75, 0.0001, true},
                      Encoded{"tones.m4a", 1.5, 0.05, true}, Encoded{"tones.aac", 1.5, 0.1, false},
                      Encoded{"tones.wma", 1.5, 0.1, true}, Encoded{"tones.aiff", 0.75, 0.0001, false},
                      Encoded{"tones.wv", 0.75, 0.0001, false}, Encoded{"low.ogg", 0.75, 0.02, false},
                      Encoded{"video.mp4", 1.5, 0.05, false}, Encoded{"video.webm", 1.5, 0.02, false}),
    [](const auto& info) {
      std::string name = info.param.name;
      name[name.find('.')] = '_';
      return name;
    });

TEST_F(Decode, ChainedOggGoesOnThroughAChangeOfRateAndChannels) {
  const std::string first = bytes_of(fixture("tones.ogg")), second = bytes_of(fixture("low.ogg"));
  const DecodedFile heard = decode_file(write("chain.ogg", first + second), 16000);
  EXPECT_NEAR(static_cast<double>(heard.samples.size()) / 16000, 2.25, 0.06);
  const std::vector<float> tail(heard.samples.begin() + 25000, heard.samples.end());
  EXPECT_NEAR(amplitude(tail, 1000, 16000), 0.125, 0.02);
  EXPECT_EQ(heard.warning, "");
}

// FFmpeg refuses it; what the second reader makes of it is what FFmpeg makes of the same sound with its headers once.
TEST_F(Decode, OggWithItsHeadersTwiceIsTheSameSound) {
  const DecodedFile once = decode_file(fixture("tones.ogg"), 44100),
                    twice = decode_file(fixture("headers_twice.ogg"), 44100);
  ASSERT_EQ(twice.samples.size(), once.samples.size());
  for (std::size_t i = 0; i < once.samples.size(); ++i) ASSERT_NEAR(twice.samples[i], once.samples[i], 1e-5F) << i;

  const std::string whole = bytes_of(fixture("headers_twice.ogg"));
  EXPECT_NE(decode_file(write("cut.ogg", whole.substr(0, whole.size() - 1000)), 44100).warning.find("ends early"),
            std::string::npos);
  for (const std::size_t size : {100U, 4000U})
    EXPECT_THROW(decode_file(write("short.ogg", whole.substr(0, size)), 44100), Error) << size;
}

TEST_F(Decode, ChainedOpusIsNotDamaged) {
  const std::string once = bytes_of(fixture("tones.opus"));
  const DecodedFile heard = decode_file(write("chain.opus", once + once), 16000);
  EXPECT_NEAR(static_cast<double>(heard.samples.size()) / 16000, 3.0, 0.01);
  EXPECT_EQ(heard.warning, "");
}

// Bad input.

TEST_F(Decode, NamesWhatIsNoSound) {
  fs::create_directory(folder_ / "folder.mp3");
  EXPECT_EQ(complaint(folder_ / "folder.mp3"),
            "unsupported | " + (folder_ / "folder.mp3").string() + ": is a directory");
  ASSERT_EQ(::mkfifo((folder_ / "pipe.wav").c_str(), 0600), 0);
  EXPECT_TRUE(ends(complaint(folder_ / "pipe.wav"), "pipe.wav: is not a regular file"));
  EXPECT_TRUE(begins(complaint(folder_ / "none.mp3"), "not_found | "));
  EXPECT_TRUE(matches(complaint(write("empty.mp3", "")), "corrupt.*is empty"));
  EXPECT_TRUE(ends(complaint(write("text.mp3", "It was a dark\nand stormy night.\n")), "is text, not audio"));
  EXPECT_TRUE(ends(complaint(write("zeros.mp3", std::string(50000, '\0'))), "zeros.mp3: is not audio"));
  EXPECT_TRUE(matches(complaint(fixture("silent.mp4")), "unsupported.*silent.mp4: has no sound in it"));
  EXPECT_TRUE(matches(complaint(write("cover.jpg", "\xff\xd8\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0\xff\xdb\0\x43" +
                                                       std::string(64, '\1'))),
                      "(unsupported|corrupt) .*cover.jpg: .*"));
  EXPECT_TRUE(matches(complaint(write("cut.m4a", bytes_of(fixture("tones.m4a")).substr(0, 5000))),
                      ".*cut.m4a: cannot be read as QuickTime / MOV: .*"));
  EXPECT_TRUE(
      matches(complaint(write("none.wav", wave(16000, Coding::s16, {{}}))), "corrupt.*none.wav: holds no sound"));
}

TEST_F(Decode, NamesAFileItMayNotRead) {
  if (::geteuid() == 0) GTEST_SKIP() << "root may read everything";
  const fs::path path = write("secret.wav", wave(16000, Coding::s16, {{0, 0}}));
  fs::permissions(path, fs::perms::none);
  EXPECT_TRUE(begins(complaint(path), "permission_denied | "));
}

TEST_F(Decode, NamesTheSampleThatIsNoNumber) {
  const double nan = std::numeric_limits<double>::quiet_NaN(), infinite = std::numeric_limits<double>::infinity();
  for (const Coding coding : {Coding::f32, Coding::f64}) {
    std::vector<double> left = sine(440, 0.5, 8000, 16000);
    const std::vector<double> right = left;
    left[9872] = nan;
    EXPECT_TRUE(matches(complaint(write("nan.wav", wave(8000, coding, {left, right}))),
                        "corrupt.*nan.wav: sample at 1.234 s is not a number"));
    left[4000] = -infinite;
    EXPECT_TRUE(ends(complaint(write("inf.wav", wave(8000, coding, {left, right}))), "at 0.500 s is not a number"));
    left[2000] = 1e30;
    EXPECT_TRUE(ends(complaint(write("big.wav", wave(8000, coding, {left}))),
                     "sample at 0.250 s is 1e+30, where full scale is 1"));
  }
}

TEST_F(Decode, AbsurdHeadersAreRefused) {
  for (const int rate : {1, 999, 2'000'000'000}) {
    EXPECT_NE(complaint(write("rate.wav", wave_header(rate, 1, Coding::s16, 4) + std::string(4, '\0'))), "") << rate;
  }
  for (const int channels : {0, 65, 65535}) {
    const std::string header = wave_header(16000, channels, Coding::s16, 400000);
    EXPECT_NE(complaint(write("channels.wav", header + std::string(400000, '\0'))), "") << channels;
  }
  EXPECT_THROW(open_samples(fixture("tones.ogg"), 0), Error);
}

TEST_F(Decode, TruncatedFilesGiveWhatTheyHaveAndSaySo) {
  const std::string full = wave(8000, Coding::s16, {sine(440, 0.5, 8000, 80000)});
  const DecodedFile half = decode_file(write("half.wav", full.substr(0, 44 + 2 * 32100)), 8000);
  EXPECT_EQ(half.samples.size(), 32100U);
  EXPECT_EQ(half.warning, "ends early: 4.0 s of 10.0 s could be decoded");
  for (const char* name : {"tones.mp3", "tones.flac", "tones.aiff"}) {
    const std::string bytes = bytes_of(fixture(name));
    const DecodedFile cut = decode_file(write(name, bytes.substr(0, bytes.size() / 2)), 16000);
    EXPECT_GT(cut.samples.size(), 1000U) << name;
    EXPECT_TRUE(matches(cut.warning, "ends early: 0\\.[0-9] s of [01]\\.[0-9] s could be decoded"));
  }
}

TEST_F(Decode, OggCutWithinAPageSaysSo) {
  const std::string once = bytes_of(fixture("tones.ogg"));
  const std::string twice = once + bytes_of(fixture("low.ogg"));
  EXPECT_EQ(decode_file(write("whole.ogg", twice), 16000).warning, "");
  for (const std::size_t missing : {1U, 100U, 3000U}) {
    const DecodedFile heard = decode_file(write("cut.ogg", twice.substr(0, twice.size() - missing)), 16000);
    EXPECT_TRUE(matches(heard.warning, "ends early: cut off at [12]\\.[0-9]+ s")) << missing;
  }
}

TEST_F(Decode, ALengthThatAPipeLeftOpenIsNoDamage) {
  for (const std::uint64_t bytes : {0xFFFFFFFFULL, 0x7FFFF000ULL}) {
    const std::string file = wave_header(8000, 1, Coding::s16, bytes) + std::string(20001 * 2, '\0');
    const DecodedFile heard = decode_file(write("pipe.wav", file), 8000);
    EXPECT_EQ(heard.samples.size(), 20001U);
    EXPECT_EQ(heard.warning, "");
  }
}

TEST_F(Decode, ADamagedPacketIsCountedAndTheRestIsHeard) {
  std::string bytes = bytes_of(fixture("tones.m4a"));
  for (std::size_t i = 0; i < 20; ++i) bytes[bytes.size() / 2 + i] = static_cast<char>(37 * i + 11);
  const DecodedFile heard = decode_file(write("damaged.m4a", bytes), 16000);
  EXPECT_GT(heard.samples.size(), 22000U);
  EXPECT_TRUE(matches(heard.warning, "[1-3] damaged packets?(, the first)? at 0\\.[0-9]+ s"));
}

TEST_F(Decode, MostlyDamageIsNoSound) {
  std::string bytes = bytes_of(fixture("tones.aac"));  // frames keep their headers, the rest is noise
  std::uint32_t state = 1;
  for (std::size_t i = 2000; i < bytes.size(); ++i) {
    const bool header = bytes[i] == '\xff' && i + 7 < bytes.size() && (bytes[i + 1] & 0xF6) == 0xF0;
    if (header) {
      i += 7;
    } else {
      bytes[i] = static_cast<char>((state = state * 1664525U + 1013904223U) >> 24);
    }
  }
  EXPECT_TRUE(matches(complaint(write("noise.aac", bytes)),
                      "corrupt .*: is not audio or badly damaged: [0-9]+ of [0-9]+ packets do not decode"));
}

TEST_F(Decode, ALengthInAHeaderIsNotBelievedToTheGigabyte) {
  std::string bytes = wave(16000, Coding::s16, {sine(440, 0.5, 16000, 100)});
  std::string tags = "LIST";
  append_little_endian(tags, 0x7F000000, 4);
  tags += "INFOINAM";
  append_little_endian(tags, 0x7E000000, 4);
  EXPECT_TRUE(begins(complaint(write("tags.wav", bytes.insert(36, tags))), "corrupt | "));
}

TEST_F(Decode, WhatFollowsTheSoundOfAnMp3IsNoDamage) {
  const DecodedFile heard =
      decode_file(write("tail.mp3", bytes_of(fixture("tones.mp3")) + std::string(300, '\0')), 16000);
  EXPECT_NEAR(static_cast<double>(heard.samples.size()) / 16000, 1.5, 0.05);
  EXPECT_EQ(heard.warning, "");
}

TEST_F(Decode, ACoverLargerThanTheProbeHidesNothing) {
  const std::string mp3 = bytes_of(fixture("tones.mp3"));
  std::string tag = "ID3";
  tag += {4, 0, 0, 1, 0x40, 0, 0};  // 1.5 MiB in digits of seven bits: 1 * 2^21 + 64 * 2^14
  tag += std::string((1U << 21) + (64U << 14), '\0');
  EXPECT_EQ(decode_file(write("cover.mp3", tag + mp3.substr(mp3.find("\xff\xfb"))), 16000).samples.size(),
            decode_file(fixture("tones.mp3"), 16000).samples.size());
}

TEST_F(Decode, AFileCannotMakeItReadAnother) {
  const std::string other = fixture("tones.flac").string();
  fs::copy_file(other, folder_ / "other.flac");
  const std::string attempts[] = {
      "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:2,\n" + other + "\n#EXT-X-ENDLIST\n",
      "#EXTM3U\n#EXTINF:2,\nother.flac\n",
      "ffconcat version 1.0\nfile '" + other + "'\n",
      "ffconcat version 1.0\nfile other.flac\n",
      "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio 9 RTP/AVP 0\n",
      "<?xml version=\"1.0\"?>\n<MPD xmlns=\"urn:mpeg:dash:schema:mpd:2011\"></MPD>\n",
  };
  for (const std::string& text : attempts) {
    const fs::path path = write("song.mp3", text);
    EXPECT_TRUE(ends(complaint(path), "is text, not audio")) << text;
    EXPECT_EQ(sniff(path), Content::other);
  }
}

TEST_F(Decode, NamesMeanNothing) {
  const std::string bytes = bytes_of(fixture("tones.flac"));
  for (const char* name : {"http:x.wav", "concat:a|b", "file:x", "pipe:0", "%03d.png", "-", "n\xff\xfe.flac", "a\nb"}) {
    EXPECT_EQ(decode_file(write(name, bytes), 16000).samples.size(), 12000U) << name;
  }
  EXPECT_TRUE(ends(complaint(write("n\xff.mp3", "")), "n\\xff.mp3: is empty"));
}

// What headers say.

TEST_F(Decode, HeadersOfCommonFormatsSayHowLongTheyAre) {
  for (const auto& [name, seconds] : {std::pair{"tones.mp3", 1.5},
                                      {"cover.mp3", 1.5},
                                      {"tones.ogg", 1.5},
                                      {"headers_twice.ogg", 1.5},
                                      {"low.ogg", 0.75},
                                      {"tones.opus", 1.5},
                                      {"tones.flac", 0.75},
                                      {"tones.aiff", 0.75}}) {
    const std::optional<double> said = declared_seconds(fixture(name));
    ASSERT_TRUE(said) << name;
    EXPECT_NEAR(*said, seconds, 0.1) << name;
    // Cut anywhere it may say anything, but of finite length.
    const std::string whole = bytes_of(fixture(name));
    for (std::size_t size = 1; size < std::min<std::size_t>(whole.size(), 300); ++size)
      EXPECT_TRUE(std::isfinite(declared_seconds(write("cut", whole.substr(0, size))).value_or(0))) << size;
  }
  for (const Coding coding : {Coding::s16, Coding::f32})
    EXPECT_NEAR(declared_seconds(write("a.wav", wave(22050, coding, {sine(440, 0.5, 22050, 22050)}))).value_or(0), 1,
                0.01);
  EXPECT_FALSE(declared_seconds(fixture("tones.m4a")));
  EXPECT_FALSE(declared_seconds(fixture("README.md")));
  EXPECT_FALSE(declared_seconds(write("no_rate.wav", "RIFF\1\2\3\4WAVEfmt \x10" + std::string(400, '\0'))));
  EXPECT_FALSE(declared_seconds(folder_ / "none"));
}

// An MP3 of one bit rate says nothing but that: 128 kbit/s, as its first frame has it.
TEST_F(Decode, AnMp3OfOneBitRateIsAsLongAsItsBytes) {
  EXPECT_NEAR(declared_seconds(write("cbr", "\xff\xfb\x90\x44" + std::string(160'000 - 4, '\x55'))).value_or(0), 10,
              1e-9);
}

// Sniffing.

TEST_F(Decode, SniffGoesByContent) {
  fs::copy_file(fixture("tones.mp3"), folder_ / "notes.txt");
  EXPECT_EQ(sniff(folder_ / "notes.txt"), Content::audio);
  EXPECT_EQ(sniff(write("a.wav", wave(16000, Coding::s16, {sine(440, 0.5, 16000, 100)}))), Content::audio);
  EXPECT_EQ(sniff(fixture("silent.mp4")), Content::other);
  EXPECT_EQ(sniff(fixture("README.md")), Content::other);
  EXPECT_EQ(sniff(write("empty.mp3", "")), Content::other);
  EXPECT_EQ(sniff(write("riff.wav", "RIFF\1\2\3\4WEBPVP8 ....")), Content::other);
  EXPECT_EQ(sniff(write("sync.bin", "\xff\xfb" + std::string(4000, 'x'))), Content::other);
  EXPECT_EQ(sniff(folder_), Content::other);
  EXPECT_EQ(sniff(folder_ / "none"), Content::other);
}

TEST(Sniff, KnowsExtensionsInAnyCase) {
  EXPECT_TRUE(has_audio_extension("a.mp3"));
  EXPECT_TRUE(has_audio_extension("/music/A.b.FLAC"));
  EXPECT_TRUE(has_audio_extension("x.Opus"));
  EXPECT_FALSE(has_audio_extension("mp3"));
  EXPECT_FALSE(has_audio_extension("a.mp3.txt"));
  EXPECT_FALSE(has_audio_extension("cover.jpg"));
}

}  // namespace
}  // namespace hearken::audio
