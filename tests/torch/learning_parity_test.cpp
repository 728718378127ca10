// Training against transformers' ClapModel and torch.optim.AdamW (tests/golden/learn/make.py): the loss, the gradient
// of every parameter, ten steps.
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "golden/golden.h"
#include "model/checkpoint/names.h"
#include "model/checkpoint/safetensors.h"
#include "model/layouts/encoders.h"
#include "torch/stored_weights.h"
#include "train/torch/torch_engine.h"

namespace hearken::train {
namespace {

constexpr int kItems = 4;

// make.py's numbers.
std::vector<float> golden_features() {
  std::vector<float> out(kItems * 64 * 1001);
  for (std::size_t i = 0; i < out.size(); ++i)
    out[i] = static_cast<float>(i * 7919 % 1000 + (i / 1001) % 64 * 11 + i / 64064 * 97 % 331) / 16 - 90;
  return out;
}

class LearningParity : public testing::Test {
 protected:
  EngineOptions options() const {
    EngineOptions o;
    o.beta1 = said_["beta1"];
    o.beta2 = said_["beta2"];
    o.epsilon = said_["epsilon"];
    o.weight_decay = said_["weight_decay"];
    o.clip_norm = said_["clip_norm"];
    return o;
  }

  const nlohmann::json said_ = nlohmann::json::parse(std::ifstream(golden::kFolder / "learn/clap.json"));
  const model::Tensors golden_ = model::read_safetensors(golden::kFolder / "learn/clap.safetensors");
  const std::unique_ptr<model::ModelSource> source_ = model::open_model(golden::kFolder / "clap/unfused");
  const StoredWeights weights_{source_->weights()};
  const std::vector<float> features_ = golden_features();
  const std::vector<std::vector<std::int32_t>> texts_ = said_["texts"];
  const std::vector<float> targets_{1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1};
  const std::vector<std::uint8_t> left_out_ = std::vector<std::uint8_t>(targets_.size());
  const Batch batch_{kItems, features_, texts_, targets_, left_out_};
};

TEST_F(LearningParity, EveryGradient) {
  TorchEngine engine(source_->plan(), weights_, options());
  EXPECT_NEAR(engine.accumulate(batch_, 1), said_["losses"][0].get<double>(), 1e-5);

  int compared = 0;
  for (const EngineTensor& tensor : engine.tensors()) {
    const at::Tensor gradient = engine.gradient(tensor.name);
    ASSERT_TRUE(gradient.defined()) << tensor.name;
    const at::Tensor got = gradient.contiguous();
    const auto wanted = golden_.floats("gradient." + model::hugging_face_name(tensor.name));
    ASSERT_EQ(static_cast<std::size_t>(got.numel()), wanted.size()) << tensor.name;
    double difference = 0, size = 0;
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      difference += std::pow(double{got.data_ptr<float>()[i]} - wanted[i], 2);
      size += std::pow(double{wanted[i]}, 2);
    }
    // A key's bias moves all scores of a query alike: its gradient is zero but for rounding.
    if (tensor.name.ends_with("key.bias"))
      EXPECT_LE(std::sqrt(difference), 1e-7) << tensor.name;
    else
      EXPECT_LE(std::sqrt(difference / size), 2e-5) << tensor.name;
    ++compared;
  }
  int wanted = 0;
  for (const auto& [name, tensor] : golden_.all()) wanted += name.starts_with("gradient.") ? 1 : 0;
  EXPECT_EQ(compared, wanted);
}

TEST_F(LearningParity, TenSteps) {
  TorchEngine engine(source_->plan(), weights_, options());
  const std::vector<double> losses = said_["losses"];
  const auto norms = golden_.floats("gradient_norms");
  for (std::size_t i = 0; i < norms.size(); ++i) {
    const double loss = engine.accumulate(batch_, 1);
    EXPECT_NEAR(loss / losses[i], 1, 1e-4) << "step " << i;
    const Step step = engine.update(said_["learning_rate"]);
    EXPECT_TRUE(step.applied);
    EXPECT_NEAR(step.gradient_norm / norms[i], 1, 1e-4) << "step " << i;
  }
  EXPECT_NEAR(engine.accumulate(batch_, 1) / losses.back(), 1, 1e-4);
}

}  // namespace
}  // namespace hearken::train
