// The text tower and its head against transformers: on the starter's own weights, and on the weights before rounding.
#include <algorithm>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "golden.h"
#include "hearken/model.h"
#include "model/checkpoint/safetensors.h"

namespace hearken::golden {
namespace {

class MiniLm : public testing::Test {
 protected:
  MiniLm() {
    std::ifstream in(kFolder / "minilm.json");
    texts_ = nlohmann::json::parse(in)["texts"].get<std::vector<std::string>>();
  }

  void compare(const std::vector<float>& got, const char* tensor, double bar) const {
    const auto want = golden_.floats(tensor);
    ASSERT_EQ(got.size(), want.size());
    const std::size_t width = want.size() / texts_.size();
    for (std::size_t i = 0; i < texts_.size(); ++i)
      EXPECT_GE(cosine(std::span(got).subspan(i * width, width), std::span(want).subspan(i * width, width)), bar)
          << tensor << ": text " << i << " \"" << texts_[i].substr(0, 60) << '"';
  }

  std::vector<std::string> texts_;
  model::Tensors golden_ = model::read_safetensors(kFolder / "minilm.safetensors");
  Model starter_ = Model::load(HEARKEN_SOURCE_DIR "/models/starter", Precision::fp32);
};

TEST_F(MiniLm, PooledStateEqualsTransformersOnTheSameWeights) {
  compare(starter_.embed_texts(texts_, EmbeddingForm::pooled), "pooled_starter", 0.99999);
}

TEST_F(MiniLm, ScoredVectorEqualsTheReferenceInDirectionAndLength) {
  const auto got = starter_.embed_texts(texts_, EmbeddingForm::scored), want = golden_.floats("scored_starter");
  compare(got, "scored_starter", 0.99999);
  const std::size_t width = want.size() / texts_.size();
  for (std::size_t i = 0; i < texts_.size(); ++i) {
    double square = 0, wanted = 0;
    for (std::size_t k = i * width; k < (i + 1) * width; ++k) {
      square += double{got[k]} * got[k];
      wanted += double{want[k]} * want[k];
    }
    EXPECT_NEAR(std::sqrt(square / wanted), 1, 1e-3) << i << " \"" << texts_[i].substr(0, 60) << '"';
  }
}

TEST_F(MiniLm, RoundingTheWeightsCostsLittle) {
  compare(starter_.embed_texts(texts_, EmbeddingForm::pooled), "pooled_original", 0.999);
  compare(starter_.embed_texts(texts_, EmbeddingForm::scored), "scored_original", 0.999);
  compare(starter_.embed_texts(texts_), "scored_original", 0.999);
}

TEST_F(MiniLm, ATextsVectorDoesNotDependOnItsCompany) {
  const auto together = starter_.embed_texts(texts_);
  const std::size_t width = starter_.text_width(EmbeddingForm::unit);
  for (std::size_t i = 0; i < texts_.size(); ++i) {
    const auto alone = starter_.embed_texts(std::span(&texts_[i], 1));
    EXPECT_TRUE(std::equal(alone.begin(), alone.end(), together.begin() + static_cast<std::ptrdiff_t>(i * width)));
  }
}

}  // namespace
}  // namespace hearken::golden
