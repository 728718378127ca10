// Batches from real sounds with the starter's front ends: what is in them, and that nothing but seed, epoch and place
// decides it.
#include "train/data/loader.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <map>
#include <set>

#include "audio/testing.h"
#include "hearken/error.h"
#include "library/test_support.h"

namespace hearken::train {
namespace {

namespace fs = std::filesystem;
using audio::testing::fixture;
using library::write_wav;

constexpr std::int64_t kPlentyOfClips = std::int64_t{1} << 30;
constexpr int kRate = 16000;  // the starter's
constexpr double kWindow = 1;

class LoaderTest : public testing::Test {
 protected:
  // `count` rising tones of 0.4, 0.8, … s, each with two captions of its own.
  PreparedClips tones(int count) {
    std::vector<TrainingClip> clips;
    for (int i = 0; i < count; ++i) {
      const fs::path path = dir / ("t" + std::to_string(i) + ".wav");
      write_wav(path, 0.4 * (i + 1), 200 + 100 * i, kRate);
      clips.push_back({path, 0, 0, {"tone " + std::to_string(i), "a sound, number " + std::to_string(i)}, "", ""});
    }
    return prepare_clips(clips, cache);
  }

  static const model::ModelSource& source() {
    static const auto opened = model::open_model(HEARKEN_SOURCE_DIR "/models/starter");
    return *opened;
  }
  static const model::AudioEncoder& audio() {
    static const auto loaded = source().load_audio(nn::ProductType::f32);
    return *loaded;
  }
  static const model::TextEncoder& text() {
    static const auto loaded = source().load_text(nn::ProductType::f32);
    return *loaded;
  }
  static LoaderOptions options(int batch, bool training = true) {
    LoaderOptions out;
    out.batch = batch;
    out.window_seconds = kWindow;
    out.training = training;
    return out;
  }
  static LoaderOptions plain(int batch) {
    LoaderOptions out = options(batch);
    out.augmentation = no_augmentation();
    return out;
  }
  Loader loader(const PreparedClips& clips, const LoaderOptions& how) {
    return {clips.clips, source(), audio(), text(), cache, how};
  }
  std::string refusal(const PreparedClips& clips, const LoaderOptions& how) {
    try {
      loader(clips, how);
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::invalid_argument);
      return error.what();
    }
    return "taken";
  }
  static std::vector<LoadedBatch> epoch(Loader& from, std::size_t number, std::size_t first = 0) {
    from.start(number, first);
    std::vector<LoadedBatch> out;
    while (auto batch = from.next()) out.push_back(std::move(*batch));
    return out;
  }
  static void expect_same(const LoadedBatch& a, const LoadedBatch& b) {
    EXPECT_EQ(a.clips, b.clips);
    EXPECT_EQ(a.captions, b.captions);
    EXPECT_EQ(a.texts, b.texts);
    EXPECT_EQ(a.features, b.features);
    EXPECT_EQ(a.targets, b.targets);
    EXPECT_EQ(a.left_out, b.left_out);
  }

