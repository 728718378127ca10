// Query by sound end to end: real sounds, the bundled model, every kind of item.
#include "hearken/like.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <map>
#include <random>

#include "audio/testing.h"
#include "core/testing/refusal.h"
#include "hearken/index.h"
#include "search/toy_tracks.h"

namespace hearken {
namespace {

namespace fs = std::filesystem;

const fs::path kGolden = fs::path(HEARKEN_SOURCE_DIR) / "tests/golden";

class LikeTest : public search::ToyTracksTest {
 protected:
  static const Model& model() {
    static const Model loaded =
        Model::load((fs::path(HEARKEN_SOURCE_DIR) / "models/starter").native(), Precision::fp32);
    return loaded;
  }
  void index_sounds(const Windowing& windowing = {}) {
    fs::create_directories(sounds);
    for (const char* name : {"dog.flac", "rain.flac", "music.flac"})
      if (!fs::exists(sounds / name)) fs::copy(kGolden / name, sounds / name);
    IndexOptions options;
    options.windowing = windowing;
    EXPECT_EQ(index(library, model(), std::vector{sounds}, options).skipped.size(), 0U);
  }
  LikeResult like_one(LikeItem item, const LikeOptions& options = {}) {
    return like(library, model(), std::vector{std::move(item)}, options);
  }
  std::int64_t id_of(const char* name) {
    LikeItem item;
    item.what = SoundFile{sounds / name};
    return like_one(item).self.at(0).id;
  }
  /// The same sound in a file of other bytes, not in the library: what was decoded, as 16-bit WAVE.
  fs::path copy_of(const char* name, int rate_hz, double seconds = 1e9) {
    const audio::testing::DecodedFile heard = audio::testing::decode_file(sounds / name, rate_hz);
    std::vector<double> samples(heard.samples.begin(), heard.samples.end());
    samples.resize(std::min(samples.size(), static_cast<std::size_t>(seconds * rate_hz)));
    const fs::path path = dir / (std::string(name) + ".wav");
    std::ofstream(path, std::ios::binary) << audio::testing::wave(rate_hz, audio::testing::Coding::s16, {samples});
    return path;
  }
  std::string error_of(ErrorCode code, const std::vector<LikeItem>& items) {
    return refusal(code, [&] { like(library, model(), items); });
  }

