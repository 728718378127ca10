// Encoders by the names in config.json.
#include "model/encoders.h"

#include <cstring>

#include "audio/mel.h"
#include "core/paths.h"
#include "model/bert.h"
#include "model/ced.h"
#include "model/heads.h"
#include "text/wordpiece.h"

namespace hearken::model {
namespace {

using nn::Cpu;

void copy_out(Cpu::Tensor x, std::span<float> out) { std::memcpy(out.data(), x.data, out.size_bytes()); }

/// The forms of one embedding from a tower's pooled state and its head.
template <class Project>
void write_form(Cpu& cpu, Cpu::Tensor pooled, EmbeddingForm form, std::span<float> out, Project project) {
  if (form == EmbeddingForm::pooled) return copy_out(pooled, out);
  const Cpu::Tensor projected = project(pooled);
  if (form == EmbeddingForm::unit) cpu.normalize_rows(projected);
  copy_out(projected, out);
}

audio::MelFrontEnd load_front_end(const ModelFiles& files) {
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
  explicit CedEncoder(const ModelFiles& files)
      : front_end_(load_front_end(files)),
        tower_(load_ced<Cpu>(files.weights, ced_config(files.config.section("audio_config"), front_end_.mel_bins()))) {
    const Config head = files.config.section("audio_config").section("head");
    if (head.text("type") != "class_log_odds") head.refuse("type", head.text("type"));
    head_ = ClassLogOddsHead<Cpu>::load(head, files.weights, tower_.config.classes,
                                        files.config.integer("projection_dim", 1, 4096));
  }

  std::size_t feature_count(std::size_t samples) const override {
    return front_end_.frames(samples) * static_cast<std::size_t>(front_end_.mel_bins());
  }

  void features(std::span<const float> samples, std::span<float> out) const override {
    front_end_.compute(samples, out);
  }

  void embed(Cpu& cpu, std::span<const float> features, EmbeddingForm form, std::span<float> out) const override {
    const Cpu::Scope scope(cpu);
    const int bins = front_end_.mel_bins(), frames = static_cast<int>(features.size()) / bins;
    const int patches = frames / tower_.config.patch;
    if (patches < 1 || patches > tower_.config.time_positions)
      throw Error(ErrorCode::invalid_argument,
                  "a window of " + std::to_string(frames) + " frames does not fit the model's audio tower");
    const auto pooled = ced_states(cpu, tower_, cpu.input({features.data(), bins, frames}));
    write_form(cpu, pooled, form, out, [&](Cpu::Tensor x) { return head_(cpu, ced_log_odds(cpu, tower_, x)); });
  }

 private:
  audio::MelFrontEnd front_end_;
  Ced<Cpu> tower_;
  ClassLogOddsHead<Cpu> head_;
};

class BertEncoder final : public TextEncoder {
 public:
  explicit BertEncoder(const ModelFiles& files)
      : tokenizer_(text::WordPiece::load(files.directory / "tokenizer.json")),
        tower_(load_bert<Cpu>(files.weights, bert_config(files.config.section("text_config")))) {
    if (tokenizer_.id_limit() > static_cast<std::size_t>(tower_.config.vocabulary))
      throw Error(ErrorCode::corrupt, display(files.directory) + ": its tokenizer has more tokens than its text tower");
    const Config head = files.config.section("text_config").section("head");
    if (head.text("type") != "label_softmax") head.refuse("type", head.text("type"));
    const int classes = files.config.section("audio_config").integer("num_labels", 1, 1 << 16);
    head_ = LabelSoftmaxHead<Cpu>::load(head, files.weights, classes, tower_.config.width,
                                        files.config.integer("projection_dim", 1, 4096));
  }

  void embed(Cpu& cpu, std::string_view text, EmbeddingForm form, std::span<float> out) const override {
    const Cpu::Scope scope(cpu);
    const auto ids = tokenizer_.encode(text, static_cast<std::size_t>(tower_.config.max_tokens));
    const auto pooled = bert_states(cpu, tower_, std::span<const std::int32_t>(ids));
    write_form(cpu, pooled, form, out, [&](Cpu::Tensor x) { return head_(cpu, x); });
  }

 private:
  text::WordPiece tokenizer_;
  Bert<Cpu> tower_;
  LabelSoftmaxHead<Cpu> head_;
};

}  // namespace

std::unique_ptr<AudioEncoder> load_audio_encoder(const ModelFiles& files) {
  const Config c = files.config.section("audio_config");
  if (c.text("model_type") == "ced") return std::make_unique<CedEncoder>(files);
  c.refuse("model_type", c.text("model_type"));
}

std::unique_ptr<TextEncoder> load_text_encoder(const ModelFiles& files) {
  const Config c = files.config.section("text_config");
  if (c.text("model_type") == "bert") return std::make_unique<BertEncoder>(files);
  c.refuse("model_type", c.text("model_type"));
}

}  // namespace hearken::model