  const TempFolder dir;
  SamplesCache cache{dir / "cache", kRate, kPlentyOfClips};
};

TEST_F(LoaderTest, AnEpochHasEachClipOnce) {
  const PreparedClips clips = tones(9);
  Loader from = loader(clips, options(4));
  EXPECT_EQ(from.batches(), 2U);  // the ninth would be alone
  EXPECT_EQ(from.items(), 8U);
  std::set<std::size_t> seen;
  for (const LoadedBatch& batch : epoch(from, 0)) {
    EXPECT_EQ(batch.clips.size(), 4U);
    EXPECT_EQ(batch.features.size(), 4 * from.feature_count());
    seen.insert(batch.clips.begin(), batch.clips.end());
    for (std::size_t i = 0; i < 4; ++i) {
      const std::vector<std::string>& own = clips.clips[batch.clips[i]].clip.captions;
      EXPECT_NE(std::find(own.begin(), own.end(), batch.captions[i]), own.end());
      EXPECT_EQ(batch.texts[i], text().tokens(batch.captions[i]));
      for (std::size_t j = 0; j < 4; ++j) {
        EXPECT_EQ(batch.targets[i * 4 + j], i == j ? 1 : 0);
        EXPECT_EQ(batch.left_out[i * 4 + j], 0);
      }
    }
    const Batch view = batch.view();
    EXPECT_EQ(view.items, 4);
    EXPECT_EQ(view.features.data(), batch.features.data());
  }
  EXPECT_EQ(seen.size(), 8U);
  Loader of_three = loader(clips, options(7));
  EXPECT_EQ(of_three.batches(), 2U);  // a pair is enough
  EXPECT_EQ(epoch(of_three, 0).back().clips.size(), 2U);
  EXPECT_FALSE(of_three.next());
}

// Anew from any place, with any number of threads: the same bits; another epoch or seed: others.
TEST_F(LoaderTest, SeedEpochAndPlaceDecide) {
  const PreparedClips clips = tones(12);
  LoaderOptions how = options(4);
  how.augmentation.mix_share = 0.5;
  how.threads = 1;
  Loader one = loader(clips, how);
  how.threads = 5;
  Loader five = loader(clips, how);
  const std::vector<LoadedBatch> third = epoch(one, 3), again = epoch(five, 3);
  ASSERT_EQ(third.size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) expect_same(third[i], again[i]);
  const std::vector<LoadedBatch> resumed = epoch(one, 3, 2);
  ASSERT_EQ(resumed.size(), 1U);
  expect_same(resumed[0], third[2]);
  EXPECT_EQ(resumed[0].place, 2U);
  EXPECT_EQ(resumed[0].epoch, 3U);
  five.start(7);
  five.next();  // and left in the middle
  expect_same(epoch(five, 3)[1], third[1]);
  EXPECT_NE(epoch(one, 4)[0].clips, third[0].clips);
  how.seed = 1;
  Loader other = loader(clips, how);
  EXPECT_NE(epoch(other, 3)[0].clips, third[0].clips);
}

TEST_F(LoaderTest, CaptionsOnceOrEachEpoch) {
  const PreparedClips clips = tones(10);
  LoaderOptions how = plain(5);
  const auto drawn = [&](Loader& from, std::size_t number) {
    std::map<std::size_t, std::string> out;
    for (const LoadedBatch& batch : epoch(from, number))
      for (std::size_t i = 0; i < batch.clips.size(); ++i) out[batch.clips[i]] = batch.captions[i];
    return out;
  };
  Loader anew = loader(clips, how);
  EXPECT_NE(drawn(anew, 0), drawn(anew, 1));
  how.captions = CaptionSampling::once;
  Loader once = loader(clips, how);
  EXPECT_EQ(drawn(once, 0), drawn(once, 1));
  Loader validation = loader(clips, options(5, false));
  EXPECT_EQ(drawn(validation, 0), drawn(once, 1));
}

// What the front end makes of the very samples that the decoder gives.
TEST_F(LoaderTest, WindowsAreTheClips) {
  const PreparedClips clips = tones(4);  // 0.4, 0.8, 1.2, 1.6 s
  Loader from = loader(clips, options(3, false));
  std::vector<LoadedBatch> batches = epoch(from, 0);
  ASSERT_EQ(batches.size(), 2U);
  EXPECT_EQ(batches[1].clips, std::vector<std::size_t>{3});  // alone, and kept
  const auto expect_window = [&](std::span<const float> features, const std::vector<float>& samples) {
    std::vector<float> expected(from.feature_count());
    audio().features(samples, expected);
    EXPECT_TRUE(std::equal(features.begin(), features.end(), expected.begin()));
  };
  const auto heard = [&](std::size_t i) {
    return audio::testing::decode_file(clips.clips[i].clip.path, kRate).samples;
  };
  std::vector<float> repeated;  // 0.4 s: twice, and 0.2 s of silence
  for (int i = 0; i < 2; ++i)
    for (const float sample : heard(0)) repeated.push_back(sample);
  repeated.resize(kRate, 0);
  expect_window(std::span(batches[0].features).first(from.feature_count()), repeated);
  const std::vector<float> longer = heard(3);  // 1.6 s: the middle second
  expect_window(batches[1].features, {longer.begin() + 4800, longer.begin() + 4800 + kRate});

  // A crop is somewhere in the clip, and each place comes.
  LoaderOptions how = plain(4);
  how.augmentation.crop = true;
  Loader cropping = loader(clips, how);
  std::set<std::vector<float>> crops;
  for (std::size_t number = 0; number < 20; ++number) {
    const LoadedBatch batch = epoch(cropping, number).at(0);
    const auto at =
        static_cast<std::ptrdiff_t>(std::find(batch.clips.begin(), batch.clips.end(), 3U) - batch.clips.begin());
    const auto begin = batch.features.begin() + at * static_cast<std::ptrdiff_t>(from.feature_count());
    crops.emplace(begin, begin + static_cast<std::ptrdiff_t>(from.feature_count()));
  }
  EXPECT_EQ(crops.size(), 20U);
}

TEST_F(LoaderTest, PartsOfAFile) {
  std::vector<TrainingClip> clips;
  write_wav(dir / "long.wav", 5, 300, kRate);
  clips.push_back({dir / "long.wav", 2, 1, {"a"}, "", ""});
  clips.push_back({dir / "long.wav", 4.5, 0, {"b"}, "", ""});
  clips.push_back({dir / "long.wav", 4, 10, {"c"}, "", ""});
  clips.push_back({dir / "long.wav", 5, 0, {"d"}, "", ""});
  clips.push_back({dir / "long.wav", std::nan(""), 0, {"e"}, "", ""});
  clips.push_back({dir / "long.wav", 1e300, 0, {"f"}, "", ""});
  const PreparedClips read = prepare_clips(clips, cache);
  EXPECT_EQ(cache.decoded(), 1);
  ASSERT_EQ(read.clips.size(), 3U);
  EXPECT_EQ(read.clips[0].first, 2 * kRate);
  EXPECT_EQ(read.clips[0].samples, kRate);
  EXPECT_EQ(read.clips[1].samples, kRate / 2);
  EXPECT_EQ(read.clips[2].samples, kRate);
  EXPECT_EQ(read.remarks.size(), 3U);
  EXPECT_NE(read.remarks[0].find("ends after 5.000 s, before the clip at 5.000 s"), std::string::npos);
  // Clips of one file are never wrong for each other.
  Loader from = loader(read, plain(3));
  EXPECT_EQ(epoch(from, 0).at(0).left_out, (std::vector<std::uint8_t>{0, 1, 1, 1, 0, 1, 1, 1, 0}));
}

TEST_F(LoaderTest, EqualCaptionsAreNoNegatives) {
  PreparedClips clips = tones(4);
  clips.clips[0].clip.captions = {"A dog  barks"};
  clips.clips[1].clip.captions = {"a DOG barks "};
  clips.clips[2].clip.captions = {"rain", "a dog barks"};  // says so too, or could have
  clips.clips[3].clip.captions = {"bells"};
  Loader from = loader(clips, plain(4));
  for (std::size_t number = 0; number < 8; ++number) {
    const LoadedBatch batch = epoch(from, number).at(0);
    for (std::size_t i = 0; i < 4; ++i) {
      for (std::size_t j = 0; j < 4; ++j) {
        const std::size_t a = batch.clips[i], b = batch.clips[j];
        const bool dog = batch.captions[j] != "rain" && b != 3;  // the text
        EXPECT_EQ(batch.left_out[i * 4 + j] != 0, i != j && a != 3 && dog) << a << ' ' << batch.captions[j];
      }
    }
  }
}

TEST_F(LoaderTest, MixedClipsShareTheirTargets) {
  PreparedClips clips = tones(12);
  LoaderOptions how = plain(12);
  how.augmentation.mix_share = 0.5;
  Loader mixing = loader(clips, how);
  Loader pure = loader(clips, plain(12));
  const std::size_t n = 12, f = mixing.feature_count();
  int mixed = 0, single = 0;
  for (std::size_t number = 0; number < 5; ++number) {
    const LoadedBatch a = epoch(mixing, number).at(0), b = epoch(pure, number).at(0);
    ASSERT_EQ(a.clips, b.clips);
    for (std::size_t i = 0; i < n; ++i) {
      float row = 0, column = 0;
      for (std::size_t j = 0; j < n; ++j) row += a.targets[i * n + j], column += a.targets[j * n + i];
      EXPECT_FLOAT_EQ(row, 1);
      EXPECT_FLOAT_EQ(column, 1);
      EXPECT_GE(a.targets[i * n + i], 0.5F);
      const bool is_mixed = a.targets[i * n + i] < 1;
      ++(is_mixed ? mixed : single);
      const auto features = [&](const LoadedBatch& batch) { return std::span(batch.features).subspan(i * f, f); };
      const bool same = std::equal(features(a).begin(), features(a).end(), features(b).begin());
      EXPECT_EQ(same, !is_mixed);
    }
  }
  EXPECT_GT(mixed, 10);
  EXPECT_GT(single, 10);

  // Of two that may be called the same, neither is mixed into the other; what is true of a part is not wrong.
  for (std::size_t i = 0; i < 12; ++i) clips.clips[i].clip.captions = {i < 11 ? "dog" : "rain"};
  how.augmentation.mix_share = 1;
  Loader alike = loader(clips, how);
  const LoadedBatch batch = epoch(alike, 0).at(0);
  const auto rain =
      static_cast<std::size_t>(std::find(batch.clips.begin(), batch.clips.end(), 11U) - batch.clips.begin());
  const std::size_t with = rain ^ 1;
  for (std::size_t i = 0; i < n; ++i) {
    if (i == rain || i == with) continue;
    EXPECT_EQ(batch.targets[i * n + i], 1);
    EXPECT_EQ(batch.left_out[rain * n + i], 1);  // rain with some dog in it
    EXPECT_EQ(batch.left_out[i * n + rain], 0);
    EXPECT_EQ(batch.left_out[i * n + with], 1);
  }
  EXPECT_LT(batch.targets[rain * n + rain], 1);
  EXPECT_EQ(batch.left_out[rain * n + with], 0);
}

TEST_F(LoaderTest, AugmentsForTrainingOnly) {
  const PreparedClips clips = tones(6);
  LoaderOptions how = options(6);
  Loader training = loader(clips, how);
  how.training = false;
  Loader validation = loader(clips, how);
  const auto of_clip = [&](const LoadedBatch& batch, std::size_t clip) {
    const auto at = std::find(batch.clips.begin(), batch.clips.end(), clip) - batch.clips.begin();
    const auto begin = batch.features.begin() + at * static_cast<std::ptrdiff_t>(training.feature_count());
    return std::vector<float>(begin, begin + static_cast<std::ptrdiff_t>(training.feature_count()));
  };
  EXPECT_NE(of_clip(epoch(training, 0)[0], 0), of_clip(epoch(training, 1)[0], 0));
  const LoadedBatch first = epoch(validation, 0)[0];
  EXPECT_EQ(first.clips, (std::vector<std::size_t>{0, 1, 2, 3, 4, 5}));
  expect_same(first, epoch(validation, 1)[0]);
  how.training = true, how.augmentation = no_augmentation();
  Loader plainly = loader(clips, how);
  EXPECT_EQ(of_clip(epoch(plainly, 5)[0], 4), of_clip(first, 4));
}

// A second epoch decodes nothing, nor does a second run.
TEST_F(LoaderTest, DecodesEachFileOnce) {
  const PreparedClips clips = tones(5);
  EXPECT_EQ(cache.decoded(), 5);
  Loader from = loader(clips, options(2));
  for (std::size_t number = 0; number < 3; ++number) epoch(from, number);
  EXPECT_EQ(cache.decoded(), 5);
  SamplesCache later(dir / "cache", kRate, kPlentyOfClips);
  std::vector<TrainingClip> same;
  for (const PreparedClip& clip : clips.clips) same.push_back(clip.clip);
  EXPECT_EQ(fingerprint(prepare_clips(same, later).clips), fingerprint(clips.clips));
  EXPECT_EQ(later.decoded(), 0);
  same[2].captions.push_back("more");
  EXPECT_NE(fingerprint(prepare_clips(same, later).clips), fingerprint(clips.clips));
}

TEST_F(LoaderTest, PreparesWhatItCan) {
  std::vector<TrainingClip> clips;
  for (const char* name : {"tones.mp3", "tones.opus", "video.mp4"})
    clips.push_back({fixture(name), 0, 0, {name}, "", ""});
  library::write_text(dir / "broken.mp3", std::string(9000, 'x'));
  const std::string whole = audio::testing::bytes_of(fixture("tones.flac"));
  library::write_text(dir / "cut.flac", whole.substr(0, whole.size() / 2));
  for (const char* name : {"broken.mp3", "gone.mp3", "broken.mp3", "cut.flac"})
    clips.push_back({dir / name, 0, 0, {name}, "", ""});
  std::size_t last = 0, of = 0;
  const PreparedClips read = prepare_clips(clips, cache, 3, [&](std::size_t done, std::size_t all) {
    EXPECT_EQ(done, last + 1);
    last = done, of = all;
  });
  EXPECT_EQ(last, 6U);  // files
  EXPECT_EQ(of, 6U);
  ASSERT_EQ(read.clips.size(), 4U);
  ASSERT_EQ(read.remarks.size(), 3U);
  EXPECT_NE(read.remarks[0].find("broken.mp3"), std::string::npos);
  EXPECT_NE(read.remarks[1].find("gone.mp3"), std::string::npos);
  EXPECT_NE(read.remarks[2].find("cut.flac: ends early"), std::string::npos) << read.remarks[2];
  Loader from = loader(read, options(4));
  EXPECT_EQ(epoch(from, 0).size(), 1U);
}

// A file that goes while the run reads it, and is not kept, ends in an error that names it; the loader goes on after
// it.
TEST_F(LoaderTest, AFileThatGoes) {
  const PreparedClips clips = tones(4);
  for (const auto& entry : fs::directory_iterator(dir / "cache")) fs::remove(entry.path());
  Loader from = loader(clips, plain(4));
  fs::remove(clips.clips[2].clip.path);
  from.start(0);
  try {
    from.next();
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::not_found);
    EXPECT_NE(std::string(error.what()).find("t2.wav"), std::string::npos);
  }
  write_wav(clips.clips[2].clip.path, 1, 500, kRate);
  from.start(0);
  EXPECT_THROW(from.next(), Error);  // not the one that was prepared
}

