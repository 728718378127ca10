// Two towers, fresh projections, and the files of a layout that holds the pair.
#include <fmt/format.h>

#include <cmath>
#include <deque>
#include <span>
#include <utility>

#include "core/files/mapped_file.h"
#include "core/paths.h"
#include "hearken/model_tools.h"
#include "model/layouts/clap_content.h"
#include "model/layouts/hearken_config.h"
#include "model/layouts/transformers_config.h"
#include "model/making/fresh_weights.h"
#include "model/making/model_card.h"
#include "model/making/towers_taken.h"
#include "model/towers/architecture.h"

namespace hearken {
namespace {

namespace fs = std::filesystem;
using namespace model;

constexpr double kLogitScale = 1 / 0.07;  // Radford et al. 2021, section 2.5
constexpr int kMostDimensions = 4096;

// The tensors of a model that is being made: those of its towers, and fresh ones.
class NewTensors {
 public:
  explicit NewTensors(std::uint64_t seed) : seed_(seed) {}

  void take(const std::map<std::string, Tensor>& tensors) { tensors_.insert(tensors.begin(), tensors.end()); }

  void put(const std::string& name, std::vector<std::int64_t> shape, std::vector<float> values) {
    fresh_ += static_cast<std::int64_t>(values.size());
    const auto bytes = std::as_bytes(std::span(values_.emplace_back(std::move(values))));
    tensors_[name] = {TensorType::f32, std::move(shape), bytes.data(), bytes.size(), {}};
  }
  void put_linear(const std::string& name, int out, int in) {
    put(name + ".weight", {out, in}, fresh_matrix(seed_, name + ".weight", out, in));
    put(name + ".bias", {out}, std::vector<float>(static_cast<std::size_t>(out)));
  }
  /// ClapProjection's two layers.
  void put_projection(const std::string& name, int dimension, int width, bool from_zero) {
    put_linear(name + ".fc1", dimension, width);
    put_linear(name + ".fc2", dimension, dimension);
    if (!from_zero) return;
    for (float& x : values_[values_.size() - 2]) x = 0;  // fc2's weight; its bias is zero already
  }

  const std::map<std::string, Tensor>& all() const noexcept { return tensors_; }
  std::int64_t fresh() const noexcept { return fresh_; }

