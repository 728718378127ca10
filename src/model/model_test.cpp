// The public model: names, options, what it refuses, and the same bits from every thread.
#include "hearken/model.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstddef>
#include <cstring>
#include <fstream>
#include <numeric>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "core/testing/temp_folder.h"
#include "hearken/error.h"
#include "hearken/model_tools.h"
#include "model/checkpoint/safetensors.h"

namespace hearken {
namespace {

namespace fs = std::filesystem;
const fs::path kStarter = HEARKEN_SOURCE_DIR "/models/starter";
const fs::path kClips = HEARKEN_SOURCE_DIR "/tests/golden";

template <class Call>
Error error_of(Call call) {
  try {
    call();
  } catch (const Error& error) {
    return error;
  }
  ADD_FAILURE() << "nothing was thrown";
  return {ErrorCode::internal, ""};
}

double dot(std::span<const float> a, std::span<const float> b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += double{a[i]} * b[i];
  return sum;
}

TEST(Model, SaysWhereAModelWasLookedFor) {
  EXPECT_EQ(error_of([] { Model::load("no/such/model"); }).code(), ErrorCode::not_found);
  const Error file = error_of([] { Model::load((kStarter / "config.json").string()); });
  EXPECT_NE(std::string(file.what()).find("is not a checkpoint"), std::string::npos) << file.what();
  const Error other = error_of([] { Model::load(kClips.string()); });
  EXPECT_NE(std::string(other.what()).find("config.json"), std::string::npos) << other.what();
}

TEST(Model, RefusesWindowsItDoesNotTakeAndBuffersThatDoNotFit) {
  const Model starter = Model::load(kStarter.string());
  EXPECT_EQ(starter.window_samples(10), 160000U);
  for (const double seconds : {0.0, -1.0, 0.4, 10.5, 1e9, std::nan("")})
    EXPECT_EQ(error_of([&] { starter.window_samples(seconds); }).code(), ErrorCode::invalid_argument) << seconds;
  for (const double seconds : {0.0, -1.0, 0.01, 1e9, std::nan("")})
    EXPECT_EQ(error_of([&] { starter.hop_samples(seconds); }).code(), ErrorCode::invalid_argument) << seconds;
  std::vector<float> samples(160000), features(starter.feature_count(samples.size())), vector(512), small(511);
  EXPECT_EQ(error_of([&] { starter.audio_features(samples, vector); }).code(), ErrorCode::invalid_argument);
  starter.audio_features(samples, features);
  EXPECT_EQ(error_of([&] { starter.embed_features(features, small); }).code(), ErrorCode::invalid_argument);
  starter.embed_features(features, vector);
  EXPECT_EQ(error_of([&] { starter.embed_features(std::span(features).first(63), vector); }).code(),
            ErrorCode::invalid_argument);
}

TEST(Model, FingerprintChangesWithWeightsAndWindowingOnly) {
  const Model starter = Model::load(kStarter.string());
  EXPECT_EQ(starter.fingerprint({10, 5}), Model::load(kStarter.string()).fingerprint({10, 5}));
  EXPECT_NE(starter.fingerprint({10, 5}), starter.fingerprint({10, 2.5}));
  EXPECT_NE(starter.fingerprint({10, 5}), starter.fingerprint({5, 5}));

  const TempFolder folder;
  const fs::path copy = folder / "copy";
  fs::copy(kStarter, copy, fs::copy_options::recursive);
  EXPECT_EQ(Model::load(copy.string()).fingerprint({10, 5}), starter.fingerprint({10, 5}));
  std::ofstream(copy / "preprocessor_config.json", std::ios::app) << ' ';
  EXPECT_NE(Model::load(copy.string()).fingerprint({10, 5}), starter.fingerprint({10, 5}));
  // A damaged model names the file.
  fs::resize_file(copy / "model.safetensors", fs::file_size(copy / "model.safetensors") / 2);
  const Error cut = error_of([&] { Model::load(copy.string()); });
  EXPECT_EQ(cut.code(), ErrorCode::corrupt);
  EXPECT_NE(std::string(cut.what()).find("model.safetensors"), std::string::npos) << cut.what();
}

TEST(Model, TextsHaveTheSameBitsWhateverStandsBesideThem) {
  std::vector<std::string> texts;
  std::string text;
  for (int i = 0; i < 40; ++i) {
    texts.push_back(text);  // 0 to 200 tokens and more; those behind each other fill one pass and the next
    text += " rain on a tin roof"[static_cast<std::size_t>(i) % 19] + std::string(i % 5 == 0 ? " piano, calm; " : "a ");
  }
  for (const Precision precision : model_details(kStarter.string()).precisions) {
    const Model starter = Model::load(kStarter.string(), precision);
    const std::vector<float> together = starter.embed_texts(texts);
    const std::size_t width = starter.text_width(EmbeddingForm::unit);
    ASSERT_EQ(together.size(), texts.size() * width);
    for (std::size_t i = 0; i < texts.size(); ++i) {
      const auto row = std::span(together).subspan(i * width, width);
      EXPECT_EQ(starter.embed_texts(std::span(&texts[i], 1)), std::vector<float>(row.begin(), row.end()))
          << to_string(precision) << " " << i;
    }
    const std::size_t behind = 30;  // the same texts fill other passes
    const std::vector<float> later = starter.embed_texts(std::span(texts).subspan(behind));
    EXPECT_TRUE(std::equal(later.begin(), later.end(), together.begin() + behind * width)) << to_string(precision);
  }
}

TEST(Model, FileGivesTheSameBitsFromEveryNumberOfThreads) {
  const Model starter = Model::load(kStarter.string());
  const Windowing windowing{2, 0.5};  // many windows of a short clip
  const FileEmbedding one = embed_file(starter, kClips / "music.flac", windowing, EmbeddingForm::unit, 1);
  ASSERT_EQ(one.starts_seconds.size(), 17U);
  for (const int threads : {2, 5}) {
    const FileEmbedding many = embed_file(starter, kClips / "music.flac", windowing, EmbeddingForm::unit, threads);
    EXPECT_EQ(many.starts_seconds, one.starts_seconds);
    EXPECT_EQ(std::memcmp(many.vectors.data(), one.vectors.data(), one.vectors.size() * sizeof(float)), 0);
  }
}

TEST(Model, WindowsAtOnceGiveTheSameBitsAtEveryPrecision) {
  constexpr std::size_t kWindows = 5;
  for (const Precision precision : model_details(kStarter.string()).precisions) {
    const Model starter = Model::load(kStarter.string(), precision);
    const std::size_t samples = starter.window_samples(3), count = starter.feature_count(samples),
                      width = starter.audio_width(EmbeddingForm::unit);
    std::vector<float> features(kWindows * count), one_by_one(kWindows * width), sound(samples);
    for (std::size_t w = 0; w < kWindows; ++w) {
      for (std::size_t i = 0; i < samples; ++i) sound[i] = static_cast<float>((i * (w + 7)) % 1000) / 1000.0F - 0.5F;
      const auto own = std::span(features).subspan(w * count, count);
      starter.audio_features(sound, own);
      starter.embed_features(own, std::span(one_by_one).subspan(w * width, width));
    }
    for (const int threads : {1, 2, 3}) {
      std::vector<float> together(kWindows * width);
      starter.embed_features(features, together, EmbeddingForm::unit, threads);
      EXPECT_EQ(together, one_by_one) << to_string(precision) << ", " << threads << " threads";
      const std::vector<std::string> text = {"rain on a tin roof"};
      EXPECT_EQ(starter.embed_texts(text, EmbeddingForm::unit, threads), starter.embed_texts(text)) << threads;
    }
  }
}

TEST(Model, FormsBelongTogether) {
  const Model starter = Model::load(kStarter.string());
  const FileEmbedding raw = embed_file(starter, kClips / "dog.flac", {}, EmbeddingForm::projected);
  const FileEmbedding unit = embed_file(starter, kClips / "dog.flac", {}, EmbeddingForm::unit);
  EXPECT_EQ(embed_file(starter, kClips / "dog.flac", {}, EmbeddingForm::pooled).width, 192U);
  EXPECT_EQ(embed_file(starter, kClips / "dog.flac", {}, EmbeddingForm::scored).vectors, unit.vectors);
  // The starter's scores are evidence: a sound is lifted to length 1 in a direction that changes no score. What
  // rounding left in that direction goes.
  ASSERT_TRUE(starter.info().evidence);
  const auto lift = model::read_safetensors(kStarter / "model.safetensors").floats("audio.head.lift", 1, 512);
  const double along = dot(raw.vectors, lift);
  EXPECT_NEAR(along, 0, 1e-4);
  const double square = dot(raw.vectors, raw.vectors) - along * along;
  ASSERT_LT(square, 0.98);
  for (std::size_t i = 0; i < unit.width; ++i)
    EXPECT_NEAR(raw.vectors[i] + (std::sqrt(1 - square) - along) * lift[i], unit.vectors[i], 1e-6);
  EXPECT_NEAR(dot(unit.vectors, unit.vectors), 1, 1e-6);

  // A text is scored as it is projected: the less it says, the shorter.
  const std::vector<std::string> texts{"dog"};
  const auto projected = starter.embed_texts(texts, EmbeddingForm::projected), one = starter.embed_texts(texts);
  EXPECT_EQ(starter.embed_texts(texts, EmbeddingForm::scored), projected);
  EXPECT_EQ(starter.text_width(EmbeddingForm::pooled), 384U);
  const double says = std::sqrt(dot(projected, projected));
  ASSERT_GT(std::fabs(says - 1), 0.01);
  for (std::size_t i = 0; i < one.size(); ++i) EXPECT_NEAR(projected[i] / says, one[i], 1e-6);
  // The texts' map is float16: its rounding, 2^-12 of elements around 0.04, leaves 1e-5 along lift, of scores around
  // 0.1.
  EXPECT_NEAR(dot(projected, lift), 0, 3e-5);
  EXPECT_NEAR(dot(projected, unit.vectors), dot(projected, raw.vectors), 3e-5);
  const auto number = starter.embed_texts(std::vector<std::string>{"1,234.56"}, EmbeddingForm::scored);
  EXPECT_LT(std::sqrt(dot(number, number)), 0.1 * says);
}

TEST(Model, LevelsFollowTheModelsThresholds) {
  const Model starter = Model::load(kStarter.string());
  const Levels& levels = starter.info().levels;
  EXPECT_GT(levels.high, levels.clear);
  EXPECT_GT(levels.clear, levels.moderate);
  EXPECT_FALSE(levels.how.empty());
  EXPECT_EQ(starter.level(levels.high), Level::high);
  EXPECT_EQ(starter.level(levels.moderate), Level::moderate);
  EXPECT_EQ(starter.level(levels.moderate - 1e-9), Level::low);
}

TEST(MeanVector, OfUnitVectorsIsADirectionOrZero) {
  const std::vector<float> rows{1, 0, 0, 1}, cancel{1, 0, -1, 0};
  const auto mean = mean_vector(rows, 2, EmbeddingForm::unit);
  EXPECT_NEAR(mean[0], std::sqrt(0.5), 1e-7);
  EXPECT_NEAR(mean[1], std::sqrt(0.5), 1e-7);
  EXPECT_EQ(mean_vector(cancel, 2, EmbeddingForm::unit), (std::vector<float>{0, 0}));
  EXPECT_EQ(mean_vector(rows, 2, EmbeddingForm::pooled), (std::vector<float>{0.5F, 0.5F}));
}

}  // namespace
}  // namespace hearken
