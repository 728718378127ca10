// CLAP against transformers, on small random models in every layout that is published (tests/golden/clap/make.py).
#include "model/layouts/clap.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <span>
#include <string>

#include "core/paths.h"
#include "hearken/model.h"
#include "hearken/model_tools.h"
#include "reference/parity.h"

namespace hearken::golden {
namespace {

namespace fs = std::filesystem;

const fs::path kClapFolder = HEARKEN_SOURCE_DIR "/tests/golden/clap";

struct Case {
  const char* model;
  const char* golden;
};

class Clap : public testing::TestWithParam<Case> {};

TEST_P(Clap, AgreesStageByStage) {
  const auto stages = reference::compare(kClapFolder / GetParam().model, kClapFolder / GetParam().golden);
  EXPECT_GE(stages.size(), 40U);
  for (const auto& stage : stages) {
    ASSERT_GE(stage.cosine, 0.9999999) << "the first stage that differs is " << stage.name << ", by "
                                       << stage.largest_difference;
    if (stage.name.ends_with("log-mel")) {
      ASSERT_LE(stage.largest_difference, 1e-3) << stage.name;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Layouts, Clap,
                         testing::Values(Case{"unfused", "unfused.golden.safetensors"},
                                         Case{"unfused-bin", "unfused.golden.safetensors"},
                                         Case{"fused", "fused.golden.safetensors"},
                                         Case{"laion-unfused.pt", "laion-unfused.golden.safetensors"},
                                         Case{"laion-fused.pt", "laion-fused.golden.safetensors"}),
                         [](const auto& info) {
                           std::string name = fs::path(info.param.model).stem().string();
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

std::vector<float> audio_vector(const fs::path& path, EmbeddingForm form) {
  const model::ClapFiles files = model::open_clap_files(path);
  const auto source = model::open_model(path);
  const auto encoder = source->load_audio(nn::ProductType::f32);
  std::vector<float> features(64 * 1001),
      out(static_cast<std::size_t>(form == EmbeddingForm::pooled ? source->info().audio_pooled_dimension
                                                                 : source->info().dimension));
  for (std::size_t i = 0; i < features.size(); ++i) features[i] = static_cast<float>(i * 7919 % 1000) / 10.0F - 90.0F;
  nn::Cpu cpu;
  encoder->embed(cpu, features, 1, form, out);
  return out;
}

TEST(ClapLayouts, TheSameWeightsGiveTheSameBits) {
  const auto wanted = audio_vector(kClapFolder / "unfused", EmbeddingForm::unit);
  const auto pooled = audio_vector(kClapFolder / "unfused", EmbeddingForm::pooled);
  for (const char* other : {"unfused-bin", "laion-unfused.pt"}) {
    EXPECT_EQ(audio_vector(kClapFolder / other, EmbeddingForm::unit), wanted) << other;
    EXPECT_EQ(audio_vector(kClapFolder / other, EmbeddingForm::pooled), pooled) << other;
  }
  const std::vector<std::string> texts = {"a dog barking", "", "naïve café"};  // below 77 tokens, so alike in all
  const auto vectors = Model::load((kClapFolder / "unfused").string()).embed_texts(texts);
  for (const char* other : {"unfused-bin", "laion-unfused.pt"})
    EXPECT_EQ(Model::load((kClapFolder / other).string()).embed_texts(texts), vectors) << other;
}

// One window alone on one thread, and many on several: the same bits, for plain and fused towers at every precision.
TEST(ClapBits, DoNotDependOnBatchOrThreads) {
  for (const char* name : {"unfused", "fused"})
    for (const Precision precision : model_details((kClapFolder / name).string()).precisions) {
      const Model model = Model::load((kClapFolder / name).string(), precision);
      const std::size_t samples = model.window_samples(10), count = model.feature_count(samples),
                        width = model.audio_width(EmbeddingForm::unit);
      constexpr std::size_t kWindows = 3;
      std::vector<float> features(kWindows * count), alone(kWindows * width), together(kWindows * width),
          sound(samples);
      for (std::size_t w = 0; w < kWindows; ++w) {
        for (std::size_t i = 0; i < samples; ++i) sound[i] = static_cast<float>(i * (w + 5) % 997) / 997.0F - 0.5F;
        const auto own = std::span(features).subspan(w * count, count);
        model.audio_features(sound, own);
        model.embed_features(own, std::span(alone).subspan(w * width, width));
      }
      for (const int threads : {1, 2, 5}) {
        model.embed_features(features, together, EmbeddingForm::unit, threads);
        EXPECT_EQ(together, alone) << name << ", " << to_string(precision) << ", " << threads << " threads";
        const std::vector<std::string> texts = {"a dog barking", "thunder, far away, and steady rain on a tin roof"};
        EXPECT_EQ(model.embed_texts(texts, EmbeddingForm::unit, threads), model.embed_texts(texts));
      }
    }
}

TEST(ClapLayouts, PreprocessingIsPartOfTheFingerprint) {
  const auto fingerprint = [](const char* name) { return Model::load((kClapFolder / name).string()).fingerprint({}); };
  EXPECT_NE(fingerprint("unfused"), fingerprint("laion-unfused.pt"));  // the same weights, heard through 16 bits
  EXPECT_NE(fingerprint("unfused"), fingerprint("fused"));
}

TEST(ClapLayouts, OnlyFusedModelsTakeLongWindows) {
  const Model plain = Model::load((kClapFolder / "unfused").string()),
              fused = Model::load((kClapFolder / "fused").string());
  EXPECT_THROW(plain.window_samples(10.5), Error);
  EXPECT_EQ(fused.window_samples(60), 2880000U);
  EXPECT_EQ(plain.feature_count(plain.window_samples(1)), 64U * 1001U);
  EXPECT_EQ(fused.feature_count(fused.window_samples(60)), 4U * 64U * 1001U);
}

}  // namespace
}  // namespace hearken::golden
