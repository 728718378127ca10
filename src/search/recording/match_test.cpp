// match over a library of real recordings: excerpts, noise, mixes, strangers, and libraries without fingerprints.
#include "hearken/match.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <filesystem>
#include <random>
#include <span>
#include <string>
#include <vector>

#include "audio/measure/fingerprint.h"
#include "audio/part.h"
#include "search/recording/alignment.h"
#include "search/recording/ear.h"
#include "search/toy_tracks.h"

namespace hearken {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> sounds() {
  std::vector<fs::path> out;
  for (const auto& entry : fs::directory_iterator(fs::path(HEARKEN_SOURCE_DIR) / "samples/music"))
    out.push_back(entry.path());
  std::sort(out.begin(), out.end());
  return out;
}

std::vector<float> read(const fs::path& path, int rate_hz, double start = 0, double duration = 0) {
  const auto stream = audio::open_part(path, rate_hz, start, duration);
  std::vector<float> out, block(1 << 15U);
  for (std::size_t count = block.size(); count == block.size();) {
    count = stream->read(block);
    out.insert(out.end(), block.begin(), block.begin() + static_cast<std::ptrdiff_t>(count));
  }
  return out;
}

// Of all songs, made once.
const std::vector<std::vector<std::byte>>& fingerprints() {
  static const std::vector<std::vector<std::byte>> made = [] {
    std::vector<std::vector<std::byte>> out;
    for (const fs::path& song : sounds()) {
      audio::Fingerprinter fingerprinter;
      fingerprinter.consume(read(song, 44100), 1, 44100);
      out.push_back(fingerprinter.finish());
    }
    return out;
  }();
  return made;
}

class MatchTest : public search::ToyTracksTest {
 protected:
  // All songs but the last; their numbers are their places, from 1 on.
  MatchTest() {
    for (std::size_t i = 0; i + 1 < sounds().size(); ++i) {
      std::mt19937 random(1);
      add(sounds()[i].native(), {search::random_unit(random)});
      store(static_cast<std::int64_t>(i) + 1, fingerprints()[i]);
    }
  }
  library::Database& db() { return impl_of(library).db(); }
  void store(std::int64_t id, std::span<const std::byte> data) {
    library::Statement(db(), "INSERT OR REPLACE INTO fingerprints (track_id, data) VALUES (?, ?)").run(id, data);
  }
  std::string failure(const MatchOptions& options = {}, std::int64_t song = 0) {
    try {
      match(library, SoundFile{sounds()[static_cast<std::size_t>(song)]}, options);
    } catch (const Error& error) {
      return std::string(to_string(error.code())) + " | " + error.what();
    }
    return "";
  }
};

TEST_F(MatchTest, EveryExcerptIsFoundAtItsPlace) {
  for (std::size_t i = 0; i + 1 < sounds().size(); ++i) {
    SCOPED_TRACE(sounds()[i]);
    const double start = 1.21 + 0.137 * static_cast<double>(i);
    Samples excerpt{read(sounds()[i], 22050, start, 6), 22050, "excerpt"};
    for (float& s : excerpt.mono) s *= 0.3F;
    const MatchResult result = match(library, excerpt);
    ASSERT_FALSE(result.hits.empty());
    const MatchHit& best = result.hits.front();
    EXPECT_EQ(best.path, sounds()[i]);
    EXPECT_EQ(best.id, static_cast<std::int64_t>(i) + 1);
    EXPECT_NEAR(best.offset_seconds, start, 0.03);
    EXPECT_LT(best.start_seconds, 1.5);
    EXPECT_GT(best.end_seconds, 4);
    EXPECT_GT(best.confidence, 0.7);
    EXPECT_NEAR(result.query_seconds, 6, 0.01);
    EXPECT_EQ(result.tracks, static_cast<std::int64_t>(sounds().size()) - 1);
    EXPECT_TRUE(result.warnings.empty());
  }
}

TEST_F(MatchTest, UnderNoise) {
  int found = 0;
  for (std::size_t i = 0; i + 1 < sounds().size(); ++i) {
    Samples excerpt{read(sounds()[i], 44100, 2.4, 5), 44100, "noisy"};
    double power = 0;
    for (const float s : excerpt.mono) power += static_cast<double>(s) * static_cast<double>(s);
    std::mt19937 random(static_cast<unsigned>(i));
    std::normal_distribution<float> noise(
        0, static_cast<float>(std::sqrt(power / static_cast<double>(excerpt.mono.size()) / 10)));
    for (float& s : excerpt.mono) s += noise(random);
    const MatchResult result = match(library, excerpt);
    found += !result.hits.empty() && result.hits.front().path == sounds()[i];
  }
  EXPECT_GE(found, static_cast<int>(sounds().size()) - 2);  // of songs().size() - 1
}

TEST_F(MatchTest, StrangersAreNotHere) {
  EXPECT_TRUE(match(library, SoundFile{sounds().back()}).hits.empty());
  for (const auto& entry : fs::directory_iterator(fs::path(HEARKEN_SOURCE_DIR) / "samples")) {
    if (!entry.path().filename().native().starts_with("recording")) continue;
    EXPECT_TRUE(match(library, SoundFile{entry.path()}).hits.empty()) << entry.path();
  }
  std::mt19937 random(5);
  std::normal_distribution<float> noise(0, 0.1F);
  Samples hiss{std::vector<float>(40 * 16000), 16000, "hiss"};
  for (float& s : hiss.mono) s = noise(random);
  EXPECT_TRUE(match(library, hiss).hits.empty());
}

TEST_F(MatchTest, AMixNamesEachTrackAndWhere) {
  Samples mix{read(sounds()[2], 16000, 3, 6), 16000, "mix"};
  const std::vector<float> second = read(sounds()[7], 16000, 0, 12);
  mix.mono.insert(mix.mono.end(), second.begin(), second.end());
  const MatchResult result = match(library, mix);
  ASSERT_EQ(result.hits.size(), 2U);
  const auto first_song =
      std::find_if(result.hits.begin(), result.hits.end(), [](const MatchHit& h) { return h.id == 3; });
  const auto second_song =
      std::find_if(result.hits.begin(), result.hits.end(), [](const MatchHit& h) { return h.id == 8; });
  ASSERT_NE(first_song, result.hits.end());
  ASSERT_NE(second_song, result.hits.end());
  EXPECT_NEAR(first_song->offset_seconds, 3, 0.03);
  EXPECT_LT(first_song->end_seconds, 6.1);
  EXPECT_NEAR(second_song->offset_seconds, -6, 0.03);
  EXPECT_GT(second_song->start_seconds, 5.9);
  EXPECT_EQ(match(library, mix, {.k = 1}).hits.size(), 1U);
  EXPECT_EQ(match(library, mix, {.start_seconds = 7}).hits.front().id, 8);
  EXPECT_NEAR(match(library, mix, {.start_seconds = 7}).hits.front().offset_seconds, 1, 0.03);
  EXPECT_EQ(match(library, mix, {.start_seconds = 0.5, .duration_seconds = 5}).hits.size(), 1U);
}

TEST_F(MatchTest, ALongSoundIsHeardToItsEnd) {
  Samples loops{{}, 8000, "loops"};
  const std::vector<float> song = read(sounds()[4], 8000);
  while (loops.mono.size() < 80 * 8000) loops.mono.insert(loops.mono.end(), sounds().size(), 0.0F);
  loops.mono.insert(loops.mono.end(), song.begin(), song.end());  // from 80 s on
  const MatchResult result = match(library, loops);
  ASSERT_EQ(result.hits.size(), 1U);
  EXPECT_EQ(result.hits.front().id, 5);
  EXPECT_NEAR(result.hits.front().offset_seconds, -static_cast<double>(loops.mono.size() - song.size()) / 8000, 0.03);
}

TEST_F(MatchTest, TooLittleSoundIsSaid) {
  const MatchResult silence = match(library, Samples{std::vector<float>(80000), 8000, "silence"});
  EXPECT_TRUE(silence.hits.empty());
  ASSERT_EQ(silence.warnings.size(), 1U);
  EXPECT_EQ(silence.warnings.front(), "silence: 10.0 s are too short or too quiet to be known by");
}

TEST_F(MatchTest, TracksWithoutFingerprintsAreCounted) {
  const auto there = static_cast<std::int64_t>(sounds().size()) - 1;
  db().execute("DELETE FROM fingerprints WHERE track_id = 1");
  db().execute("UPDATE fingerprints SET data = x'7f0102' WHERE track_id = 2");  // another version's
  db().execute("UPDATE fingerprints SET data = x'' WHERE track_id = 3");        // silence
  const MatchResult result = match(library, SoundFile{sounds()[0]});
  EXPECT_TRUE(result.hits.empty());
  EXPECT_EQ(result.without_fingerprint, 2);
  EXPECT_EQ(result.tracks, there - 2);
  db().execute("UPDATE tracks SET missing = 1 WHERE id IN (1, 4)");
  EXPECT_EQ(match(library, SoundFile{sounds()[0]}).without_fingerprint, 1);
  EXPECT_TRUE(match(library, SoundFile{sounds()[3]}).hits.empty());
}

TEST_F(MatchTest, DamageIsNamed) {
  db().execute("UPDATE fingerprints SET data = x'0105' WHERE track_id = 2");
  const std::string said = failure();
  EXPECT_TRUE(said.starts_with("corrupt | ")) << said;
  EXPECT_NE(said.find("track id:2 (" + sounds()[1].native() + ")"), std::string::npos) << said;
}

TEST_F(MatchTest, WrongOptions) {
  EXPECT_EQ(failure({.k = 0}), "invalid_argument | at most 0 tracks are to be found: ask for one or more");
  EXPECT_TRUE(failure({.start_seconds = -1}).starts_with("invalid_argument | a part of 0 s from -1 s on"));
  EXPECT_TRUE(failure({.duration_seconds = NAN}).starts_with("invalid_argument | a part of nan s"));
  EXPECT_TRUE(failure({.start_seconds = 1000}).starts_with("invalid_argument | " + sounds()[0].native()));
  EXPECT_THROW(match(library, Samples{{0.1F}, 0, "no rate"}), Error);
  EXPECT_THROW(match(library, Samples{{0.1F}, 8000, "short"}, {.start_seconds = 1}), Error);
}

TEST(PairTable, LeavesOutWhatIsEverywhere) {
  audio::Landmarks tone{200000, {}};
  for (std::uint32_t f = 0; f < 200000; f += 9) tone.peaks.push_back({f, 100});
  const search::PairTable table(std::span(&tone, 1));
  EXPECT_GT(table.pairs(), 10000U);
  EXPECT_FALSE(table.align(tone, 1).has_value());
  tone.peaks.resize(300);
  const search::PairTable short_table(std::span(&tone, 1));
  const auto alignment = short_table.align(tone, 20);
  ASSERT_TRUE(alignment.has_value());
  EXPECT_NEAR(alignment->offset_seconds, 0, 0.001);
  EXPECT_EQ(alignment->votes, 299);
}

}  // namespace
}  // namespace hearken
