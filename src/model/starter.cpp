// The starter's files and encoders.
#include "model/starter.h"

#include <string>
#include <utility>

#include "audio/mel.h"
#include "core/hash.h"
#include "core/mapped_file.h"
#include "core/paths.h"
#include "model/bert.h"
#include "model/ced.h"
#include "model/checkpoint/safetensors.h"
#include "model/heads.h"
#include "model/tower_config.h"
#include "text/wordpiece.h"

namespace hearken::model {
namespace {

using nn::Cpu;

struct StarterFiles {
  std::filesystem::path directory;
  Config config;        // config.json
  Config preprocessor;  // preprocessor_config.json
  Tensors weights;      // model.safetensors
};

audio::MelFrontEnd load_front_end(const StarterFiles& files) {
  const Config& c = files.preprocessor;
  if (c.text("feature_extractor_type") != "HearkenMel")
    c.refuse("feature_extractor_type", c.text("feature_extractor_type"));
  if (c.text("padding") != "repeatpad") c.refuse("padding", c.text("padding"));
  audio::MelConfig mel;
  mel.n_fft = c.integer("n_fft", 16, 1 << 16);
  mel.hop = c.integer("hop_length", 1, mel.n_fft);
  mel.mel_bins = c.integer("feature_size", 1, 1024);
  mel.power_floor = static_cast<float>(c.number("power_floor"));
  mel.window = files.weights.floats("audio.front_end.window", 1, mel.n_fft);
  mel.filters = files.weights.floats("audio.front_end.filters", mel.mel_bins, mel.n_fft / 2 + 1);
  return audio::MelFrontEnd(std::move(mel));
}

class CedEncoder final : public AudioEncoder {
 public:
  CedEncoder(const StarterFiles& files, nn::ProductType type)
      : front_end_(load_front_end(files)),
        tower_(load_ced<Cpu>({files.weights, type},
                             ced_config(files.config.section("audio_config"), front_end_.mel_bins()))) {
    const Config head = files.config.section("audio_config").section("head");
    if (head.text("type") != "class_log_odds") head.refuse("type", head.text("type"));
    head_ = ClassLogOddsHead<Cpu>::load({files.weights}, static_cast<float>(head.number("clip")), tower_.config.classes,
                                        files.config.integer("projection_dim", 1, 4096));
  }

  std::size_t feature_count(std::size_t samples) const override {
    return front_end_.frames(samples) * static_cast<std::size_t>(front_end_.mel_bins());
  }

  void features(std::span<const float> samples, std::span<float> out) const override {
    front_end_.compute(samples, out);
  }

  void embed(Cpu& cpu, std::span<const float> features, int windows, EmbeddingForm form,
             std::span<float> out) const override {
    const Cpu::Scope scope(cpu);
    const int bins = front_end_.mel_bins(), frames = static_cast<int>(features.size()) / (bins * windows);
    const int patches = frames / tower_.config.patch;
    if (features.size() % static_cast<std::size_t>(bins * windows) != 0 || patches < 1 ||
        patches > tower_.config.time_positions)
      throw Error(ErrorCode::invalid_argument,
                  "a window of " + std::to_string(frames) + " frames does not fit the model's audio tower");
    const auto pooled = ced_states(cpu, tower_, cpu.input({features.data(), windows * bins, frames}, windows));
    write_form(cpu, pooled, form, out, [&](Cpu::Tensor x) { return head_(cpu, ced_log_odds(cpu, tower_, x)); });
  }

 private:
  audio::MelFrontEnd front_end_;
  Ced<Cpu> tower_;
  ClassLogOddsHead<Cpu> head_;
};

class BertEncoder final : public TextEncoder {
 public:
  BertEncoder(const StarterFiles& files, nn::ProductType type)
      : tokenizer_(text::WordPiece::load(files.directory / "tokenizer.json")),
        tower_(load_bert<Cpu>({files.weights, type}, minilm_config(files.config.section("text_config")))) {
    if (tokenizer_.id_limit() > static_cast<std::size_t>(tower_.config.vocabulary))
      throw Error(ErrorCode::corrupt, display(files.directory) + ": its tokenizer has more tokens than its text tower");
    const Config head = files.config.section("text_config").section("head");
    if (head.text("type") != "label_softmax") head.refuse("type", head.text("type"));
    const int classes = files.config.section("audio_config").integer("num_labels", 1, 1 << 16);
    head_ = LabelSoftmaxHead<Cpu>::load({files.weights}, static_cast<float>(head.number("beta")), classes,
                                        tower_.config.width, files.config.integer("projection_dim", 1, 4096));
  }

