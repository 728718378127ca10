// Every pair of towers and every head, from files made here of the starter's tensors and those of a small CLAP model.
#include "model/layouts/hearken_clap.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <deque>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <vector>

#include "core/testing/temp_folder.h"
#include "hearken/model.h"
#include "model/checkpoint/safetensors_writer.h"
#include "model/layouts/clap.h"
#include "model/made_up_sound.h"

namespace hearken::model {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

const fs::path kStarter = HEARKEN_SOURCE_DIR "/models/starter";
const fs::path kClap = HEARKEN_SOURCE_DIR "/tests/golden/clap/unfused";
const std::vector<std::string> kTexts = {"a dog barking", "steady rain on a tin roof, thunder far away"};

Json read_json(const fs::path& path) { return Json::parse(std::ifstream(path)); }

std::vector<float> numbers(std::size_t count, float size) {
  std::vector<float> out(count);
  for (std::size_t i = 0; i < count; ++i) out[i] = size * (static_cast<float>(i * 7919 % 1009) / 1009.0F - 0.5F);
  return out;
}

// A model being put together: tensors of other models, and new ones.
class HearkenClap : public testing::Test {
 protected:
  HearkenClap() {
    write_preprocessor(kStarter);
    fs::copy_file(kStarter / "tokenizer.json", directory_ / "tokenizer.json");
  }

  void take(const ModelSource& from, const std::string& side) {
    std::erase_if(tensors_, [&](const auto& entry) { return entry.first.starts_with(side); });
    for (const auto& [name, tensor] : from.weights().all())
      if (name.starts_with(side) && !name.starts_with(side + "projection.")) tensors_[name] = tensor;
  }
  // The starter without what training added to its mixtures.
  void take_mixtures() {
    for (const auto& [name, tensor] : starter_->weights().all())
      if (!name.starts_with("audio.projection.") && !name.starts_with("text.projection.")) tensors_[name] = tensor;
    audio_head()["projection"] = text_head()["projection"] = false;
  }

  void put(const std::string& name, std::vector<std::int64_t> shape, std::vector<float> values) {
    const auto& kept = made_.emplace_back(std::move(values));
    const auto bytes = std::as_bytes(std::span(kept));
    tensors_[name] = {TensorType::f32, std::move(shape), bytes.data(), bytes.size(), {}};
  }
  // fc1 [dimension, width], fc2 [dimension, dimension]
  void put_projection(const std::string& side, int dimension, int width, float size) {
    const auto d = static_cast<std::size_t>(dimension), w = static_cast<std::size_t>(width);
    put(side + "projection.fc1.weight", {dimension, width}, numbers(d * w, 0.3F));
    put(side + "projection.fc1.bias", {dimension}, numbers(d, 0.1F));
    put(side + "projection.fc2.weight", {dimension, dimension}, numbers(d * d, size));
    put(side + "projection.fc2.bias", {dimension}, numbers(d, size));
  }

  void write_preprocessor(const fs::path& of) {
    fs::copy_file(of / "preprocessor_config.json", directory_ / "preprocessor_config.json",
                  fs::copy_options::overwrite_existing);
  }
  // Onto what is there, so that the vectors of what was opened before stay readable.
  void write() {
    std::ofstream(directory_ / "config.json") << config_.dump();
    NewFile file(directory_ / "model.safetensors");
    write_safetensors(file, tensors_);
    file.finish();
    file.appear();
  }
  Model open() {
    write();
    return Model::load(directory_.string(), Precision::fp32);
  }
  std::string refusal() {
    try {
      open().prepare_text();
    } catch (const Error& error) {
      EXPECT_TRUE(error.code() == ErrorCode::corrupt || error.code() == ErrorCode::unsupported) << error.what();
      return error.what();
    }
    return "nothing was thrown";
  }

