// Towers on libtorch against the same towers on the CPU's executor: the toy CLAPs and the starter.
#include <ATen/core/grad_mode.h>
#include <gtest/gtest.h>

#include <cstring>
#include <filesystem>
#include <string>
#include <vector>

#include "golden/golden.h"
#include "hearken/model_tools.h"
#include "model/check_inputs.h"
#include "model/layouts/encoders.h"
#include "model/torch/towers.h"
#include "nn/cpu/cpu.h"
#include "torch/stored_weights.h"

namespace hearken {
namespace {

namespace fs = std::filesystem;

std::vector<float> rows_of(const at::Tensor& x) {
  const auto dense = x.contiguous();
  return {dense.data_ptr<float>(), dense.data_ptr<float>() + dense.numel()};
}

// Cosine of each row, the lowest of all.
double lowest_cosine(const std::vector<float>& a, const std::vector<float>& b, std::size_t rows) {
  double lowest = 1;
  const std::size_t cols = a.size() / rows;
  EXPECT_EQ(a.size(), b.size());
  for (std::size_t r = 0; r < rows; ++r)
    lowest =
        std::min(lowest, golden::cosine(std::span(a).subspan(r * cols, cols), std::span(b).subspan(r * cols, cols)));
  return lowest;
}

class TorchTowers : public testing::TestWithParam<const char*> {
 protected:
  TorchTowers() : source_(model::open_model(fs::path(HEARKEN_SOURCE_DIR) / GetParam())), weights_(source_->weights()) {}

  std::unique_ptr<model::ModelSource> source_;
  StoredWeights weights_;
  const std::size_t width_ = static_cast<std::size_t>(source_->info().dimension);
};

TEST_P(TorchTowers, GiveTheVectorsOfTheCpuExecutor) {
  const at::NoGradGuard no_gradients;
  const auto audio = source_->load_audio(nn::ProductType::f32);
  const auto text = source_->load_text(nn::ProductType::f32);
  model::TorchTowers towers(source_->plan(), weights_, at::kCPU, false);
  nn::Cpu cpu(2);

  const double rate = source_->info().sample_rate_hz;
  // 23 s: what a fused tower looks at four times.
  for (const double seconds : {3.5, 10.0, 23.0}) {
    if (seconds > source_->info().max_window_seconds) continue;
    const auto sounds = model::check_sounds(static_cast<int>(rate), static_cast<std::size_t>(seconds * rate));
    constexpr std::size_t kWindows = 5;
    const std::size_t count = audio->feature_count(sounds[0].size());
    std::vector<float> features(kWindows * count), wanted(kWindows * width_);
    for (std::size_t i = 0; i < kWindows; ++i)
      audio->features(sounds[i], std::span(features).subspan(i * count, count));
    audio->embed(cpu, features, kWindows, EmbeddingForm::projected, wanted);
    EXPECT_GE(lowest_cosine(rows_of(towers.audio_vectors(features, kWindows)), wanted, kWindows), 0.9999999) << seconds;
  }

  std::vector<std::vector<std::int32_t>> tokens;
  for (const std::string& line : model::check_texts()) tokens.push_back(text->tokens(line));
  tokens.push_back(text->tokens(""));
  std::vector<float> wanted(tokens.size() * width_);
  text->embed(cpu, tokens, EmbeddingForm::projected, wanted);
  EXPECT_GE(lowest_cosine(rows_of(towers.text_vectors(tokens)), wanted, tokens.size()), 0.9999999);
}

TEST_P(TorchTowers, EveryLeafIsInTheCheckpointAndEveryTrainedTensorIsALeaf) {
  model::TorchTowers towers(source_->plan(), weights_, at::kCPU, false);
  std::vector<std::string> held;
  for (const auto& [name, parameter] : towers.parameters().all()) {
    EXPECT_TRUE(parameter.value.is_leaf() && parameter.value.requires_grad()) << name;
    for (const auto& part : parameter.parts) {
      EXPECT_TRUE(weights_.contains(part.name)) << part.name;
      const auto values = rows_of(part.of(parameter.value.detach()));
      EXPECT_EQ(values, weights_.floats(part.name)) << part.name;
      held.push_back(part.name);
    }
  }
  std::sort(held.begin(), held.end());
  for (const auto& [name, tensor] : source_->weights().all()) {
    const bool fixed = name.find(".running_") != std::string::npos || name.find("num_batches") != std::string::npos ||
                       name.ends_with(".scale") || name.find("front_end") != std::string::npos ||
                       name.starts_with("logit_scale") || name == "audio.head.mean" || name == "audio.head.lift" ||
                       name == "audio.head.base" || name == "text.head.phrase_classes" || !tensor.unreadable.empty();
    EXPECT_TRUE(fixed || std::binary_search(held.begin(), held.end(), name)) << name;
  }
}

TEST_P(TorchTowers, RefuseWhatDoesNotFit) {
  model::TorchTowers towers(source_->plan(), weights_, at::kCPU, false);
  const std::vector<float> features(63 * 1001);
  EXPECT_THROW(towers.audio_vectors(features, 1), Error);
  EXPECT_THROW(towers.audio_vectors(features, 0), Error);
  const auto vocabulary = source_->plan().text.vocabulary;
  for (const auto& texts : std::vector<std::vector<std::vector<std::int32_t>>>{
           {}, {{}}, {{0, vocabulary}}, {{-1}}, {std::vector<std::int32_t>(1000, 0)}})
    EXPECT_THROW(towers.text_vectors(texts), Error);
}

INSTANTIATE_TEST_SUITE_P(Models, TorchTowers,
                         testing::Values("tests/golden/clap/unfused", "tests/golden/clap/fused",
                                         "tests/golden/clap/laion-fused.pt", "models/starter"),
                         [](const auto& info) {
                           std::string name = fs::path(info.param).stem().string();
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

}  // namespace
}  // namespace hearken
