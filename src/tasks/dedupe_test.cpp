// dedupe over a library of real recordings, whole, cut, faded, requantized, and of pieces that share a part.
#include "hearken/dedupe.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <random>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "audio/measure/fingerprint.h"
#include "audio/part.h"
#include "library/library_impl.h"
#include "library/test_support.h"
#include "tasks/same_sound.h"

namespace hearken {
namespace {

namespace fs = std::filesystem;
constexpr int kRate = 22050;

std::vector<float> song(const char* name, double start = 0, double duration = 0) {
  const auto stream = audio::open_part(fs::path(HEARKEN_SOURCE_DIR) / "samples/music" / name, kRate, start, duration);
  std::vector<float> out, block(1 << 15U);
  for (std::size_t count = block.size(); count == block.size();) {
    count = stream->read(block);
    out.insert(out.end(), block.begin(), block.begin() + static_cast<std::ptrdiff_t>(count));
  }
  return out;
}

std::vector<float> joined(std::vector<float> a, const std::vector<float>& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

class DedupeTest : public ::testing::Test {
 protected:
  // Tracks are numbered from 1 on. `bytes` are those of the file; equal `content`, equal files.
  std::int64_t add(const std::string& name, const std::vector<float>& samples, std::int64_t bytes, int content = 0) {
    ++count_;
    library::Embedded e;
    e.content[0] = static_cast<std::uint8_t>(content > 0 ? content : count_);
    e.state = {bytes, 1, 1};
    e.duration_seconds = static_cast<double>(samples.size()) / kRate;
    e.starts_seconds = {0};
    e.vectors.assign(library::kToyDimension, 0);
    e.vectors[0] = 0x3C00;  // 1
    library::Transaction transaction(db(), library::Transaction::Kind::write);
    library::Store(db(), library::toy_entry()).put("/m/" + name, e);
    audio::Fingerprinter fingerprinter;
    fingerprinter.consume(samples, 1, kRate);
    library::Statement(db(), "INSERT OR REPLACE INTO fingerprints (track_id, data) VALUES (?, ?)")
        .run(count_, library::Bytes(fingerprinter.finish()));
    transaction.commit();
    return count_;
  }
  library::Database& db() { return impl_of(library).db(); }

  TempFolder dir;
  Library library = Library::open(dir / "l.db", OpenMode::create);
  std::int64_t count_ = 0;
};

std::vector<std::int64_t> ids(const DedupeGroup& group) {
  std::vector<std::int64_t> out;
  for (const DedupeTrack& track : group.tracks) out.push_back(track.id);
  return out;
}

TEST_F(DedupeTest, OtherLengthsLevelsAndFades) {
  const std::vector<float> whole = song("Maxstack - Coherence.mp3");
  std::vector<float> faded = whole, quiet = whole;
  const std::size_t n = whole.size();
  for (std::size_t i = 0; i < n / 4; ++i) faded[i] *= static_cast<float>(i) / static_cast<float>(n / 4);
  std::mt19937 random(1);
  std::normal_distribution<float> noise(0, 0.0005F);
  for (float& s : quiet) s = s * 0.2F + noise(random);
  const std::int64_t best = add("whole.FLAC", whole, 9'000'000);
  const std::int64_t cut = add("cut.mp3", {whole.begin() + 40000, whole.end()}, 500'000);
  const std::int64_t fade = add("faded.ogg", faded, 400'000), low = add("quiet.opus", quiet, 300'000);
  add("other.mp3", song("mika55 - mika.mp3"), 400'000);
  add("another.mp3", song("NeonCorridor - Laboratory.mp3"), 400'000);
  const std::int64_t copy = add("copy.ogg", faded, 400'000, static_cast<int>(fade));

  const DedupeResult result = dedupe(library);
  ASSERT_EQ(result.groups.size(), 1U);
  EXPECT_EQ(ids(result.groups[0]), (std::vector<std::int64_t>{best, cut, fade, low, copy}));
  for (const DedupeTrack& track : result.groups[0].tracks) {
    EXPECT_EQ(track.likeness, track.id == best ? Likeness::best : Likeness::same) << track.path;
    EXPECT_GT(track.overlap, 0.8);
    EXPECT_NEAR(track.offset_seconds, track.id == cut ? 40000.0 / kRate : 0, 0.05);
  }
  EXPECT_EQ(result.groups[0].tracks[0].format, "flac");
  EXPECT_TRUE(result.groups[0].tracks[0].lossless);
  EXPECT_EQ(result.tracks, 7);
  EXPECT_EQ(result.without_fingerprint, 0);
  EXPECT_EQ(result.bytes_beside_best, 500'000 + 400'000 + 300'000 + 400'000);
}

TEST_F(DedupeTest, WhatSharesAPartIsNoGroup) {
  const std::vector<float> jingle = song("Garzul - garzul.ogg", 0, 6);
  add("a.mp3", joined(jingle, song("Maxstack - Coherence.mp3", 0, 14)), 1000);
  add("b.mp3", joined(jingle, song("NeonCorridor - Laboratory.mp3", 0, 14)), 1000);
  add("jingle.mp3", jingle, 1000);  // in both, but much shorter
  EXPECT_TRUE(dedupe(library).groups.empty());
}

TEST_F(DedupeTest, TheBestIsWholeThenLosslessThenDense) {
  const std::vector<float> whole = song("lezaarth - tabla.ogg");
  const std::vector<float> part(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(whole.size() * 3 / 4));
  add("part.wav", part, 5'000'000);
  add("whole128.mp3", whole, 300'000);
  add("whole192.mp3", whole, 400'000);
  const std::int64_t opus = add("whole.opus", whole, 250'000);
  ASSERT_EQ(dedupe(library).groups.size(), 1U);
  EXPECT_EQ(dedupe(library).groups[0].tracks[0].id, opus);
  const std::int64_t wave = add("whole.wav", whole, 3'000'000);
  EXPECT_EQ(dedupe(library).groups[0].tracks[0].id, wave);
}

TEST_F(DedupeTest, SameBytesNeedNoFingerprint) {
  const std::int64_t a = add("a.mp3", {}, 100), b = add("b.mp3", {}, 100, static_cast<int>(a));
  add("c.mp3", {}, 100);
  db().execute("DELETE FROM fingerprints");
  const DedupeResult result = dedupe(library);
  ASSERT_EQ(result.groups.size(), 1U);
  EXPECT_EQ(ids(result.groups[0]), (std::vector<std::int64_t>{a, b}));
  EXPECT_EQ(result.groups[0].tracks[1].likeness, Likeness::identical);
  EXPECT_EQ(result.without_fingerprint, 3);
  db().execute("UPDATE tracks SET missing = 1 WHERE id = 2");
  EXPECT_TRUE(dedupe(library).groups.empty());
}

TEST_F(DedupeTest, NothingIsChanged) {
  const std::vector<float> whole = song("lezaarth - tabla.ogg");
  add("a.mp3", whole, 100);
  add("b.mp3", whole, 100);
  const Library reading = Library::open(dir / "l.db", OpenMode::read);  // cannot write
  EXPECT_EQ(dedupe(reading).groups.size(), 1U);
}

TEST(CandidatePairs, FewerTriplesOfMoreSound) {
  audio::Fingerprinter fingerprinter;
  fingerprinter.consume(song("Maxstack - Coherence.mp3"), 1, kRate);
  const audio::Landmarks landmarks = audio::unpack(fingerprinter.finish(), "song");
  std::vector<std::uint32_t> met;
  for (const double hours : {1.0, 100.0, 1000.0}) {
    tasks::CandidatePairs meetings(hours * 3600);
    for (std::uint32_t track = 0; track < 3; ++track) meetings.add(track, landmarks.peaks);
    const auto pairs = meetings.pairs();
    ASSERT_EQ(pairs.size(), 3U) << hours;
    EXPECT_EQ(pairs[0].a, 0U);
    EXPECT_EQ(pairs[0].b, 1U);
    EXPECT_EQ(pairs[2].a, 1U);
    EXPECT_EQ(pairs[2].b, 2U);
    met.push_back(pairs[0].meetings);
  }
  EXPECT_GT(met[0], 4 * met[1]);
  EXPECT_GT(met[1], 4 * met[2]);
  tasks::CandidatePairs crowd(1);
  for (std::uint32_t track = 0; track <= tasks::CandidatePairs::kMostTracks; ++track) crowd.add(track, landmarks.peaks);
  EXPECT_TRUE(crowd.pairs().empty());
}

}  // namespace
}  // namespace hearken
