// Embedding through libtorch's module: the CPU's vectors, the same bits twice, and no other device in place of one that
// is not there.
#include "model/towers/device_towers.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <string>
#include <vector>

#include "hearken/error.h"
#include "hearken/model.h"
#include "model/check_inputs.h"
#include "model/layouts/encoders.h"

namespace hearken::model {
namespace {

const std::vector<std::string> kDeviceTexts = {"a dog barks", "slow music on a piano, far away", "rain"};
constexpr double kSeconds = 10;

// Why nothing is computed on `device` here; empty when it is.
std::string why_not(const std::string& device) {
  try {
    const auto source = open_model(std::filesystem::path(HEARKEN_SOURCE_DIR) / "models/starter");
    open_on_device(source->plan(), *weights_of(*source), device);
    return {};
  } catch (const Error& e) {
    return e.code() == ErrorCode::unsupported ? e.what() : std::string();
  }
}

// Two windows and three texts, in one row.
std::vector<float> vectors(const Model& model, EmbeddingForm form) {
  const std::size_t window = model.window_samples(kSeconds), size = model.feature_count(window);
  const auto sounds = check_sounds(model.info().sample_rate_hz, window);
  std::vector<float> features(2 * size), out(2 * model.audio_width(form));
  for (std::size_t i = 0; i < 2; ++i) model.audio_features(sounds[i], std::span(features).subspan(i * size, size));
  model.embed_features(features, out, form);
  const auto texts = model.embed_texts(kDeviceTexts, form);
  out.insert(out.end(), texts.begin(), texts.end());
  return out;
}

double cosine(const std::vector<float>& a, const std::vector<float>& b) {
  double ab = 0, aa = 0, bb = 0;
  for (std::size_t i = 0; i < a.size(); ++i) ab += 1.0 * a[i] * b[i], aa += 1.0 * a[i] * a[i], bb += 1.0 * b[i] * b[i];
  return ab / std::sqrt(aa * bb);
}

class OnDevice : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    if (const std::string reason = why_not(GetParam()); !reason.empty()) GTEST_SKIP() << reason;
  }
};

TEST_P(OnDevice, VectorsAreTheCpusInEveryFormAndTheSameBitsTwice) {
  for (const char* name : {"models/starter", "tests/golden/clap/unfused", "tests/golden/clap/fused"}) {
    const std::string path = std::string(HEARKEN_SOURCE_DIR "/") + name;
    const Model cpu = Model::load(path, Precision::fp32), there = Model::load(path, Precision::fp32, GetParam());
    for (const EmbeddingForm form : {EmbeddingForm::unit, EmbeddingForm::projected, EmbeddingForm::pooled}) {
      const auto got = vectors(there, form);
      EXPECT_GE(cosine(got, vectors(cpu, form)), 0.99999) << name << ", form " << static_cast<int>(form);
      EXPECT_EQ(got, vectors(there, form)) << name;
    }
    EXPECT_EQ(vectors(there, EmbeddingForm::unit),
              vectors(Model::load(path, Precision::automatic, GetParam()), EmbeddingForm::unit));
  }
}

TEST_P(OnDevice, OtherPrecisionsThanFp32AreRefused) {
  try {
    Model::load(HEARKEN_SOURCE_DIR "/models/starter", Precision::int8, GetParam());
    FAIL();
  } catch (const Error& e) {
    EXPECT_EQ(e.code(), ErrorCode::unsupported);
    EXPECT_NE(std::string(e.what()).find("int8"), std::string::npos) << e.what();
  }
}

INSTANTIATE_TEST_SUITE_P(Devices, OnDevice, testing::Values("cuda"));

TEST(DeviceTowers, LibtorchsCpuGivesTheSameVectors) {
  if (const std::string reason = why_not("cpu"); !reason.empty()) GTEST_SKIP() << reason;
  const auto source = open_model(std::filesystem::path(HEARKEN_SOURCE_DIR) / "models/starter");
  const auto towers = open_on_device(source->plan(), *weights_of(*source), "cpu");
  const Model cpu = Model::load(HEARKEN_SOURCE_DIR "/models/starter", Precision::fp32);
  const auto reader = source->load_text(nn::ProductType::f32);
  std::vector<std::vector<std::int32_t>> tokens;
  for (const std::string& text : kDeviceTexts) tokens.push_back(reader->tokens(text));
  for (const EmbeddingForm form : {EmbeddingForm::unit, EmbeddingForm::projected, EmbeddingForm::pooled}) {
    std::vector<float> got(kDeviceTexts.size() * cpu.text_width(form));
    towers->embed_texts(tokens, form, got);
    EXPECT_GE(cosine(got, cpu.embed_texts(kDeviceTexts, form)), 0.99999);
  }
}

TEST(DeviceTowers, WhatIsNotThereIsAnErrorAndNeverTheCpu) {
  if (why_not("cuda").empty()) GTEST_SKIP() << "this machine has such a device";
  try {
    Model::load(HEARKEN_SOURCE_DIR "/models/starter", Precision::automatic, "cuda");
    FAIL() << "loaded without such a device";
  } catch (const Error& e) {
    EXPECT_EQ(e.code(), ErrorCode::unsupported);
  }
}

}  // namespace
}  // namespace hearken::model
