// The towers' gradients against those of transformers' ClapModel (tests/golden/learn/make.py): every parameter's.
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "golden/golden.h"
#include "model/checkpoint/names.h"
#include "model/checkpoint/safetensors.h"
#include "model/encoders.h"
#include "model/torch/towers.h"
#include "torch/stored_weights.h"

namespace hearken {
namespace {

constexpr int kItems = 4;

// make.py's numbers.
std::vector<float> golden_features() {
  std::vector<float> out(kItems * 64 * 1001);
  for (std::size_t i = 0; i < out.size(); ++i)
    out[i] = static_cast<float>(i * 7919 % 1000 + (i / 1001) % 64 * 11 + i / 64064 * 97 % 331) / 16 - 90;
  return out;
}

at::Tensor unit(const at::Tensor& x) { return x / x.norm(2, {1}, true); }

TEST(TorchGradients, AreThoseOfTransformers) {
  const auto source = model::open_model(golden::kFolder / "clap/unfused");
  const StoredWeights weights(source->weights());
  model::TorchTowers towers(source->plan(), weights, at::kCPU, false);
  const auto golden = model::read_safetensors(golden::kFolder / "learn/clap.safetensors");
  const auto said = nlohmann::json::parse(std::ifstream(golden::kFolder / "learn/clap.json"));

  const auto audio = unit(towers.audio_vectors(golden_features(), kItems));
  const auto text = unit(towers.text_vectors(said["texts"].get<std::vector<std::vector<std::int32_t>>>()));
  const auto scale_of = [&](const char* name) { return std::exp(weights.floats(name)[0]); };
  const auto right = at::arange(kItems);
  const auto scores = at::mm(audio, text.t());
  const auto loss = (at::cross_entropy_loss(scores * scale_of("logit_scale.audio"), right) +
                     at::cross_entropy_loss(scores.t() * scale_of("logit_scale.text"), right)) /
                    2;
  EXPECT_NEAR(loss.item<double>(), said["losses"][0].get<double>(), 1e-5);
  loss.backward();

  int compared = 0;
  for (const auto& [name, parameter] : towers.parameters().all()) {
    ASSERT_TRUE(parameter.value.grad().defined()) << name;
    for (const auto& part : parameter.parts) {
      const auto got = part.of(parameter.value.grad()).contiguous();
      const auto wanted = golden.floats("gradient." + model::hugging_face_name(part.name));
      ASSERT_EQ(static_cast<std::size_t>(got.numel()), wanted.size()) << part.name;
      double difference = 0, size = 0;
      for (std::size_t i = 0; i < wanted.size(); ++i) {
        difference += std::pow(double{got.data_ptr<float>()[i]} - wanted[i], 2);
        size += std::pow(double{wanted[i]}, 2);
      }
      // A key's bias moves all scores of a query alike: its gradient is zero but for rounding.
      if (part.name.ends_with("key.bias")) {
        EXPECT_LE(std::sqrt(difference), 1e-7) << part.name;
      } else {
        EXPECT_LE(std::sqrt(difference / size), 2e-5) << part.name;
      }
      ++compared;
    }
  }
  int wanted = 0;
  for (const auto& [name, tensor] : golden.all())
    if (name.starts_with("gradient.") && name.find("logit_scale") == std::string::npos) ++wanted;
  EXPECT_EQ(compared, wanted);
}

}  // namespace
}  // namespace hearken
