// The towers and heads of a plan, and how batches go through them.
#include "model/torch/towers.h"

#include <optional>
#include <string>
#include <variant>

#include "hearken/error.h"
#include "model/torch/tower_reader.h"
#include "model/towers/bert.h"
#include "model/towers/ced.h"
#include "model/towers/heads.h"
#include "model/towers/htsat.h"
#include "model/towers/roberta.h"

namespace hearken::model {
namespace {

using nn::Torch;
using Reader = TowerReader<Torch>;

constexpr int kHtsatFrames = 1001;  // of 10 s

using AudioTower = std::variant<Htsat<Torch>, Ced<Torch>>;
using TextTower = std::variant<Roberta<Torch>, Bert<Torch>>;

AudioTower load_audio(const Reader& read, const TowerPlan& plan) {
  if (const auto* htsat = std::get_if<HtsatConfig>(&plan.audio)) return load_htsat(read, *htsat);
  return load_ced(read, std::get<CedConfig>(plan.audio));
}

TextTower load_text(const Reader& read, const TowerPlan& plan) {
  if (plan.roberta) return load_roberta(read, plan.text);
  return load_bert(read, plan.text);
}

int audio_width(const TowerPlan& plan) {
  if (const auto* htsat = std::get_if<HtsatConfig>(&plan.audio)) return htsat->pooled_width();
  return std::get<CedConfig>(plan.audio).width;
}

[[noreturn]] void refuse(const std::string& reason) { throw Error(ErrorCode::invalid_argument, reason); }

Torch::Tensor htsat(Torch& b, const Htsat<Torch>& tower, std::span<const float> features, int items) {
  const std::size_t one = static_cast<std::size_t>(HtsatConfig::kMelBins) * kHtsatFrames;
  const std::size_t of_window = features.size() / static_cast<std::size_t>(items);
  const auto spectrograms = [&](std::size_t first, int count) {
    return b.input({features.data() + first * one, count * HtsatConfig::kMelBins, kHtsatFrames}, count);
  };
  std::vector<Spectrograms<Torch>> windows;
  if (features.size() == one * static_cast<std::size_t>(items)) {
    windows.push_back({spectrograms(0, items)});  // all of them as the items of one tensor
  } else if (tower.config.fused && features.size() == 4 * one * static_cast<std::size_t>(items)) {
    for (std::size_t window = 0; window < static_cast<std::size_t>(items); ++window) {
      windows.emplace_back();
      for (std::size_t look = 0; look < 4; ++look) windows.back().push_back(spectrograms(4 * window + look, 1));
    }
  } else {
    refuse("features of " + std::to_string(of_window) + " floats a window, which do not fit the model's audio tower");
  }
  return htsat_states(b, tower, std::span<const Spectrograms<Torch>>(windows));
}

Torch::Tensor ced(Torch& b, const Ced<Torch>& tower, std::span<const float> features, int items) {
  const CedConfig& c = tower.config;
  const std::size_t rows = static_cast<std::size_t>(c.mel_bins) * static_cast<std::size_t>(items);
  const std::size_t frames = features.size() / rows, patches = frames / static_cast<std::size_t>(c.patch);
  if (features.size() % rows != 0 || patches < 1 || patches > static_cast<std::size_t>(c.time_positions))
    refuse("a window of " + std::to_string(frames) + " frames does not fit the model's audio tower");
  return ced_states(b, tower, b.input({features.data(), static_cast<int>(rows), static_cast<int>(frames)}, items));
}

void check_texts(std::span<const std::vector<std::int32_t>> texts, const BertConfig& c) {
  if (texts.empty()) refuse("no text to embed");
  for (const auto& text : texts) {
    if (text.empty() || text.size() > static_cast<std::size_t>(c.max_tokens))
      refuse("a text of " + std::to_string(text.size()) + " tokens; the model's text tower takes 1 to " +
             std::to_string(c.max_tokens));
    for (const std::int32_t id : text)
      if (id < 0 || id >= c.vocabulary)
        refuse("token " + std::to_string(id) + " where the model's text tower has " + std::to_string(c.vocabulary));
  }
}

}  // namespace

struct TorchTowers::Parts {
  Parts(const TowerPlan& p, const WeightSource& source, at::Device device, bool bf16)
      : plan(p),
        b(device, bf16),
        parameters(source, device),
        audio(load_audio(Reader{parameters}, p)),
        text(load_text(Reader{parameters}, p)) {
    const Reader read{parameters};
    const int pooled = audio_width(p);
    if (p.audio_head.classes)
      audio_classes = ClassEvidenceHead<Torch>::load(read, p.audio_head, p.classes, p.dimension);
    if (p.audio_head.projection)
      audio_projection = ClapProjection<Torch>::load(read, "audio.projection", p.dimension, pooled);
    if (p.text_head.classes)
      text_classes = PhraseSoftmaxHead<Torch>::load(read, p.text_head, p.classes, p.text.width, p.dimension);
    if (p.text_head.projection)
      text_projection = ClapProjection<Torch>::load(read, "text.projection", p.dimension, p.text.width);
  }