TEST_F(LoaderTest, Refuses) {
  PreparedClips clips = tones(3);
  EXPECT_EQ(refusal(clips, options(1)), "a batch of 1: a clip is told apart from others, so there must be two");
  LoaderOptions how = options(2);
  how.window_seconds = 0.2;
  EXPECT_NE(refusal(clips, how).find("window of 0.2 s"), std::string::npos);
  how.window_seconds = 1e6;
  EXPECT_NE(refusal(clips, how).find("window of 1000000 s"), std::string::npos);
  how = options(2);
  how.augmentation.mix_share = std::nan("");
  EXPECT_NE(refusal(clips, how).find("mixed"), std::string::npos);
  how = options(2);
  how.augmentation.time_masks = -1;
  EXPECT_NE(refusal(clips, how), "taken");
  for (PreparedClip& clip : clips.clips) clip.clip.captions = {"a dog", "A  DOG"};
  EXPECT_EQ(refusal(clips, options(2)),
            "all 3 clips to train on are called the same, 'a dog': there is nothing to tell apart");
  EXPECT_EQ(refusal(clips, options(2, false)), "taken");
  clips.clips.resize(1);
  EXPECT_NE(refusal(clips, options(2)).find("1 clips to train on"), std::string::npos);
  clips.clips.clear();
  EXPECT_NE(refusal(clips, options(2, false)), "taken");
}

}  // namespace
}  // namespace hearken::train
