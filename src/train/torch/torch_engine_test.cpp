// What the engine promises, on a toy model and every device there is.
#include "train/torch/torch_engine.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "hearken/error.h"
#include "nn/torch/errors.h"
#include "train/torch/toy_model.h"

namespace hearken::train {
namespace {

using Numbers = std::vector<std::pair<std::string, std::vector<float>>>;

bool is_product(std::string_view name) {
  return name.ends_with(".weight") &&
         (name.find(".mlp.fc") != std::string_view::npos ||
          (name.find(".attention.") != std::string_view::npos && name.find(".norm") == std::string_view::npos));
}

class TorchEngineTest : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    try {
      nn::open_device(GetParam());
    } catch (const Error& e) {
      GTEST_SKIP() << e.what();
    }
    options_.device = GetParam();
    options_.threads = 2;
  }

  std::unique_ptr<TorchEngine> engine() const { return std::make_unique<TorchEngine>(toy_plan(), weights_, options_); }

  void steps(TorchEngine& engine, int count) const {
    for (int i = 0; i < count; ++i) {
      engine.accumulate(batch_.view(), 1);
      EXPECT_TRUE(engine.update(1e-3).applied);
    }
  }

  static std::vector<float> read(const TorchEngine& engine, const std::string& name) {
    std::vector<float> out(ToyWeights().floats(name).size());
    engine.read(name, out);
    return out;
  }

  static Numbers all_of(const TorchEngine& engine) {
    Numbers out;
    for (const EngineTensor& tensor : engine.tensors()) out.emplace_back(tensor.name, read(engine, tensor.name));
    for (StateTensor& tensor : engine.state()) out.emplace_back(tensor.name, std::move(tensor.values));
    return out;
  }

  std::vector<float> sounds_of(TorchEngine& engine) const {
    std::vector<float> out(ToyBatch::kItems * 12);
    engine.embed_audio(batch_.features, ToyBatch::kItems, out);
    return out;
  }
  std::vector<float> texts_of(TorchEngine& engine) const {
    std::vector<float> out(ToyBatch::kItems * 12);
    engine.embed_texts(batch_.texts, out);
    return out;
  }

  template <class Call>
  static std::string code_of(Call call) {
    try {
      call();
    } catch (const Error& e) {
      return std::string(to_string(e.code()));
    }
    return "none";
  }

  ToyWeights weights_;
  ToyBatch batch_;
  EngineOptions options_;
};

TEST_P(TorchEngineTest, TheSameCallsGiveTheSameBits) {
  const auto first = engine(), second = engine();
  steps(*first, 5);
  steps(*second, 5);
  EXPECT_EQ(all_of(*first), all_of(*second));
}

TEST_P(TorchEngineTest, RestoredItGoesOnToTheBit) {
  for (const Loss loss : {Loss::infonce, Loss::sigmoid})
    for (const int rank : {0, 2}) {
      options_.loss = loss;
      options_.lora.rank = rank;
      const auto whole = engine(), first = engine(), rest = engine();
      steps(*whole, 5);
      steps(*first, 3);
      rest->restore(first->state());
      steps(*rest, 2);
      EXPECT_EQ(all_of(*rest), all_of(*whole));
    }
}

TEST_P(TorchEngineTest, ThrowsOutAnotherRunsState) {
  const auto one = engine();
  steps(*one, 1);
  auto state = one->state();
  const auto before = all_of(*one);
  state.pop_back();
  EXPECT_EQ(code_of([&] { one->restore(state); }), "mismatch");
  state = one->state();
  state[3].values.pop_back();
  EXPECT_EQ(code_of([&] { one->restore(state); }), "mismatch");
  state = one->state();
  state.back().values[0] = 0.5F;  // steps
  EXPECT_EQ(code_of([&] { one->restore(state); }), "mismatch");
  options_.lora.rank = 2;
  EXPECT_EQ(code_of([&] { engine()->restore(one->state()); }), "mismatch");
  options_.lora.rank = 0;
  options_.trained = [](std::string_view name) { return name.starts_with("text."); };
  EXPECT_EQ(code_of([&] { engine()->restore(one->state()); }), "mismatch");
  EXPECT_EQ(all_of(*one), before);
}

TEST_P(TorchEngineTest, SharesOfBatchesAddUp) {
  const auto once = engine(), twice = engine();
  once->accumulate(batch_.view(), 1);
  twice->accumulate(batch_.view(), 0.25);
  twice->accumulate(batch_.view(), 0.75);
  EXPECT_NEAR(once->update(0).gradient_norm, twice->update(0).gradient_norm, 1e-5);
}