  // What a head may change is its own.
  static Torch::Tensor handle(const at::Tensor& pooled) {
    const int rows = static_cast<int>(pooled.size(0));
    return {std::make_shared<at::Tensor>(pooled), rows, static_cast<int>(pooled.size(1)), rows};
  }

  TowerPlan plan;
  Torch b;
  Parameters parameters;
  AudioTower audio;
  TextTower text;
  std::optional<ClassEvidenceHead<Torch>> audio_classes;
  std::optional<ClapProjection<Torch>> audio_projection, text_projection;
  std::optional<PhraseSoftmaxHead<Torch>> text_classes;
};

TorchTowers::TorchTowers(const TowerPlan& plan, const WeightSource& weights, at::Device device, bool bf16)
    : parts_(std::make_unique<Parts>(plan, weights, device, bf16)) {}

TorchTowers::~TorchTowers() = default;

Parameters& TorchTowers::parameters() noexcept { return parts_->parameters; }
const Parameters& TorchTowers::parameters() const noexcept { return parts_->parameters; }

at::Tensor TorchTowers::audio_pooled(std::span<const float> features, int items) {
  if (items < 1) refuse("no window to embed");
  Torch& b = parts_->b;
  if (const auto* tower = std::get_if<Htsat<Torch>>(&parts_->audio)) return *htsat(b, *tower, features, items).value;
  return *ced(b, std::get<Ced<Torch>>(parts_->audio), features, items).value;
}

at::Tensor TorchTowers::text_pooled(std::span<const std::vector<std::int32_t>> texts) {
  check_texts(texts, parts_->plan.text);
  Torch& b = parts_->b;
  if (const auto* tower = std::get_if<Roberta<Torch>>(&parts_->text)) return *roberta_states(b, *tower, texts).value;
  return *minilm_states(b, std::get<Bert<Torch>>(parts_->text), texts).value;
}

at::Tensor TorchTowers::audio_head(const at::Tensor& pooled) {
  Torch& b = parts_->b;
  at::Tensor out;
  if (parts_->audio_projection) out = *(*parts_->audio_projection)(b, Parts::handle(pooled)).value;
  if (!parts_->audio_classes) return out;
  const auto log_odds = ced_log_odds(b, std::get<Ced<Torch>>(parts_->audio), Parts::handle(pooled));
  const auto classes = *(*parts_->audio_classes)(b, log_odds).value;
  return out.defined() ? classes + out : classes;
}

at::Tensor TorchTowers::text_head(const at::Tensor& pooled) {
  Torch& b = parts_->b;
  at::Tensor out;
  if (parts_->text_projection) out = *(*parts_->text_projection)(b, Parts::handle(pooled)).value;
  if (!parts_->text_classes) return out;
  const auto classes = *(*parts_->text_classes)(b, Parts::handle(pooled)).value;
  return out.defined() ? classes + out : classes;
}

at::Tensor TorchTowers::audio_vectors(std::span<const float> features, int items) {
  return audio_head(audio_pooled(features, items));
}

at::Tensor TorchTowers::text_vectors(std::span<const std::vector<std::int32_t>> texts) {
  return text_head(text_pooled(texts));
}

at::Tensor TorchTowers::audio_unit(const at::Tensor& vectors) {
  const auto x = Parts::handle(vectors.to(at::kFloat));
  if (parts_->audio_classes) {
    parts_->audio_classes->to_unit(parts_->b, x);
  } else {
    parts_->b.normalize_rows(x);
  }
  return *x.value;
}

at::Tensor TorchTowers::text_unit(const at::Tensor& vectors) {
  const auto x = Parts::handle(vectors.to(at::kFloat));
  parts_->b.normalize_rows(x);
  return *x.value;
}

at::Tensor TorchTowers::text_scored(const at::Tensor& vectors) {
  return parts_->text_classes ? vectors.to(at::kFloat) : text_unit(vectors);
}

}  // namespace hearken::model