  Json& audio_head() { return config_["audio_config"]["head"]; }
  Json& text_head() { return config_["text_config"]["head"]; }
  // HTSAT in CED's place.
  void use_htsat() {
    take(*clap_, "audio.");
    config_["audio_config"] = read_json(kClap / "config.json")["audio_config"];
    audio_head() = {{"type", "projection"}};
    write_preprocessor(kClap);
  }
  // RoBERTa in MiniLM's place.
  void use_roberta() {
    take(*clap_, "text.");
    config_["text_config"] = read_json(kClap / "config.json")["text_config"];
    config_["text_config"]["model_type"] = "roberta";
    config_["text_config"]["max_tokens"] = 128;
    text_head() = {{"type", "projection"}};
    fs::copy_file(kClap / "tokenizer.json", directory_ / "tokenizer.json", fs::copy_options::overwrite_existing);
  }

  const TempFolder temp_;
  const fs::path directory_ = temp_.path();
  const std::unique_ptr<ModelSource> starter_ = open_model(kStarter), clap_ = open_model(kClap);
  Json config_ = read_json(kStarter / "config.json");
  std::map<std::string, Tensor> tensors_;
  std::deque<std::vector<float>> made_;
};

std::vector<float> text_vectors(const Model& model, EmbeddingForm form) { return model.embed_texts(kTexts, form); }

// fc2(max(0, fc1(x))) of every row, in double.
std::vector<float> projected(const std::vector<float>& rows, const Tensors& weights, const std::string& side) {
  const auto b1 = weights.floats(side + "projection.fc1.bias"), b2 = weights.floats(side + "projection.fc2.bias");
  const auto w1 = weights.floats(side + "projection.fc1.weight"), w2 = weights.floats(side + "projection.fc2.weight");
  const std::size_t d = b1.size(), width = w1.size() / d;
  std::vector<float> out;
  for (std::size_t at = 0; at < rows.size(); at += width) {
    std::vector<double> hidden(b1.begin(), b1.end());
    for (std::size_t i = 0; i < d; ++i) {
      for (std::size_t k = 0; k < width; ++k) hidden[i] += double{w1[i * width + k]} * rows[at + k];
      hidden[i] = std::max(0.0, hidden[i]);
    }
    for (std::size_t i = 0; i < d; ++i) {
      double sum = b2[i];
      for (std::size_t k = 0; k < d; ++k) sum += w2[i * d + k] * hidden[k];
      out.push_back(static_cast<float>(sum));
    }
  }
  return out;
}

void expect_near(const std::vector<float>& got, const std::vector<float>& want) {
  ASSERT_EQ(got.size(), want.size());
  float largest = 0;
  for (const float x : want) largest = std::max(largest, std::abs(x));
  for (std::size_t i = 0; i < got.size(); ++i) ASSERT_NEAR(got[i], want[i], 1e-5F * largest) << i;
}

constexpr auto kUnit = EmbeddingForm::unit, kProjected = EmbeddingForm::projected, kPooled = EmbeddingForm::pooled;

TEST_F(HearkenClap, AProjectionOfZerosChangesNoBit) {
  take_mixtures();
  const Model mixtures = open();
  const auto sound = made_up_vector(mixtures, kUnit), texts = text_vectors(mixtures, kUnit);
  put_projection("audio.", 512, 192, 0);
  put_projection("text.", 512, 384, 0);
  audio_head()["projection"] = text_head()["projection"] = true;
  const Model model = open();
  EXPECT_EQ(model.info().architecture, "CED, MiniLM");
  EXPECT_EQ(made_up_vector(model, kUnit), sound);
  EXPECT_EQ(text_vectors(model, kUnit), texts);
}

TEST_F(HearkenClap, ClassesAndProjectionAreAdded) {
  take_mixtures();
  const Model mixtures = open();
  const auto sound = made_up_vector(mixtures, kProjected), texts = text_vectors(mixtures, kProjected),
             pooled_sound = made_up_vector(mixtures, kPooled), pooled_texts = text_vectors(mixtures, kPooled);
  put_projection("audio.", 512, 192, 0.2F);
  put_projection("text.", 512, 384, 0.2F);
  audio_head()["projection"] = text_head()["projection"] = true;
  const Model model = open();
  const auto source = open_model(directory_);
  EXPECT_TRUE(source->plan().audio_head.classes && source->plan().audio_head.projection);

  const auto sums = [&](const std::vector<float>& pooled, const std::vector<float>& classes, const std::string& side) {
    auto sum = projected(pooled, source->weights(), side);
    for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += classes[i];
    return sum;
  };
  expect_near(made_up_vector(model, kProjected), sums(pooled_sound, sound, "audio."));
  expect_near(text_vectors(model, kProjected), sums(pooled_texts, texts, "text."));
  EXPECT_EQ(made_up_vector(model, kPooled), pooled_sound);
  EXPECT_EQ(text_vectors(model, kPooled), pooled_texts);
}

TEST_F(HearkenClap, OwnMapsReplaceTheCommonOne) {
  take_mixtures();
  put("audio.head.base", {512}, std::vector<float>(512));  // what is added behind the map
  const Model mixtures = open();
  const auto sound = made_up_vector(mixtures, kProjected), texts = text_vectors(mixtures, kProjected);
  const auto twice = [](std::vector<float> values) {
    for (float& x : values) x *= 2;
    return values;
  };
  // With a map of the sounds' own, the common one is not needed: texts always have theirs.
  put("audio.head.map", {527, 512}, twice(starter_->weights().floats("projection.map")));
  tensors_.erase("projection.map");
  const Model model = open();
  EXPECT_EQ(made_up_vector(model, kProjected), twice(sound));
  EXPECT_EQ(text_vectors(model, kProjected), texts);
  put("text.head.map", {528, 512}, twice(starter_->weights().floats("text.head.map")));
  EXPECT_EQ(text_vectors(open(), kProjected), twice(texts));
  tensors_.erase("text.head.map");
  EXPECT_NE(refusal().find("text.head.map"), std::string::npos);
}

// The base is added to every sound; the lift is not part of the projected form.
TEST_F(HearkenClap, BaseIsAddedAndLiftGivesUnitLength) {
  take_mixtures();
  const Model starter = open();
  const auto raw = made_up_vector(starter, kProjected);
  put("audio.head.lift", {512}, std::vector<float>(512));
  EXPECT_EQ(made_up_vector(open(), kProjected), raw);
  EXPECT_EQ(made_up_vector(open(), kUnit), raw);  // shorter than 1, and nothing lifts it
  put("audio.head.base", {512}, std::vector<float>(512));
  auto want = made_up_vector(open(), kProjected);
  const auto base = starter_->weights().floats("audio.head.base");
  for (std::size_t i = 0; i < want.size(); ++i) want[i] += base[i];
  expect_near(raw, want);
}

TEST_F(HearkenClap, EveryPairOfTowers) {
  const Model starter = Model::load(kStarter.string(), Precision::fp32),
              clap = Model::load(kClap.string(), Precision::fp32);
  for (const bool htsat : {false, true})
    for (const bool roberta : {false, true}) {
      SCOPED_TRACE(std::string(htsat ? "HTSAT" : "CED") + (roberta ? ", RoBERTa" : ", MiniLM"));
      tensors_.clear();
      config_ = read_json(kStarter / "config.json");
      config_["projection_dim"] = 40;
      config_.erase("levels");
      config_.erase("logit_scale");
      take(*starter_, "audio.");
      take(*starter_, "text.");
      audio_head() = text_head() = {{"type", "projection"}};
      write_preprocessor(kStarter);
      fs::copy_file(kStarter / "tokenizer.json", directory_ / "tokenizer.json", fs::copy_options::overwrite_existing);
      if (htsat) use_htsat();
      if (roberta) use_roberta();
      put_projection("audio.", 40, htsat ? 64 : 192, 0.3F);
      put_projection("text.", 40, roberta ? 64 : 384, 0.3F);
      put("logit_scale.audio", {}, {std::log(20.0F)});
      const Model model = open();
      const auto source = open_model(directory_);
      const ModelInfo& info = model.info();
      EXPECT_EQ(info.dimension, 40);
      EXPECT_NEAR(info.logit_scale, 20, 1e-5);
      EXPECT_EQ(info.levels.how, "not measured for this model");
      EXPECT_EQ(info.sample_rate_hz, htsat ? 48000 : 16000);
      EXPECT_EQ(std::holds_alternative<HtsatConfig>(source->plan().audio), htsat);
      EXPECT_EQ(source->plan().roberta, roberta);
      const auto pooled_sound = made_up_vector(model, kPooled), pooled_texts = text_vectors(model, kPooled);
      EXPECT_EQ(pooled_sound, made_up_vector(htsat ? clap : starter, kPooled));
      EXPECT_EQ(pooled_texts, text_vectors(roberta ? clap : starter, kPooled));
      expect_near(made_up_vector(model, kProjected), projected(pooled_sound, source->weights(), "audio."));
      expect_near(text_vectors(model, kProjected), projected(pooled_texts, source->weights(), "text."));
      EXPECT_EQ(source->fingerprint(), model.weights_fingerprint());
    }
}

TEST_F(HearkenClap, SaysWhatDoesNotGoTogether) {
  const auto expect_refusal = [&](std::initializer_list<const char*> parts) {
    const std::string said = refusal();
    for (const char* part : parts) EXPECT_NE(said.find(part), std::string::npos) << part << " in: " << said;
  };
  take_mixtures();
  put_projection("audio.", 512, 192, 0.1F);
  put_projection("text.", 512, 384, 0.1F);
  const Json good = config_;

  audio_head() = {{"type", "projection"}};
  expect_refusal({"config.json", "text_config.head.type", "no classes to meet it"});
  text_head() = {{"type", "attention"}};
  expect_refusal({"config.json", "text_config.head.type", "\"attention\" is not known"});
  config_ = good;
  config_["audio_config"]["model_type"] = "whisper";
  expect_refusal({"config.json", "audio_config.model_type", "\"whisper\" is not known"});
  config_ = good;
  config_["text_config"]["model_type"] = "t5";
  expect_refusal({"config.json", "text_config.model_type", "\"t5\" is not known"});
  config_ = good;
  text_head()["projection"] = true;
  tensors_.erase("text.projection.fc2.weight");
  expect_refusal({"model.safetensors", "text.projection.fc2.weight", "is not in the file"});
  put("text.projection.fc2.weight", {512, 511}, numbers(512 * 511, 1));
  expect_refusal({"model.safetensors", "text.projection.fc2.weight", "[512, 512]"});
  config_ = good;
  audio_head()["longest"] = 0;
  expect_refusal({"config.json", "audio_config.head.longest", "must be above 0"});
  config_ = good;
  text_head()["known_to"] = text_head()["known_from"];
  expect_refusal({"config.json", "text_config.head.known_to", "must be above known_from"});
  config_ = good;
  text_head()["centre"] = -1;
  expect_refusal({"config.json", "text_config.head.centre", "must not be below 0"});
  config_ = good;
  const auto classes = starter_->weights().floats("text.head.phrase_classes");
  put("text.head.phrase_classes", {static_cast<std::int64_t>(classes.size())}, std::vector<float>(classes.size(), 528));
  expect_refusal({"text_config.head.phrases", "528, which is no class"});
  put("text.head.phrase_classes", {static_cast<std::int64_t>(classes.size())}, std::vector<float>(classes.size(), 1));
  expect_refusal({"text_config.head.phrases", "a class has no phrase"});
  put("text.head.phrase_classes", {static_cast<std::int64_t>(classes.size())}, classes);
  put("text.head.map", {527, 512}, starter_->weights().floats("projection.map"));
  expect_refusal({"model.safetensors", "text.head.map", "[528, 512]"});
  use_htsat();
  audio_head() = {{"type", "class_evidence"}, {"clip", 16}, {"longest", 110}};
  expect_refusal({"config.json", "audio_config.head.type", "only CED does"});
}

}  // namespace
}  // namespace hearken::model