TEST_P(TorchEngineTest, NoNumberChangesNothing) {
  const auto hurt = engine(), sound = engine();
  const auto before = all_of(*hurt);
  ToyBatch bad;
  bad.features[100] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_TRUE(std::isnan(hurt->accumulate(bad.view(), 0.5)));
  hurt->accumulate(batch_.view(), 0.5);
  EXPECT_FALSE(hurt->update(1e-3).applied);
  EXPECT_EQ(all_of(*hurt), before);
  hurt->accumulate(batch_.view(), std::numeric_limits<double>::infinity());  // a loss, but no gradient
  EXPECT_FALSE(hurt->update(1e-3).applied);
  EXPECT_EQ(all_of(*hurt), before);
  steps(*hurt, 2);
  steps(*sound, 2);
  EXPECT_EQ(all_of(*hurt), all_of(*sound));
}

TEST_P(TorchEngineTest, TrainsWhatItIsToldTo) {
  options_.trained = [](std::string_view name) {
    return name == "text.blocks.0.attention.query.weight" || name == "audio.projection.fc2.bias";
  };
  const auto one = engine();
  EXPECT_EQ(one->trained_parameters(), 16 * 16 + 12);
  one->accumulate(batch_.view(), 1);
  EXPECT_FALSE(one->gradient("audio.blocks.0.mlp.fc1.weight").defined());
  one->update(1e-2);
  for (const EngineTensor& tensor : one->tensors()) {
    EXPECT_EQ(tensor.trained, options_.trained(tensor.name)) << tensor.name;
    EXPECT_EQ(read(*one, tensor.name) != weights_.floats(tensor.name), tensor.trained) << tensor.name;
  }
  options_.trained = [](std::string_view) { return false; };
  EXPECT_EQ(code_of([&] { engine(); }), "invalid_argument");
}

TEST_P(TorchEngineTest, FrozenTowersAreRunOnceForEachSoundAndText) {
  const double whole = engine()->accumulate(batch_.view(), 1);
  options_.trained = [](std::string_view name) { return model::of_head(name); };
  const auto heads = engine();
  EXPECT_NEAR(heads->accumulate(batch_.view(), 1), whole, 1e-5 * whole);
  EXPECT_TRUE(heads->update(1e-3).applied);
  EXPECT_EQ(heads->remembered(), 2U * ToyBatch::kItems);
  steps(*heads, 1);
  EXPECT_EQ(heads->remembered(), 2U * ToyBatch::kItems);

  const auto resumed = engine();  // knows no states, and goes on with the same bits
  resumed->restore(heads->state());
  steps(*heads, 1);
  steps(*resumed, 1);
  EXPECT_EQ(all_of(*resumed), all_of(*heads));

  auto other = batch_;
  other.features[3] += 1;  // augmented: another sound
  heads->accumulate(other.view(), 1);
  EXPECT_EQ(heads->remembered(), 2U * ToyBatch::kItems + 1);
}

TEST_P(TorchEngineTest, DecaysMatricesAlone) {
  const auto one = engine();
  options_.weight_decay = 0;
  const auto other = engine();
  steps(*one, 1);
  steps(*other, 1);
  for (const EngineTensor& tensor : one->tensors())
    EXPECT_EQ(read(*one, tensor.name) != read(*other, tensor.name), tensor.shape.size() > 1) << tensor.name;
}

TEST_P(TorchEngineTest, LowRankAdditionsBeginAsNothingAndAreWorkedIn) {
  const auto plain = engine();
  options_.lora.rank = 2;
  const auto one = engine();
  EXPECT_EQ(sounds_of(*one), sounds_of(*plain));
  EXPECT_EQ(texts_of(*one), texts_of(*plain));
  options_.trained = is_product;
  const auto added = engine();
  // Two towers of two blocks: qkv [48, 16], projection [16, 16], fc1 [32, 16], fc2 [16, 32].
  EXPECT_EQ(added->trained_parameters(), 2 * 2 * 2 * (48 + 16 + 16 + 16 + 32 + 16 + 16 + 32));
  const double start = added->accumulate(batch_.view(), 1);
  for (int i = 0; i < 20; ++i) {
    if (i > 0) added->accumulate(batch_.view(), 1);
    added->update(1e-2);
  }
  EXPECT_LT(added->accumulate(batch_.view(), 1), start);
  for (const EngineTensor& tensor : added->tensors())
    EXPECT_EQ(read(*added, tensor.name) != weights_.floats(tensor.name), is_product(tensor.name)) << tensor.name;

  const ToyWeights worked_in(*added);
  options_.lora.rank = 0;
  TorchEngine loaded(toy_plan(), worked_in, options_);
  const auto wanted = sounds_of(*added), got = sounds_of(loaded);
  for (std::size_t i = 0; i < got.size(); ++i) EXPECT_NEAR(got[i], wanted[i], 1e-5);
}

