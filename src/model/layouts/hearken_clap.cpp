// Reading config.json into a plan, and the encoders that go with its towers.
#include "model/layouts/hearken_clap.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "audio/mel/mel.h"
#include "core/files/mapped_file.h"
#include "core/hash.h"
#include "core/paths.h"
#include "core/text.h"
#include "model/checkpoint/safetensors.h"
#include "model/layouts/audio_encoders.h"
#include "model/layouts/clap.h"
#include "model/layouts/text_encoders.h"
#include "model/towers/architecture.h"
#include "model/towers/tower_config.h"
#include "model/towers/tower_shapes.h"

namespace hearken::model {
namespace {

// "head": {"type": "projection"}, or {"type": by_classes, …} with or without "projection": true.
HeadPlan head_plan(const Config& head, const char* by_classes, const Tensors& weights, const std::string& own_map) {
  HeadPlan out;
  if (head.text("type") == "projection") {
    out.projection = true;
  } else if (head.text("type") == by_classes) {
    out.classes = true;
    out.projection = head.boolean("projection", false);
    if (weights.contains(own_map)) out.map = own_map;
  } else {
    head.refuse("type", head.text("type"));
  }
  return out;
}

class HearkenClapSource final : public ModelSource {
 public:
  HearkenClapSource(const std::filesystem::path& directory, Config config)
      : directory_(directory),
        config_(std::move(config)),
        preprocessor_(Config::read(directory / "preprocessor_config.json")),
        weights_(read_safetensors(directory / "model.safetensors")) {
    plan_.dimension = config_.integer("projection_dim", 1, 4096);
    const Config audio = config_.section("audio_config"), text = config_.section("text_config");
    plan_audio(audio);
    plan_text(text);
    info_.directory = directory;
    info_.architecture = architecture_of(plan_);
    info_.dimension = plan_.dimension;
    info_.text_pooled_dimension = plan_.text.width;
    info_.parameters = parameters_of(weights_.all());
    info_.evidence = plan_.audio_head.classes;
    info_.logit_scale = weights_.contains("logit_scale.audio")
                            ? std::exp(static_cast<double>(weights_.floats("logit_scale.audio", 1, 1)[0]))
                            : config_.number("logit_scale");
    if (!config_.has("levels")) {
      info_.levels.how = "not measured for this model";
    } else {
      const Config levels = config_.section("levels");
      const double high = levels.number("high");
      info_.levels = {high, levels.has("clear") ? levels.number("clear") : high, levels.number("moderate"),
                      levels.text("how")};
    }
  }

  const Tensors& weights() const noexcept override { return weights_; }

  std::string fingerprint() const override {
    std::vector<std::filesystem::path> files = {directory_ / "config.json", directory_ / "preprocessor_config.json"};
    const TokenizerFiles tokenizer = tokenizer_files();
    files.push_back(tokenizer.vocabulary);
    if (tokenizer.merges) files.push_back(*tokenizer.merges);
    files.push_back(weights_.path());
    Hasher hasher;
    for (const auto& file : files) {
      hasher.update(std::string_view(file.filename().native()));
      hasher.update(MappedFile(file).bytes());
    }
    return to_hex(hasher.digest());
  }

  std::unique_ptr<AudioEncoder> load_audio(nn::ProductType type) const override {
    if (std::holds_alternative<HtsatConfig>(plan_.audio))
      return make_htsat_encoder(weights_, plan_, clap_features_, type);
    return make_ced_encoder(weights_, plan_, stored_front_end(), type);
  }

  std::unique_ptr<TextEncoder> load_text(nn::ProductType type) const override {
    const TokenizerFiles tokenizer = tokenizer_files();
    if (plan_.roberta) return make_roberta_encoder(weights_, plan_, tokenizer, type);
    return make_minilm_encoder(weights_, plan_, tokenizer.vocabulary, type);
  }

 private:
  void plan_audio(const Config& audio) {
    const Config head = audio.section("head");
    plan_.audio_head = head_plan(head, "class_evidence", weights_, "audio.head.map");
    if (plan_.audio_head.classes) {
      plan_.audio_head.clip = static_cast<float>(head.number("clip"));
      plan_.audio_head.longest = static_cast<float>(head.number("longest"));
      if (!(plan_.audio_head.longest > 0)) head.fail("longest", "must be above 0");
    }
    const std::string tower = audio.text("model_type");
    if (tower == "ced") {
      const CedConfig ced = ced_config(audio, preprocessor_.integer("feature_size", 1, 1024));
      plan_.audio = ced;
      plan_.classes = ced.classes;
      info_.audio_pooled_dimension = ced.width;
      info_.sample_rate_hz = preprocessor_.integer("sampling_rate", 1000, 192000);
      info_.max_window_seconds = preprocessor_.number("max_length_s");
    } else if (tower == "clap_audio_model") {
      HtsatConfig htsat = htsat_shapes(weights_);
      complete_htsat(htsat, audio);
      if (plan_.audio_head.classes)
        audio.section("head").fail("type", "\"projection\": this tower tells no classes apart, only CED does");
      clap_features_ = clap_feature_config(preprocessor_, htsat.fused);
      info_.audio_pooled_dimension = htsat.pooled_width();
      info_.sample_rate_hz = clap_features_.sample_rate_hz;
      info_.max_window_seconds = max_window_seconds(clap_features_);
      plan_.audio = std::move(htsat);
    } else {
      audio.refuse("model_type", tower);
    }
  }

