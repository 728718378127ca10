// Decoding in processes of their own: the same as in this one; and what a decoder that was taken over can do.
#include "audio/jail/decoder_pool.h"

#include <algorithm>
#include <atomic>
#include <thread>

#include "audio/decode/in_process.h"
#include "audio/jail/confine.h"
#include "audio/jail/decoder_process.h"
#include "audio/testing.h"
#include "core/split_mix.h"
#include "core/text.h"

namespace hearken::audio {
namespace {

using namespace testing;

constexpr int kRate = 16000;

DecoderProgram shipped() { return {.path = HEARKEN_PROGRAM, .arguments = {"hearken", kDecoderArgument}}; }
DecoderProgram hostile() { return {.path = HEARKEN_HOSTILE_DECODER, .arguments = {"decoder"}, .patience = 0.01}; }

// Whatever is told of a file, as one text.
struct Told : SampleSink {
  std::string text;
  std::vector<float> all;
  void consume(std::span<const float> interleaved, int channels, int rate_hz) override {
    all.push_back(static_cast<float>(channels));
    all.push_back(static_cast<float>(rate_hz));
    all.insert(all.end(), interleaved.begin(), interleaved.end());
  }
  void samples(std::span<const float> samples) {
    text +=
        to_hex(std::string_view(reinterpret_cast<const char*>(samples.data()), samples.size_bytes()).substr(0, 400));
    text += " " + std::to_string(samples.size()) + " " + std::to_string(sum_of(samples)) + "\n";
  }
  static std::uint64_t sum_of(std::span<const float> samples) {
    std::uint64_t hash = 1469598103934665603U;
    for (const float sample : samples) {
      std::uint32_t bits = 0;
      std::memcpy(&bits, &sample, sizeof bits);
      hash = (hash ^ bits) * 1099511628211U;
    }
    return hash;
  }
  void error(const Error& error) {
    text += std::string(to_string(error.code())) + " | " + error.message() + " | " + error.cause() + "\n";
  }
};

// `pool` null: in this process.
std::string told(const fs::path& path, DecoderPool* pool) {
  Told told;
  try {
    SoundFile file = SoundFile::open(path);
    const auto stream =
        pool ? pool->samples(std::move(file), kRate, &told, {}) : samples_here(std::move(file), kRate, &told);
    const Tags& tags = stream->tags();
    for (const std::string* tag : {&tags.title, &tags.artist, &tags.album, &tags.genre, &tags.keywords})
      told.text += *tag + "\n";
    std::vector<float> samples(1 << 20);
    for (std::size_t n = samples.size(); n == samples.size();) {
      n = stream->read(samples);
      told.samples(std::span(samples).first(n));
    }
    told.text += stream->warning() + "\n";
  } catch (const Error& error) {
    told.error(error);
  }
  told.samples(told.all);
  try {
    SoundFile file = SoundFile::open(path);
    told.samples({});
    const std::string cover = pool ? pool->cover(std::move(file)) : cover_here(std::move(file));
    told.text += std::to_string(cover.size()) + to_hex(std::string_view(cover).substr(0, 100));
  } catch (const Error& error) {
    told.error(error);
  }
  try {
    SoundFile file = SoundFile::open(path);
    told.text += (pool ? pool->holds_sound(std::move(file)) : holds_sound_here(std::move(file))) ? "sound" : "no sound";
  } catch (const Error& error) {
    told.error(error);
  }
  return told.text;
}

class Jail : public FolderTest {
 protected:
  fs::path named(const std::string& name) const {
    const fs::path path = folder_ / (name + ".wav");
    if (!fs::exists(path)) write(path.filename(), wave(kRate, Coding::s16, {sine(440, 0.5, kRate, 8000)}));
    return path;
  }
  // What the hostile decoder's file ends in, and that the next one is well.
  std::string ends_in(const std::string& name) {
    std::string ends = "well";
    try {
      const auto stream = pool_.samples(SoundFile::open(named(name)), kRate, nullptr, {});
      std::vector<float> samples(10000);
      stream->read(samples);
    } catch (const Error& error) {
      ends = error.what();
    }
    EXPECT_EQ(told(named("good"), &pool_), told(named("good"), nullptr)) << "after " << name;
    const std::string path = named(name).native() + ": ";
    return ends.starts_with(path) ? ends.substr(path.size()) : ends;
  }
  DecoderPool pool_{hostile()};
};

TEST_F(Jail, TellsWhatThisProcessWouldTell) {
  DecoderPool pool(shipped());
  int files = 0;
  for (const char* folder : {"tests/data", "samples", "tests/golden"}) {
    for (const auto& entry : fs::recursive_directory_iterator(fs::path(HEARKEN_SOURCE_DIR) / folder)) {
      if (!entry.is_regular_file() || entry.file_size() > 4 << 20 || entry.path().extension() == ".safetensors")
        continue;
      ++files;
      ASSERT_EQ(told(entry.path(), &pool), told(entry.path(), nullptr)) << entry.path();
    }
  }
  EXPECT_GT(files, 40);
}

TEST_F(Jail, TellsOfDamageWhatThisProcessWouldTell) {
  DecoderPool pool(shipped());
  auto random = [state = std::uint64_t{7}]() mutable { return split_mix(state += kSplitMixStep); };
  for (const auto& entry : fs::directory_iterator(fs::path(HEARKEN_SOURCE_DIR) / "tests/data/audio")) {
    const std::string whole = bytes_of(entry.path());
    for (int i = 0; i < 6; ++i) {
      std::string damaged = whole;
      if (i < 2) damaged.resize(random() % whole.size());
      for (int flips = 0; i >= 2 && flips < 10; ++flips)
        damaged[random() % damaged.size()] ^= static_cast<char>(random());
      const fs::path path = write("damaged", damaged);
      ASSERT_EQ(told(path, &pool), told(path, nullptr)) << entry.path() << " " << i;
    }
  }
}

TEST_F(Jail, ACrashCostsOneFile) {
  const std::string crash = ends_in("crash");  // sanitizers have their own ways to end
  EXPECT_TRUE(kSanitized ? begins(crash, "the decoder broke on it") : ends(crash, "broke on it: Segmentation fault"));
  EXPECT_TRUE(begins(ends_in("abort"), "the decoder broke on it"));
  EXPECT_EQ(ends_in("leave"), "the decoder broke on it");
}

TEST_F(Jail, ALoopEndsWithItsBudget) { EXPECT_TRUE(begins(ends_in("loop"), "takes more than 0.60")); }

TEST_F(Jail, WhatNeverComesIsNotWaitedFor) { EXPECT_EQ(ends_in("wait"), "the decoder came to nothing in 3 s"); }

TEST_F(Jail, MemoryIsLimited) {
  if (kSanitized) GTEST_SKIP() << "sanitizers reserve more addresses than any limit has";
  EXPECT_EQ(ends_in("allocate"), "asks for more memory than it may have");
}

TEST_F(Jail, NoFileIsOpened) {
  for (const std::string call : {"open", "create"}) EXPECT_EQ(ends_in(call), call + ": Operation not permitted");
  EXPECT_FALSE(fs::exists("/tmp/hearken-hostile"));
}

TEST_F(Jail, NothingIsConnectedTo) {
  for (const std::string call : {"connect", "pair"}) EXPECT_EQ(ends_in(call), call + ": Operation not permitted");
}

TEST_F(Jail, NothingIsStartedOrReachedOrMadeToRun) {
  for (const std::string call : {"start", "execute", "kill", "trace", "code"})
    EXPECT_EQ(ends_in(call), call + ": Operation not permitted");
  EXPECT_EQ(ends_in("ask"), "ask: Function not implemented");
}

TEST_F(Jail, NothingComesAlong) {
  ::setenv("HEARKEN_SECRET", "secret", 1);
  const SoundFile open = SoundFile::open(named("another"));
  EXPECT_EQ(ends_in("descriptors"), "0 descriptors, 0 variables");
}

TEST_F(Jail, WhatItSaysIsNotBelieved) {
  for (const char* what : {"babble", "fill", "lie", "lap"}) EXPECT_EQ(ends_in(what), "the decoder broke on it") << what;
  EXPECT_EQ(ends_in("shrink"), "shrink: Function not implemented");
}

TEST_F(Jail, AFileThatEndsItsDecoderIsTakenForSound) {
  EXPECT_TRUE(pool_.holds_sound(SoundFile::open(named("crash"))));
  EXPECT_THROW(pool_.cover(SoundFile::open(named("crash"))), Error);
  Told nobody;
  EXPECT_THROW(pool_.listen(SoundFile::open(named("crash")), nobody, {}), Error);
}

TEST_F(Jail, DecodersAreUsedAgainAndLeftInTheMiddle) {
  write("long.wav", wave(kRate, Coding::s16, {sine(440, 0.5, kRate, 3'000'000)}));
  for (int i = 0; i < 30; ++i) {
    const auto stream = pool_.samples(SoundFile::open(folder_ / "long.wav"), kRate, nullptr, {});
    std::vector<float> samples(100);
    EXPECT_EQ(stream->read(samples), 100U);
  }
  auto one = pool_.take();
  const Decoder* const first = one.get();
  pool_.give_back(std::move(one));
  EXPECT_EQ(pool_.take().get(), first);
}

TEST_F(Jail, ManyThreadsDecodeAtOnce) {
  const std::string good = told(named("good"), nullptr);
  named("leave");
  std::atomic<int> well = 0;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 8; ++t) {
      threads.emplace_back([&, t] {
        for (int i = 0; i < 10; ++i) {
          if ((t + i) % 5 == 0) {
            EXPECT_THROW(pool_.cover(SoundFile::open(folder_ / "leave.wav")), Error);
          }
          if (told(folder_ / "good.wav", &pool_) == good) ++well;
        }
      });
    }
  }
  EXPECT_EQ(well, 80);
}

