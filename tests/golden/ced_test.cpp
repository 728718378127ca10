// The audio tower against onnxruntime running the published file.
#include "model/towers/ced.h"

#include <cmath>

#include "audio/decode/decode.h"
#include "golden.h"
#include "hearken/model.h"
#include "model/checkpoint/safetensors.h"
#include "model/towers/tower_config.h"
#include "nn/cpu/cpu.h"

namespace hearken::golden {
namespace {

constexpr const char* kStarter = HEARKEN_SOURCE_DIR "/models/starter";

class Ced : public testing::TestWithParam<const char*> {
 protected:
  std::vector<float> wanted(const char* what) const { return golden_.floats(std::string(GetParam()) + "." + what); }
  model::Tensors golden_ = model::read_safetensors(kFolder / "ced.safetensors");
};

TEST_P(Ced, LogOddsAndProbabilitiesEqualTheReferenceFromItsOwnMel) {
  const auto file = model::read_safetensors(std::string(kStarter) + "/model.safetensors");
  const auto config = model::Config::read(std::string(kStarter) + "/config.json").section("audio_config");
  const auto tower = model::load_ced<nn::Cpu>({file}, model::ced_config(config, 64));
  const auto mel = wanted("log_mel");
  nn::Cpu cpu;
  const auto states = model::ced_states(cpu, tower, cpu.input({mel.data(), 64, static_cast<int>(mel.size()) / 64}, 1));
  const auto odds = model::ced_log_odds(cpu, tower, states);

  const auto wanted_odds = wanted("log_odds"), wanted_probabilities = wanted("probabilities");
  EXPECT_GE(cosine({odds.data, odds.size()}, wanted_odds), 0.9999999);
  for (std::size_t i = 0; i < odds.size(); ++i) {
    ASSERT_NEAR(odds.data[i], wanted_odds[i], 2e-4) << "class " << i;
    ASSERT_NEAR(1.0 / (1.0 + std::exp(-odds.data[i])), wanted_probabilities[i], 2e-5) << "class " << i;
  }
}

TEST_P(Ced, FileToVectorEqualsTheReference) {
  const auto starter = Model::load(kStarter, Precision::fp32);
  const auto path = kFolder / (std::string(GetParam()) + ".flac");
  const auto file = embed_file(starter, path);
  ASSERT_EQ(file.starts_seconds, std::vector<double>{0.0});
  EXPECT_EQ(file.duration_seconds, 10.0);
  EXPECT_GE(cosine(file.vectors, wanted("unit")), 0.99999);
  // All unit vectors have a part in common, the lift; the projected ones have not.
  const auto projected = embed_file(starter, path, {}, EmbeddingForm::projected).vectors, raw = wanted("projected");
  EXPECT_GE(cosine(projected, raw), 0.99999);
  for (std::size_t i = 0; i < raw.size(); ++i) ASSERT_NEAR(projected[i], raw[i], 1e-3) << i;
}

INSTANTIATE_TEST_SUITE_P(Clips, Ced, testing::Values("dog", "rain", "sneeze_then_silence", "music", "silence"),
                         [](const auto& info) { return std::string(info.param); });

}  // namespace
}  // namespace hearken::golden