TEST_P(TorchEngineTest, EqualCaptionsAreNotNegatives) {
  for (const std::size_t pair : {1U, 4U}) batch_.left_out[pair] = 1;  // of items 0 and 1
  const auto one = engine();
  one->accumulate(batch_.view(), 1);
  EXPECT_EQ(one->update(0).alone, 0);
  for (std::size_t i = 0; i < batch_.left_out.size(); ++i) batch_.left_out[i] = i % 5 != 0;
  EXPECT_EQ(one->accumulate(batch_.view(), 1), 0);
  const Step step = one->update(1e-3);
  EXPECT_EQ(step.alone, 8);
  EXPECT_EQ(step.gradient_norm, 0);
}

TEST_P(TorchEngineTest, SigmoidLossBeginsCalibratedAndFalls) {
  options_.loss = Loss::sigmoid;
  const auto one = engine();
  const double start = one->accumulate(batch_.view(), 1);
  for (int i = 0; i < 20; ++i) {
    if (i > 0) one->accumulate(batch_.view(), 1);
    EXPECT_TRUE(one->update(1e-3).applied);
    if (i > 0) continue;
    for (const StateTensor& tensor : one->state())
      if (tensor.name == "logit_bias:mean") {
        EXPECT_NEAR(tensor.values[0], 0, 1e-6);
      }
  }
  EXPECT_LT(one->accumulate(batch_.view(), 1), 0.5 * start);
}

TEST_P(TorchEngineTest, KeepsTheScaleWithinItsRange) {
  weights_.replace("logit_scale.audio", {std::log(99.99F)});
  weights_.replace("logit_scale.text", {0.0001F});
  const auto one = engine();
  for (int i = 0; i < 3; ++i) {
    one->accumulate(batch_.view(), 1);
    one->update(1);
    EXPECT_LE(one->logit_scale(), 100.0001);
    EXPECT_GE(read(*one, "logit_scale.text")[0], 0);
    EXPECT_LE(read(*one, "logit_scale.audio")[0], std::log(100.0F) + 1e-6F);
  }
}

TEST_P(TorchEngineTest, Bfloat16PointsTheSameWay) {
  const auto exact = engine();
  options_.bf16 = true;
  const auto coarse = engine();
  EXPECT_NEAR(coarse->accumulate(batch_.view(), 1) / exact->accumulate(batch_.view(), 1), 1, 0.05);
  double dot = 0, a = 0, b = 0;
  for (const EngineTensor& tensor : exact->tensors()) {
    const auto x = exact->gradient(tensor.name).cpu().to(at::kDouble).flatten();
    const auto y = coarse->gradient(tensor.name).cpu().to(at::kDouble).flatten();
    dot += x.dot(y).item<double>();
    a += x.dot(x).item<double>();
    b += y.dot(y).item<double>();
  }
  EXPECT_GT(dot / std::sqrt(a * b), 0.98);
  EXPECT_EQ(coarse->gradient("audio.blocks.0.mlp.fc1.weight").scalar_type(), at::kFloat);
}

TEST_P(TorchEngineTest, RefusesWhatDoesNotFit) {
  const auto one = engine();
  const auto refused = [&](auto change) {
    ToyBatch batch;
    Batch view = batch.view();
    change(batch, view);
    return code_of([&] { one->accumulate(view, 1); }) == "invalid_argument";
  };
  EXPECT_TRUE(refused([](ToyBatch&, Batch& view) { view.items = 1; }));
  EXPECT_TRUE(refused([](ToyBatch&, Batch& view) { view.items = -1; }));
  EXPECT_TRUE(refused([](ToyBatch&, Batch& view) { view.texts = view.texts.first(3); }));
  EXPECT_TRUE(refused([](ToyBatch&, Batch& view) { view.features = view.features.first(7); }));
  EXPECT_TRUE(refused([](ToyBatch& batch, Batch&) { batch.texts[0].clear(); }));
  EXPECT_TRUE(refused([](ToyBatch& batch, Batch&) { batch.texts[0][1] = 50; }));
  EXPECT_EQ(code_of([&] { one->update(1e-3); }), "invalid_argument");  // nothing was accumulated
  EXPECT_EQ(code_of([&] { one->read("no.such", {}); }), "not_found");
  std::vector<float> small(3);
  EXPECT_EQ(code_of([&] { one->embed_texts(batch_.texts, small); }), "invalid_argument");
  options_.beta2 = 1;
  EXPECT_EQ(code_of([&] { engine(); }), "invalid_argument");
}

INSTANTIATE_TEST_SUITE_P(Devices, TorchEngineTest, testing::Values("cpu", "cuda"),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace hearken::train