  const fs::path sounds = dir / "sounds";
};

TEST_F(LikeTest, WhatIsInTheLibraryIsToldApart) {
  index_sounds({2.0, 1.0});
  for (const char* name : {"dog.flac", "rain.flac", "music.flac"}) {
    LikeItem item;
    item.what = SoundFile{sounds / name};
    const LikeResult file = like_one(item);
    ASSERT_EQ(file.self.size(), 1U);
    EXPECT_EQ(file.self[0].path, sounds / name);
    ASSERT_EQ(file.hits.size(), 2U);
    for (const LikeHit& hit : file.hits) EXPECT_NE(hit.path, sounds / name);
    EXPECT_EQ(file.hits[0].score, 1);
    EXPECT_EQ(file.windowing, (Windowing{2.0, 1.0}));
    LikeOptions options;
    options.include_self = true;
    const LikeResult with_self = like_one(item, options);
    ASSERT_EQ(with_self.hits.size(), 3U);
    EXPECT_EQ(with_self.hits[0].path, sounds / name);
    EXPECT_EQ(with_self.hits[0].score, 1);
    for (const LikeMoment& moment : with_self.hits[0].moments) EXPECT_LT(moment.matches.at(0).distance, 0.00005);
    // The same sound in other bytes is listened to, and found. The others are scored beside each other all the same.
    item.what = SoundFile{copy_of(name, 16000)};
    const LikeResult copy = like_one(item);
    EXPECT_TRUE(copy.self.empty());
    EXPECT_EQ(copy.windows, file.windows);
    ASSERT_EQ(copy.hits.size(), 3U);
    EXPECT_EQ(copy.hits[0].path, sounds / name);
    EXPECT_EQ(copy.hits[0].score, 1);
    EXPECT_LT(copy.hits[0].moments.at(0).matches.at(0).distance, 0.00005);
    for (std::size_t i = 0; i < 2; ++i) {
      EXPECT_EQ(with_self.hits[i + 1].id, file.hits[i].id);
      EXPECT_EQ(with_self.hits[i + 1].score, file.hits[i].score);
      EXPECT_EQ(copy.hits[i + 1].id, file.hits[i].id);
      EXPECT_NEAR(copy.hits[i + 1].score, file.hits[i].score, 0.001);
    }
    // So is a part of the file.
    item.what = SoundFile{sounds / name};
    item.start_seconds = 1;  // the dog is silent before its first bark at 2.2 s
    item.duration_seconds = 2.5;
    const LikeResult part = like_one(item);
    EXPECT_EQ(part.windows, 2U);
    EXPECT_EQ(part.self.at(0).id, file.self[0].id);
    EXPECT_EQ(part.hits.size(), 2U);
  }
}

TEST_F(LikeTest, AShortSoundFindsItselfBeforeLongOnes) {
  fs::create_directories(sounds);
  std::mt19937 random(3);
  const auto noise = [&](const char* name, double seconds) {
    std::vector<double> samples(static_cast<std::size_t>(seconds * 16000));
    for (double& x : samples) x = std::uniform_real_distribution<double>(-0.3, 0.3)(random);
    std::ofstream(sounds / name, std::ios::binary)
        << audio::testing::wave(16000, audio::testing::Coding::s16, {samples});
  };
  noise("long.wav", 40);
  noise("shot.wav", 1.5);
  index_sounds({2.0, 1.0});
  LikeItem item;
  item.what =
      Samples{audio::testing::decode_file(sounds / "shot.wav", 16000).samples, 16000};  // not known by its bytes
  const LikeResult result = like_one(item);
  EXPECT_EQ(result.windows, 1U);
  ASSERT_EQ(result.hits.size(), 5U);
  EXPECT_EQ(result.hits[0].path, sounds / "shot.wav");
  EXPECT_EQ(result.hits[0].score, 1);
  for (const LikeHit& hit : result.hits) EXPECT_EQ(hit.votes, 1);
  EXPECT_LT(result.hits[0].moments.at(0).matches.at(0).distance, 0.00005);
}

TEST_F(LikeTest, FilesTracksAndSamplesOfOneSoundAskTheSame) {
  index_sounds();
  LikeItem item;
  item.what = LibraryTrack{id_of("dog.flac")};
  const LikeResult without = like_one(item);
  EXPECT_EQ(without.hits.size(), 2U);
  for (const LikeHit& hit : without.hits) EXPECT_NE(hit.path, sounds / "dog.flac");
  EXPECT_EQ(without.item_names.at(0), sounds / "dog.flac");
  LikeOptions options;
  options.include_self = true;
  const LikeResult track = like_one(item, options);
  ASSERT_EQ(track.hits.size(), 3U);
  EXPECT_EQ(track.hits[0].path, sounds / "dog.flac");
  EXPECT_EQ(track.hits[0].score, 1);

  for (const int rate : {16000, 48000}) {
    item.what = Samples{audio::testing::decode_file(sounds / "dog.flac", rate).samples, rate};
    const LikeResult samples = like_one(item);
    ASSERT_EQ(samples.hits.size(), 3U);
    EXPECT_EQ(samples.windows, track.windows);
    for (std::size_t i = 0; i < 3; ++i) {
      EXPECT_EQ(samples.hits[i].id, track.hits[i].id);
      EXPECT_EQ(samples.hits[i].votes, track.hits[i].votes);
      EXPECT_NEAR(samples.hits[i].total_similarity, track.hits[i].total_similarity, 0.005);
      // From 48 kHz back to the model's 16 it is not the same sound to the bit, and the others are scored beside it.
      if (rate == 16000) {
        EXPECT_NEAR(samples.hits[i].score, track.hits[i].score, 0.005);
      }
    }
  }
  options.by = LikeBy::mean;
  EXPECT_NEAR(like_one(item, options).hits.at(0).score, 1, 0.001);
}

TEST_F(LikeTest, ShorterThanAWindowIsFirstClass) {
  index_sounds();
  const fs::path shot = dir / "sounds" / "shot.wav";
  fs::rename(copy_of("rain.flac", 16000, 0.8), shot);
  index_sounds();
  LikeItem item;
  item.what = SoundFile{shot};
  LikeOptions options;
  options.include_self = true;
  const LikeResult known = like_one(item, options);
  EXPECT_EQ(known.windows, 1U);
  EXPECT_EQ(known.hits.at(0).path, shot);
  EXPECT_NEAR(known.hits[0].moments.at(0).end_seconds, 0.8, 1e-9);
  EXPECT_NEAR(known.hits[0].moments[0].matches.at(0).end_seconds, 0.8, 1e-9);
  // Cut out of the middle of other samples, which it was padded from in the same way.
  std::vector<float> samples = audio::testing::decode_file(shot, 16000).samples;
  samples.insert(samples.begin(), 16000, 0.5F);
  samples.insert(samples.end(), 16000, -0.5F);
  item.what = Samples{samples, 16000};
  item.start_seconds = 1;
  item.duration_seconds = 0.8;
  const LikeResult cut = like_one(item);
  EXPECT_EQ(cut.windows, 1U);
  EXPECT_EQ(cut.hits.at(0).path, shot);
  EXPECT_LT(cut.hits[0].moments.at(0).matches.at(0).distance, 0.00005);
  EXPECT_NEAR(cut.hits[0].moments[0].start_seconds, 1, 1e-9);
  EXPECT_NEAR(cut.hits[0].moments[0].end_seconds, 1.8, 1e-9);
}

TEST_F(LikeTest, PartsOfFilesAndOfTracks) {
  index_sounds({2.0, 1.0});
  const auto moments = [&](LikeItem item, double start, double duration) {
    item.start_seconds = start;
    item.duration_seconds = duration;
    LikeOptions options;
    options.include_self = true;
    options.inputs = 100;
    options.where = "path ~ 'music.flac'";
    std::vector<double> starts;
    const LikeResult result = like_one(item, options);
    for (const LikeMoment& moment : result.hits.at(0).moments) {
      starts.push_back(moment.start_seconds);
      EXPECT_LT(moment.matches.at(0).distance, 0.00005);  // windows that the track has too
      EXPECT_EQ(moment.matches[0].start_seconds, moment.start_seconds);
    }
    std::sort(starts.begin(), starts.end());
    return starts;
  };
  using Starts = std::vector<double>;
  LikeItem file, track;
  file.what = SoundFile{sounds / "music.flac"};
  track.what = LibraryTrack{id_of("music.flac")};
  for (const LikeItem& item : {file, track}) {
    EXPECT_EQ(moments(item, 1, 3), (Starts{1, 2}));
    EXPECT_EQ(moments(item, 2, 2), (Starts{2}));
    EXPECT_EQ(moments(item, 0, 3), (Starts{0, 1}));
  }
  // Of a track its own windows are taken: the one that shares most with a part that none lies in.
  EXPECT_EQ(moments(track, 1.8, 0.9), (Starts{1}));
  EXPECT_EQ(moments(track, 2.2, 1.1), (Starts{2}));
}

TEST_F(LikeTest, WordsAndMinusesPull) {
  index_sounds();
  LikeItem dog, rain, words, against;
  dog.what = SoundFile{sounds / "dog.flac"};
  rain.what = SoundFile{sounds / "rain.flac"};
  words.what = Words{"the sound of rain"};
  against.what = Words{"the sound of rain"};
  against.negative = true;
  LikeOptions options;
  options.by = LikeBy::mean;
  options.include_self = true;
  // Beside the dog's, whatever the query's length: words have nothing of what all sounds share.
  const auto rain_beside_dog = [&](const std::vector<LikeItem>& items) {
    std::map<fs::path, double> scores;
    for (const LikeHit& hit : like(library, model(), items, options).hits) scores[hit.path.filename()] = hit.score;
    EXPECT_GT(scores.at("dog.flac"), 0);
    return scores.at("rain.flac") / scores.at("dog.flac");
  };
  const double alone = rain_beside_dog({dog});
  EXPECT_GT(rain_beside_dog({dog, words}), alone);
  EXPECT_LT(rain_beside_dog({dog, against}), alone);
  EXPECT_GT(rain_beside_dog({dog, rain}), rain_beside_dog({dog, words}));
  LikeItem no_rain = rain;
  no_rain.negative = true;
  EXPECT_LT(rain_beside_dog({dog, no_rain}), alone);
  const LikeResult both = like(library, model(), std::vector{dog, rain, words});
  EXPECT_EQ(both.windows, both.item_windows.at(0) + both.item_windows.at(1));
  EXPECT_EQ(both.item_windows.at(2), 1U);
  EXPECT_EQ(both.item_names.at(2), "the sound of rain");
}

TEST_F(LikeTest, WhatWordsSayIsNotWantedCountsAgainst) {
  const auto texts = [](const std::vector<LikeItem>& items) {
    std::vector<std::string> out;
    for (const LikeItem& item : items) out.push_back((item.negative ? "-" : "+") + std::get<Words>(item.what).text);
    return out;
  };
  const auto item = [](const char* text, bool negative) {
    LikeItem out;
    out.what = Words{text};
    out.negative = negative;
    return out;
  };
  using Texts = std::vector<std::string>;
  const std::vector<LikeItem> given{item("strings, no vocals", false), item("no drums", false), item("no bells", true),
                                    item("brass", true), item("piano", false)};
  const std::vector<LikeItem> items = understood(given);
  EXPECT_EQ(texts(items), (Texts{"+strings", "-vocals", "-drums", "-bells", "-brass", "+piano"}));
  EXPECT_EQ(texts(understood(items)), texts(items));

  index_sounds();
  LikeItem dog;
  dog.what = SoundFile{sounds / "dog.flac"};
  const LikeResult said = like(library, model(), std::vector{dog, item("a dog but no rain", false)});
  const LikeResult apart = like(library, model(), std::vector{dog, item("a dog", false), item("rain", true)});
  EXPECT_EQ(said.item_names, apart.item_names);
  ASSERT_EQ(said.hits.size(), apart.hits.size());
  for (std::size_t i = 0; i < said.hits.size(); ++i) EXPECT_EQ(said.hits[i].score, apart.hits[i].score);
}

TEST_F(LikeTest, NamesAreTracksOrPaths) {
  EXPECT_EQ(std::get<LibraryTrack>(sound_named("id:42").what).id, 42);
  EXPECT_EQ(std::get<SoundFile>(sound_named("./id:42").what).path, "./id:42");
  EXPECT_THROW(sound_named("id:forty"), Error);
}

TEST_F(LikeTest, SaysWhatIsWrong) {
  LikeItem item;
  item.what = LibraryTrack{1};
  EXPECT_NE(error_of(ErrorCode::not_found, {item}).find("holds no tracks yet"), std::string::npos);
  add("/other", {std::vector<float>(library::kToyDimension, 0.35F)}, library::toy_entry("another"));
  EXPECT_NE(error_of(ErrorCode::mismatch, {item}).find("--model"), std::string::npos);
  index_sounds();
  EXPECT_NE(error_of(ErrorCode::mismatch, {item}).find("/other"), std::string::npos);
  EXPECT_EQ(like_one(sound_named((sounds / "dog.flac").native())).without_vectors, 1);
  item.what = LibraryTrack{99};
  EXPECT_NE(error_of(ErrorCode::not_found, {item}).find("id:99"), std::string::npos);
  item.what = LibraryTrack{id_of("dog.flac")};
  item.start_seconds = 1000;
  EXPECT_NE(error_of(ErrorCode::invalid_argument, {item}).find("from 1000 s on"), std::string::npos);
  item.what = SoundFile{sounds / "dog.flac"};
  EXPECT_NE(error_of(ErrorCode::invalid_argument, {item}).find("dog.flac"), std::string::npos);
  item.start_seconds = -1;
  error_of(ErrorCode::invalid_argument, {item});
  item.start_seconds = std::nan("");
  error_of(ErrorCode::invalid_argument, {item});

  item = sound_named((dir / "nowhere.wav").native());
  EXPECT_NE(error_of(ErrorCode::not_found, {item}).find("nowhere.wav"), std::string::npos);
  item = sound_named(sounds.native());
  EXPECT_NE(error_of(ErrorCode::unsupported, {item}).find(sounds.native()), std::string::npos);
  library::write_text(dir / "no.wav", audio::testing::wave_header(8000, 1, audio::testing::Coding::s16, 0));
  EXPECT_NE(error_of(ErrorCode::corrupt, {sound_named((dir / "no.wav").native())}).find("no.wav"), std::string::npos);

  LikeItem samples;
  samples.what = Samples{{}, 16000};
  EXPECT_NE(error_of(ErrorCode::corrupt, {samples}).find("holds no sound"), std::string::npos);
  samples.what = Samples{{0.1F, std::nanf("")}, 16000};
  EXPECT_NE(error_of(ErrorCode::invalid_argument, {samples}).find("sample 1"), std::string::npos);
  samples.what = Samples{{0.1F}, 0, "mic"};
  EXPECT_NE(error_of(ErrorCode::invalid_argument, {samples}).find("mic: a sample rate of 0 Hz"), std::string::npos);
  samples.what = Samples{{0.1F, 0.2F}, 16000};
  samples.start_seconds = 5;
  error_of(ErrorCode::invalid_argument, {samples});

  LikeItem words;
  words.what = Words{"rain"};
  EXPECT_NE(error_of(ErrorCode::invalid_argument, {words}).find("words alone"), std::string::npos);
  words.what = Words{" "};
  error_of(ErrorCode::invalid_argument, {sound_named((sounds / "dog.flac").native()), words});
  error_of(ErrorCode::invalid_argument, {});
}

}  // namespace
}  // namespace hearken