TEST_F(Jail, WaitingCanBeEnded) {
  struct Enough {};
  EXPECT_THROW(pool_.samples(SoundFile::open(named("wait")), kRate, nullptr, [] { throw Enough{}; }), Enough);
  EXPECT_EQ(ends_in("good"), "well");
}

// FLAC at 1 kHz in which every 65,535 samples of silence take 14 bytes.
std::string hours_of_silence(int hours) {
  const auto sum = [](std::string_view bytes, unsigned polynomial, int bits) {
    unsigned crc = 0;
    for (const char byte : bytes) {
      crc ^= static_cast<unsigned>(static_cast<unsigned char>(byte)) << (bits - 8);
      for (int i = 0; i < 8; ++i) crc = crc << 1 ^ ((crc >> (bits - 1) & 1) != 0 ? polynomial : 0);
    }
    return crc & ((1U << bits) - 1);
  };
  std::string out("fLaC\x80\0\0\x22\xff\xff\xff\xff\0\0\0\0\0\0\0\x3e\x80\xf0\0\0\0\0", 26);
  out.append(16, '\0');  // of the MD5 sum of all samples: not known
  for (int frame = 0; frame < hours * 55; ++frame) {
    std::string one("\xff\xf8\x70\x08", 4);
    if (frame < 128) {
      one += static_cast<char>(frame);
    } else {
      one += static_cast<char>(0xC0 | frame >> 6);
      one += static_cast<char>(0x80 | (frame & 0x3F));
    }
    one += "\xff\xfe";
    one += static_cast<char>(sum(one, 0x07, 8));
    one.append(3, '\0');  // one constant of 16 bits
    const unsigned end = sum(one, 0x8005, 16);
    out += one + static_cast<char>(end >> 8) + static_cast<char>(end);
  }
  return out;
}

TEST_F(Jail, MoreSoundThanAFileMayHoldIsRefused) {
  EXPECT_EQ(complaint(write("hour.flac", hours_of_silence(1))), "");
  const std::string refused = complaint(write("hours.flac", hours_of_silence(2)));
  EXPECT_TRUE(begins(refused, "corrupt | ") &&
              ends(refused, ": holds more sound than a file of its size may, after 3735 s"))
      << refused;
}

}  // namespace
}  // namespace hearken::audio