  std::vector<std::int32_t> tokens(std::string_view text) const override {
    return tokenizer_.encode(text, static_cast<std::size_t>(tower_.config.max_tokens));
  }

  void embed(Cpu& cpu, std::span<const std::vector<std::int32_t>> texts, EmbeddingForm form,
             std::span<float> out) const override {
    const Cpu::Scope scope(cpu);
    const auto pooled = minilm_states(cpu, tower_, texts);
    write_form(cpu, pooled, form, out, [&](Cpu::Tensor x) { return head_(cpu, x); });
  }

 private:
  text::WordPiece tokenizer_;
  Bert<Cpu> tower_;
  LabelSoftmaxHead<Cpu> head_;
};

class StarterSource final : public ModelSource {
 public:
  StarterSource(const std::filesystem::path& directory, Config config)
      : files_{directory, std::move(config), Config::read(directory / "preprocessor_config.json"),
               read_safetensors(directory / "model.safetensors")} {
    const Config& c = files_.config;
    const Config audio = c.section("audio_config"), text = c.section("text_config"), levels = c.section("levels");
    if (audio.text("model_type") != "ced") audio.refuse("model_type", audio.text("model_type"));
    if (text.text("model_type") != "bert") text.refuse("model_type", text.text("model_type"));
    info_.directory = directory;
    info_.architecture = "CED, MiniLM";
    info_.dimension = c.integer("projection_dim", 1, 4096);
    info_.audio_pooled_dimension = audio.integer("hidden_size", 1, 4096);
    info_.text_pooled_dimension = text.integer("hidden_size", 1, 4096);
    info_.sample_rate_hz = files_.preprocessor.integer("sampling_rate", 1000, 192000);
    info_.max_window_seconds = files_.preprocessor.number("max_length_s");
    info_.logit_scale = c.number("logit_scale");
    info_.levels = {levels.number("high"), levels.number("moderate"), levels.text("how")};
    plan_ = {.audio = ced_config(audio, files_.preprocessor.integer("feature_size", 1, 1024)),
             .audio_head = {.classes = true, .sharpness = static_cast<float>(audio.section("head").number("clip"))},
             .text = minilm_config(text),
             .text_head = {.classes = true, .sharpness = static_cast<float>(text.section("head").number("beta"))},
             .classes = audio.integer("num_labels", 1, 1 << 16),
             .dimension = info_.dimension};
    for (const auto& [name, tensor] : files_.weights.all())
      if (!name.ends_with(".scale")) info_.parameters += tensor.elements();
  }

  const Tensors& weights() const noexcept override { return files_.weights; }

  std::string fingerprint() const override {
    Hasher hasher;
    for (const char* file : {"config.json", "preprocessor_config.json", "tokenizer.json", "model.safetensors"}) {
      hasher.update(std::string_view(file));
      hasher.update(MappedFile(files_.directory / file).bytes());
    }
    return hex(hasher.digest());
  }

  std::unique_ptr<AudioEncoder> load_audio(nn::ProductType type) const override {
    return std::make_unique<CedEncoder>(files_, type);
  }
  std::unique_ptr<TextEncoder> load_text(nn::ProductType type) const override {
    return std::make_unique<BertEncoder>(files_, type);
  }

 private:
  StarterFiles files_;
};

}  // namespace

std::unique_ptr<ModelSource> open_starter(const std::filesystem::path& directory, Config config) {
  return std::make_unique<StarterSource>(directory, std::move(config));
}

}  // namespace hearken::model