  void plan_text(const Config& text) {
    const Config head = text.section("head");
    plan_.text_head = head_plan(head, "phrase_softmax", weights_, "text.head.map");
    plan_.text_head.map = "text.head.map";
    if (plan_.text_head.classes) {
      plan_.text_head.beta = static_cast<float>(head.number("beta"));
      plan_.text_head.centre = static_cast<float>(head.number("centre"));
      if (plan_.text_head.centre < 0) head.fail("centre", "must not be below 0");
      plan_.text_head.phrases = phrases_of(head);
      plan_.text_head.known_from = static_cast<float>(head.number("known_from"));
      plan_.text_head.known_to = static_cast<float>(head.number("known_to"));
      if (!(plan_.text_head.known_from < plan_.text_head.known_to)) head.fail("known_to", "must be above known_from");
    }
    if (plan_.text_head.classes && !plan_.audio_head.classes)
      text.section("head").fail("type", "\"projection\": the audio side has no classes to meet it");
    const std::string tower = text.text("model_type");
    if (tower == "bert") {
      plan_.text = minilm_config(text);
    } else if (tower == "roberta") {
      plan_.roberta = true;
      plan_.text = bert_shapes(weights_);
      complete_roberta(plan_.text, text);
      plan_.text.max_tokens = text.integer("max_tokens", 2, plan_.text.positions - 2);
    } else {
      text.refuse("model_type", tower);
    }
  }

  // How many phrases there are. Checks the class of each.
  int phrases_of(const Config& head) const {
    const int count = head.integer("phrases", 1, 1 << 20);
    std::vector<bool> met(static_cast<std::size_t>(plan_.classes) + 1);  // the last is of what describes no sound
    for (const float c : weights_.floats("text.head.phrase_classes", 1, count)) {
      if (!(c >= 0 && c < static_cast<float>(met.size())) || c != std::floor(c))
        head.fail("phrases", fmt::format("text.head.phrase_classes holds {}, which is no class", c));
      met[static_cast<std::size_t>(c)] = true;
    }
    if (std::ranges::find(met, false) != met.end()) head.fail("phrases", "a class has no phrase");
    return count;
  }

  // MiniLM's WordPiece has one form only.
  TokenizerFiles tokenizer_files() const {
    if (!plan_.roberta) return {directory_ / "tokenizer.json", {}};
    if (const auto found = tokenizer_in(directory_)) return *found;
    throw Error(ErrorCode::not_found,
                display(directory_) + ": holds neither tokenizer.json nor vocab.json and merges.txt");
  }

  // CED's window and filters are tables among the weights.
  audio::MelFrontEnd stored_front_end() const {
    const Config& c = preprocessor_;
    if (c.text("feature_extractor_type") != "HearkenMel")
      c.refuse("feature_extractor_type", c.text("feature_extractor_type"));
    if (c.text("padding") != "repeatpad") c.refuse("padding", c.text("padding"));
    audio::MelConfig mel;
    mel.n_fft = c.integer("n_fft", 16, 1 << 16);
    mel.hop = c.integer("hop_length", 1, mel.n_fft);
    mel.mel_bins = c.integer("feature_size", 1, 1024);
    mel.power_floor = static_cast<float>(c.number("power_floor"));
    mel.window = weights_.floats("audio.front_end.window", 1, mel.n_fft);
    mel.filters = weights_.floats("audio.front_end.filters", mel.mel_bins, mel.n_fft / 2 + 1);
    return audio::MelFrontEnd(std::move(mel));
  }

  std::filesystem::path directory_;
  Config config_;                    // config.json
  Config preprocessor_;              // preprocessor_config.json
  Tensors weights_;                  // model.safetensors
  ClapFeatureConfig clap_features_;  // of an HTSAT
};

}  // namespace

std::unique_ptr<ModelSource> open_hearken_clap(const std::filesystem::path& directory, Config config) {
  return std::make_unique<HearkenClapSource>(directory, std::move(config));
}

}  // namespace hearken::model