 private:
  std::uint64_t seed_;
  std::int64_t fresh_ = 0;
  std::map<std::string, Tensor> tensors_;
  std::deque<std::vector<float>> values_;
};

// Both sides of one model, which meet as mixtures of classes.
bool keeps_heads(const AudioTower& audio, const TextTower& text) {
  return text.source && text.path == audio.path && audio.source->plan().audio_head.classes &&
         text.source->plan().text_head.classes;
}

TowerPlan plan_of(const AudioTower& audio, const TextTower& text, const MakeModelOptions& options) {
  TowerPlan plan;
  if (keeps_heads(audio, text)) {
    plan = audio.source->plan();
    if (options.dimension != plan.dimension)
      throw Error(ErrorCode::invalid_argument,
                  fmt::format("{}: its heads, which are kept, give vectors of {} numbers, not {}", display(audio.path),
                              plan.dimension, options.dimension));
  } else {
    plan.audio = audio.config;
    plan.text = text.config;
    plan.roberta = text.roberta;
    plan.dimension = options.dimension;
  }
  plan.audio_head.projection = plan.text_head.projection = true;
  return plan;
}

int width_of(const AudioTower& audio) { return audio.source->info().audio_pooled_dimension; }

// What is said of fresh, kept and changed parts beside the projections.
std::vector<std::string> fill_tensors(NewTensors& tensors, const AudioTower& audio, const TextTower& text,
                                      const TowerPlan& plan) {
  std::vector<std::string> remarks;
  const bool keeps = keeps_heads(audio, text);
  tensors.take(audio.tensors);
  tensors.take(text.tensors);
  const TowerPlan& old = audio.source->plan();
  if (!keeps || !old.audio_head.projection)
    tensors.put_projection("audio.projection", plan.dimension, width_of(audio), keeps);
  if (!keeps || !old.text_head.projection)
    tensors.put_projection("text.projection", plan.dimension, text.config.width, keeps);
  if (text.roberta && !text.tensors.contains("text.pooler.weight")) {
    tensors.put_linear("text.pooler", text.config.width, text.config.width);
    remarks.push_back(display(text.path) + " has no pooler: a fresh one is put in its place");
  }
  if (text.checkpoint && text.checkpoint->other_pooling)
    remarks.push_back(display(text.path) + " pools its tokens in another way; here their mean is taken");
  if (keeps) {
    for (const auto& [name, tensor] : audio.source->weights().all())
      if (name.starts_with("audio.head.") || name.starts_with("text.head.") || name.starts_with("audio.projection.") ||
          name.starts_with("text.projection.") || name == "projection.map" || name.starts_with("logit_scale."))
        tensors.take({{name, tensor}});
    remarks.emplace_back(
        "the heads by classes are kept, and the projections beside them, which begin at zero where there were none: "
        "until it is trained, the new model gives the old one's vectors");
  } else {
    for (const char* side : {"logit_scale.audio", "logit_scale.text"})
      tensors.put(side, {}, {static_cast<float>(std::log(kLogitScale))});
  }
  return remarks;
}

nlohmann::ordered_json own_config(const AudioTower& audio, const TowerPlan& plan, const std::string& name, bool keeps) {
  auto config = hearken_config_json(plan, name, audio.fusion_reduction);
  if (!keeps) return config;
  const MappedFile file(audio.path / "config.json");
  const auto* text = reinterpret_cast<const char*>(file.bytes().data());
  const auto old = nlohmann::ordered_json::parse(text, text + file.bytes().size());
  for (const char* key : {"logit_scale", "levels"})
    if (old.contains(key)) config[key] = old[key];
  return config;
}

void add_files(ModelDirectory& out, const AudioTower& audio, const TextTower& text, const TowerPlan& plan,
               const NewTensors& tensors, const std::string& title) {
  if (text.roberta && std::holds_alternative<HtsatConfig>(plan.audio)) {
    add_clap(out,
             {tensors.all(),
              {std::get<HtsatConfig>(plan.audio), plan.text, plan.dimension, audio.fusion_reduction, audio.features},
              text.tokenizer,
              {}});
    return;
  }
  out.add_copy(text.tokenizer.vocabulary);
  if (text.tokenizer.merges) out.add_copy(*text.tokenizer.merges);
  out.add_tensors("model.safetensors", tensors.all());
  if (audio.preprocessor.empty())
    out.add_json("preprocessor_config.json", preprocessor_config_json(audio.features));
  else
    out.add_copy(audio.preprocessor);
  out.add_json("config.json", own_config(audio, plan, title, keeps_heads(audio, text)));
}

std::string made_name(const TowerPlan& plan, bool keeps) {
  return architecture_of(plan) + (keeps ? "" : ", untrained");
}

std::vector<CardSource> sources(const MakeModelOptions& options, const AudioTower& audio, const TextTower& text) {
  std::vector<CardSource> out = {{options.audio, audio.path}};
  if (text.path != audio.path) out.push_back({options.text, text.path});
  return out;
}

std::vector<std::string> facts(const MadeModel& made, std::uint64_t seed, bool keeps) {
  std::vector<std::string> out = {
      fmt::format("Sounds: {}, {} parameters, unchanged.", made.audio.architecture, made.audio.parameters),
      fmt::format("Texts: {}, {} parameters, unchanged.", made.text.architecture, made.text.parameters),
      fmt::format("Fresh: {} parameters, seed {}{}", made.fresh_parameters, seed,
                  keeps ? "." : "; of no use before training.")};
  for (const std::string& remark : made.remarks) out.push_back(remark + ".");
  return out;
}

}  // namespace

MadeModel make_model(const MakeModelOptions& options, const fs::path& directory) {
  if (options.dimension < 1 || options.dimension > kMostDimensions)
    throw Error(ErrorCode::invalid_argument,
                fmt::format("vectors of {} numbers: expected 1 to {}", options.dimension, kMostDimensions));
  const AudioTower audio = take_audio_tower(options.audio);
  const TextTower text = take_text_tower(options.text);
  const TowerPlan plan = plan_of(audio, text, options);
  ModelDirectory out(directory, false);
  NewTensors tensors(options.seed);

  MadeModel made;
  made.remarks = fill_tensors(tensors, audio, text, plan);
  made.audio = {audio.path, audio_architecture(plan), parameters_of(audio.tensors)};
  made.text = {text.path, text_architecture(plan), parameters_of(text.tensors)};
  made.fresh_parameters = tensors.fresh();
  const bool keeps = keeps_heads(audio, text);
  const std::string title = made_name(plan, keeps);
  add_card(out, title, sources(options, audio, text), options.command, facts(made, options.seed, keeps));
  add_files(out, audio, text, plan, tensors, title);
  made.files = out.appear();

  const auto source = open_model(out.path());
  made.info = source->info();
  made.info.name = out.path();
  made.weights_fingerprint = source->fingerprint();
  const bool clap = text.roberta && std::holds_alternative<HtsatConfig>(plan.audio);
  made.layout = clap ? "hugging_face" : "hearken";
  return made;
}

}  // namespace hearken
