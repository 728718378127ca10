// The engine as the trainer meets it: out of its module, on the published kinds of models.
#include "train/engine.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "hearken/error.h"
#include "model/check_inputs.h"
#include "model/layouts/encoders.h"

namespace hearken::train {
namespace {

namespace fs = std::filesystem;

constexpr int kItems = 4;

// A model, four sounds and four texts.
struct EnginePairs {
  explicit EnginePairs(const std::string& path) : source(model::open_model(fs::path(HEARKEN_SOURCE_DIR) / path)) {
    const auto audio = source->load_audio(nn::ProductType::f32);
    const auto text = source->load_text(nn::ProductType::f32);
    const int rate = source->info().sample_rate_hz;
    const auto sounds = model::check_sounds(rate, 3 * static_cast<std::size_t>(rate));
    count = audio->feature_count(sounds[0].size());
    features.resize(kItems * count);
    const char* const captions[] = {"a dog barks", "rain on a roof", "a slow song on a piano", "hands clap"};
    for (std::size_t i = 0; i < kItems; ++i) {
      audio->features(sounds[i], std::span(features).subspan(i * count, count));
      texts.push_back(text->tokens(captions[i]));
      for (std::size_t j = 0; j < kItems; ++j) targets.push_back(i == j ? 1 : 0);
    }
    left_out.resize(targets.size());
  }

  Batch batch() const { return {kItems, features, texts, targets, left_out}; }
  std::unique_ptr<Engine> engine(EngineOptions options = {}) const {
    return make_engine(source->plan(), *model::weights_of(*source), std::move(options));
  }

  std::unique_ptr<model::ModelSource> source;
  std::size_t count = 0;
  std::vector<float> features;
  std::vector<std::vector<std::int32_t>> texts;
  std::vector<float> targets;
  std::vector<std::uint8_t> left_out;
};

// Why nothing can be trained here; empty where the module was built, which then has to work.
std::string why_not(const EnginePairs& pairs) {
  if (fs::exists(fs::read_symlink("/proc/self/exe").parent_path() / "libhearken_torch.so")) return {};
  try {
    pairs.engine();
    return {};
  } catch (const Error& e) {
    EXPECT_EQ(e.code(), ErrorCode::unsupported);
    return e.what();
  }
}

class TrainingEngine : public testing::TestWithParam<const char*> {
 protected:
  TrainingEngine() : pairs_(GetParam()) {}
  void SetUp() override {
    if (const std::string reason = why_not(pairs_); !reason.empty()) GTEST_SKIP() << reason;
  }
  EnginePairs pairs_;
};

TEST_P(TrainingEngine, LearnsFourPairs) {
  const auto engine = pairs_.engine();
  const double start = engine->accumulate(pairs_.batch(), 1);
  ASSERT_TRUE(std::isfinite(start));
  for (int i = 0; i < 20; ++i) {
    if (i > 0) engine->accumulate(pairs_.batch(), 1);
    EXPECT_TRUE(engine->update(3e-4).applied);
  }
  EXPECT_LT(engine->accumulate(pairs_.batch(), 1), 0.5 * start);
}

TEST_P(TrainingEngine, BeginsWithTheModelsVectorsAndScale) {
  const auto engine = pairs_.engine();
  EXPECT_NEAR(engine->logit_scale(), pairs_.source->info().logit_scale, 1e-3);
  const auto width = static_cast<std::size_t>(pairs_.source->info().dimension);
  std::vector<float> mine(kItems * width), wanted(mine.size());
  nn::Cpu cpu;
  engine->embed_audio(pairs_.features, kItems, mine);
  pairs_.source->load_audio(nn::ProductType::f32)->embed(cpu, pairs_.features, kItems, EmbeddingForm::unit, wanted);
  for (std::size_t i = 0; i < mine.size(); ++i) ASSERT_NEAR(mine[i], wanted[i], 2e-4);
  engine->embed_texts(pairs_.texts, mine);
  pairs_.source->load_text(nn::ProductType::f32)->embed(cpu, pairs_.texts, EmbeddingForm::scored, wanted);
  for (std::size_t i = 0; i < mine.size(); ++i) ASSERT_NEAR(mine[i], wanted[i], 2e-4);
}

TEST_P(TrainingEngine, ReadsTheCheckpointsNumbersUntilItHasLearned) {
  const auto engine = pairs_.engine();
  const auto weights = model::weights_of(*pairs_.source);
  std::size_t numbers = 0;
  for (const EngineTensor& tensor : engine->tensors()) {
    const std::vector<float> wanted = weights->floats(tensor.name);
    std::vector<float> mine(wanted.size());
    engine->read(tensor.name, mine);
    EXPECT_EQ(mine, wanted) << tensor.name;
    EXPECT_EQ(tensor.shape, weights->shape(tensor.name));
    numbers += wanted.size();
  }
  EXPECT_EQ(static_cast<std::size_t>(engine->parameters()), numbers);
  EXPECT_EQ(engine->trained_parameters(), engine->parameters());
}

TEST_P(TrainingEngine, SaysWhichDevicesThereAre) {
  const auto refused = [&](const std::string& device) {
    EngineOptions options;
    options.device = device;
    try {
      pairs_.engine(options);
    } catch (const Error& e) {
      return std::string(to_string(e.code())) + ": " + e.what();
    }
    return std::string();
  };
  EXPECT_NE(refused("tpu").find("cpu, cuda"), std::string::npos) << refused("tpu");
  const std::string far = refused("cuda:99");
  EXPECT_TRUE(far.starts_with("unsupported: device \"cuda:99\"")) << far;
}

INSTANTIATE_TEST_SUITE_P(Models, TrainingEngine, testing::Values("tests/golden/clap/unfused", "models/starter"),
                         [](const auto& info) {
                           return std::string(info.param).find("starter") == std::string::npos ? "toy" : "starter";
                         });

}  // namespace
}  // namespace hearken::train
